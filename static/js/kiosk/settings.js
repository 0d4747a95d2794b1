// Settings of this device, behind its PIN.
import * as awake from "./awake.js";
import * as camera from "./camera.js";
import { choose, known } from "./device.js";
import { remember } from "./store.js";
import { clockTime, day, element, put, say, words } from "./text.js";
import { draw, wishes } from "./waiting.js";

const LITTLE = 5_000_000;

function choice(name, value, checked, label) {
  const input = element("input", { type: "radio", name, value, checked });
  return element("label", { className: "choice" }, input, element("span", {}, label));
}

function shifts() {
  const every = known.state?.shifts ?? [];
  const labels = every.map((one) => {
    const facts = { title: one.title, start: clockTime(one.starts_at), end: clockTime(one.ends_at) };
    return choice("shift", String(one.id), known.chosen === one.id, words("shift-choice", facts));
  });
  put("shifts", choice("shift", "", !every.some((one) => one.id === known.chosen), words("every-shift")), ...labels);
}

/** Whether the browser promised to keep what we store, and has room for it. */
export async function storage() {
  const safe = (await navigator.storage?.persisted?.().catch(() => false)) ?? false;
  const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.().catch(() => ({}))) ?? {};
  return { safe, little: quota - usage < LITTLE };
}

/** Fill the page in. */
export async function drawSettings() {
  shifts();
  for (const [name, value] of [["facing", camera.direction()], ["sound", wishes.sound ? "on" : "off"]]) {
    for (const input of document.querySelectorAll(`input[name=${name}]`)) input.checked = input.value === value;
  }
  const device = known.state?.device;
  put("device-name", device?.name ?? "");
  put("device-until", device?.valid_until ? `${day(device.valid_until)} ${clockTime(device.valid_until)}` : "");
  say("device-offline", navigator.serviceWorker?.controller ? "kept-shell" : "no-shell");
  say("device-storage", (await storage()).safe ? "storage-safe" : "storage-unsure");
  say("device-awake", awake.stays() ? "awake" : "not-awake");
}

const CHANGES = {
  shift: (value) => choose(value ? Number(value) : null),
  facing: (value) => camera.turn(value),
  sound: (value) => {
    wishes.sound = value === "on";
    return remember("sound", wishes.sound);
  },
};

/** A choice was made: it holds at once. */
export async function changedSetting({ target }) {
  const change = CHANGES[target.name];
  if (!change || target.type !== "radio") return;
  await change(target.value);
  await draw();
}
