// Who this device is and what it knows of the shifts: asked for every few seconds, kept for times offline.
import { call } from "./api.js";
import * as clock from "./clock.js";
import { changed } from "./outbox.js";
import { recall, remember } from "./store.js";

const ASK_MS = 15_000;
const ASK_STOPPED_MS = 300_000;

/** The last answer (docs/api.md, state), whether the center can be reached now, and why the device was stopped. */
export const known = {
  state: null,
  reachable: null,
  stopped: "",
  chosen: null,
};

let etag = null;
let timer = 0;

/** Take up what was known before the page was closed; false when the device was never enrolled. */
export async function start() {
  const [token, state, stopped, chosen] = await Promise.all(["token", "state", "stopped", "chosen"].map(recall));
  Object.assign(known, { state: state ?? null, stopped: stopped ?? "", chosen: chosen ?? null });
  return Boolean(token);
}

/** Ask the center, and go on asking. */
export async function refresh() {
  clearTimeout(timer);
  const token = await recall("token");
  if (!token) return;
  const answer = await call("state", { token, etag });
  known.reachable = answer.status !== 0 && answer.status < 500;
  if (answer.time) await clock.heard(answer.time, answer.sent, answer.got);
  if (answer.status === 200) {
    etag = answer.etag;
    await take(answer.data);
  } else if (answer.status === 401 || answer.status === 403) {
    await stop(answer.status, answer.data?.error);
  }
  timer = setTimeout(refresh, known.stopped ? ASK_STOPPED_MS : nextIn(answer.wait));
  changed();
}

function nextIn(wait) {
  const left = open()[0]?.venue_qr ? open()[0].venue_left_s * 1000 + 300 : ASK_MS;
  return Math.max(wait, Math.min(ASK_MS, Math.max(left, 1000)));
}

async function take(state) {
  known.state = state;
  known.stopped = "";
  await Promise.all([remember("state", state), remember("stopped", undefined)]).catch(() => {});
}

/** The center knows this device no longer: what it knew of people goes, what it has to send stays. */
export async function stop(status, error) {
  known.stopped = status === 401 ? "unknown" : error === "over" ? "over" : "revoked";
  etag = null;
  if (known.state) known.state = { ...known.state, shifts: [] };
  await Promise.all([remember("state", known.state), remember("stopped", known.stopped)]).catch(() => {});
}

/** Put the answer to a scan into what we know, until the next question. */
export function note(answer) {
  const shift = known.state?.shifts.find((one) => one.id === answer.shift_id);
  if (!shift) return;
  if (answer.arrived != null) shift.arrived = answer.arrived;
  if (answer.expected != null) shift.expected = answer.expected;
  const person = shift.people.find((one) => one.id === answer.person_id);
  if (person && answer.status === "accepted") {
    person.state = answer.direction === "out" ? "gone" : "here";
    person.at = answer.at;
  }
  etag = null;
}

/** Shifts one can check in or out at now: the one chosen in the settings, or all whose time it is. @returns {any[]} */
export function open() {
  const now = clock.now();
  const every = known.state?.shifts ?? [];
  const chosen = every.filter((one) => one.id === known.chosen);
  return (chosen.length ? chosen : every.filter((one) => Date.parse(one.opens_at) <= now && now < Date.parse(one.check_out_until)));
}

/** The next shift to come. */
export function coming() {
  const later = (known.state?.shifts ?? []).filter((one) => Date.parse(one.opens_at) > clock.now());
  return later.sort((a, b) => Date.parse(a.opens_at) - Date.parse(b.opens_at))[0];
}

/** Receive people of this shift only; null for whichever is open. */
export async function choose(id) {
  known.chosen = id;
  await remember("chosen", id ?? undefined);
  changed();
}
