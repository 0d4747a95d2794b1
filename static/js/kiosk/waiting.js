// The waiting page: which shift, what time, how many came, who came last, and how things stand at the bottom.
import * as clock from "./clock.js";
import { coming, known, open } from "./device.js";
import * as outbox from "./outbox.js";
import { awake } from "./sound.js";
import { clockTime, day, element, put, say, show, words } from "./text.js";

const LATEST = 8;
const STATES = new Set(["here", "gone"]);

export const wishes = { sound: true };
/** What is wrong with the device itself. */
export const troubles = { room: false };

function number(shifts, key) {
  const n = shifts.reduce((total, one) => total + one[key], 0);
  put(key, ...(shifts.length ? [words("count", { n })] : ["–"]));
}

function times(shift) {
  return { day: day(shift.starts_at), start: clockTime(shift.starts_at), end: clockTime(shift.ends_at), place: shift.place };
}

function title(shifts) {
  if (shifts.length === 1) {
    put("title", shifts[0].title);
    return say("place", "place", times(shifts[0]));
  }
  if (shifts.length > 1) {
    say("title", "many-shifts", { n: shifts.length });
    return put("place", shifts.map((one) => one.title).join("／"));
  }
  say("title", known.state && !known.stopped ? "no-shift" : "waiting-title");
  const next = coming();
  say("place", next && "opens", next && { title: next.title, time: clockTime(next.opens_at) });
}

/** A line of the list: name and state. */
export const line = (name, state, at) => element("li", {}, element("span", {}, name), words(`state-${state}`, { time: clockTime(at) }));

function latest(shifts, kept) {
  const came = shifts.flatMap((one) => one.people).filter((one) => STATES.has(one.state));
  came.sort((a, b) => Date.parse(b.at ?? "") - Date.parse(a.at ?? ""));
  const waiting = kept.slice(-LATEST).reverse().map((one) => line(one.label || words("unnamed").textContent, "kept", Date.parse(one.device_time)));
  const lines = [...waiting, ...came.map((one) => line(one.name, one.state, one.at))].slice(0, LATEST);
  put("latest", ...lines);
  show("nobody", lines.length === 0);
}

function foot(kept, told) {
  const net = known.reachable !== false ? "" : navigator.onLine ? "unreachable" : "offline";
  say("net", net);
  say("fine", known.reachable && !net ? "online" : "");
  say("unsent-words", kept.length ? "unsent" : "", { n: kept.length });
  say("told-link", told.length ? "told" : "records", { n: told.length });
  const trouble = troubles.room ? "no-room" : clock.isMoved() ? "clock-changed" : wishes.sound && !awake() && known.state ? "mute" : "";
  say("trouble", trouble);
  show("status", Boolean(net || kept.length || trouble));
  show("as-of", Boolean(known.state && net));
  say("as-of", "as-of", { time: clockTime(clock.lastHeard()) });
}

function stopped() {
  say("stopped-heading", known.stopped);
  say("stopped-words", "stopped-more");
  const center = known.state?.center;
  say("stopped-call", center?.telephone ? "call" : "call-center", center ?? {});
}

/** Draw everything anew from what is stored and known; scans that wait are told apart, never added. */
export async function draw() {
  const [kept, told] = await Promise.all([outbox.unsent(), outbox.told()]);
  const shifts = open();
  title(shifts);
  number(shifts, "arrived");
  number(shifts, "expected");
  latest(shifts, kept);
  foot(kept, told);
  show("phone-way", shifts.some((one) => one.venue_qr) && known.reachable !== false);
  if (known.stopped) stopped();
}

/** The clock at the top. */
export function tick() {
  put("clock", clockTime(clock.now()));
}

const SVG = "http://www.w3.org/2000/svg";

/** The venue's own code, for those who have a telephone; nothing when it cannot be had now. */
export function drawVenue() {
  const code = open().find((one) => one.venue_qr)?.venue_qr;
  if (!code || known.reachable === false) return put("venue");
  const [svg, ground, path] = ["svg", "path", "path"].map((tag) => document.createElementNS(SVG, tag));
  svg.setAttribute("viewBox", `0 0 ${code.size} ${code.size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-labelledby", "phone");
  ground.setAttribute("d", `M0 0h${code.size}v${code.size}H0z`);
  ground.setAttribute("class", "paper");
  path.setAttribute("d", code.path);
  svg.append(ground, path);
  put("venue", svg);
}
