// The center's time on this device, and whether somebody moved the device's clock meanwhile.
import { recall, remember } from "./store.js";

const JUMP_MS = 120_000;
const SLEEP_MS = 30_000; // a tablet that slept misses ticks; then nothing can be said about its clock

/** Device minus center at the last contact, and when that was: handed up with every scan. */
const contact = { offset_ms: null, last_server_time: null };
let jumped = false;
let shift = 0; // what to add to the device's clock for showing

/** Take up what was known before the page was closed. */
export async function start() {
  Object.assign(contact, await recall("contact"));
  shift = -(contact.offset_ms ?? 0);
}

/** An answer of the center told its time. */
export async function heard(time, sent, got) {
  const center = Date.parse(time);
  if (Number.isNaN(center)) return;
  contact.offset_ms = Math.round((sent + got) / 2 - center);
  contact.last_server_time = time;
  shift = -contact.offset_ms;
  jumped = false;
  await remember("contact", { ...contact }).catch(() => {});
}

/** When the center was last heard, by its own clock. */
export const lastHeard = () => contact.last_server_time;

/** Whether the clock was moved since then. */
export const isMoved = () => jumped;

/** The center's time as well as we know it, in milliseconds. */
export const now = () => Date.now() + shift;

/** What goes up with a scan: the device's own time, untouched, and the last contact. */
export const stamp = () => ({ device_time: new Date().toISOString(), ...contact });

/**
 * Look every second whether the clock ran on evenly; `onJump` hears it when it was moved.
 * The time on the screen goes on as before.
 * @param {() => void} onJump
 */
export function watchJumps(onJump) {
  let [date, steady] = [Date.now(), performance.now()];
  setInterval(() => {
    const [date2, steady2] = [Date.now(), performance.now()];
    const moved = date2 - date - (steady2 - steady);
    if (steady2 - steady < SLEEP_MS && Math.abs(moved) > JUMP_MS) {
      // scans carry what the device says, and how far that now is from the center's time as far as we saw it
      if (contact.offset_ms !== null) contact.offset_ms += Math.round(moved);
      remember("contact", { ...contact }).catch(() => {});
      shift -= moved;
      jumped = true;
      onJump();
    }
    [date, steady] = [date2, steady2];
  }, 1000);
}
