// Without a network: was this code here before? Asks 帰りますか on the spot, which nobody can be asked at the upload.
import { unsent } from "./outbox.js";
import { hereFor, JUST_NOW_MS } from "./roster.js";
import { recall, remember } from "./store.js";


/** A code is kept as its hash only. */
async function hash(code) {
  const data = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code));
  return btoa(String.fromCharCode(...new Uint8Array(data).slice(0, 12)));
}

const today = () => new Date().toDateString();

async function codes() {
  const kept = await recall("codes");
  return kept?.day === today() ? kept.known : [];
}

/** The center said whose code this is: remembered until midnight. */
export async function learn(code, person_id) {
  if (!code || person_id == null) return;
  const known = [...(await codes()), [await hash(code), person_id]];
  await remember("codes", { day: today(), known });
}

/** What a scan without a network means: "new", "twice" (stored a moment ago) or "leaving" (came some time ago). */
export async function meaning(reading) {
  const same = (await unsent()).findLast((one) => (reading.code ? one.code === reading.code : one.person_id === reading.person_id));
  if (same) {
    const isNew = Date.now() - Date.parse(same.device_time) < JUST_NOW_MS;
    return isNew || same.direction === "out" ? "twice" : "leaving";
  }
  if (!reading.code) return "new";
  const mine = await hash(reading.code);
  const found = (await codes()).find(([one]) => one === mine);
  return found && hereFor(found[1]) ? "leaving" : "new";
}
