// Scans wait here until the center has answered each; stored before the network is touched, sent by one tab at a time.
// The oldest go first, but for whoever stands before the screen: nobody waits behind a queue of hours.
import { call } from "./api.js";
import * as clock from "./clock.js";
import { change, got, read, recall } from "./store.js";

/**
 * What goes up and comes back: docs/api.md.
 * @typedef {{code?: string | null, person_id?: number | null, shift_id?: number | null, direction: "auto" | "in" | "out",
 *   how: "camera" | "typed" | "photo" | "reader" | "list"}} Reading
 * @typedef {Reading & {uuid: string, counter: number, device_time: string, label: string}} Kept
 */

const AT_ONCE = 50;
const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
const DAYS_KEPT = 7;
const LISTED = new Set(["refused", "quarantined", "offer_out"]);
const FINAL = new Set(["accepted", "again", ...LISTED]);
const UPLOADED = ["uuid", "counter", "device_time", "last_server_time", "offset_ms", "shift_id", "direction", "code", "person_id", "how"];

/** Hears "changed", "answer" and "refused" (the device, with its status); also from other tabs. */
export const events = new EventTarget();
const others = new BroadcastChannel("otagai-kiosk");
others.onmessage = ({ data }) => {
  if (data.kind === "changed") forget();
  tell(data.kind, data.facts);
};

/** What waits, as long as this tab alone has changed it: to read a long queue anew for every answer takes longer than to send it. */
let mine = null;
let turn = 0;
function forget() {
  turn++;
  mine = null;
}

function tell(kind, facts) {
  events.dispatchEvent(new CustomEvent(kind, { detail: facts }));
}

function tellAll(kind, facts) {
  tell(kind, facts);
  others.postMessage({ kind, facts });
}

/** Tell every tab that something was changed here. */
export function changed() {
  forget();
  tellAll("changed");
}

/** Tell the other tabs that this device was taken out of use. */
export const signedOff = () => others.postMessage({ kind: "signed-off" });

/** Store a scan with the next number of this device; rejects when it cannot. @param {Reading} reading @returns {Promise<Kept>} */
export async function keep(reading, label = "") {
  const times = clock.stamp();
  const kept = await change(["meta", "outbox"], async (meta, outbox) => {
    const counter = ((await got(meta.get("counter"))) ?? 0) + 1;
    const one = { uuid: crypto.randomUUID(), counter, code: null, person_id: null, shift_id: null, ...reading, ...times, label };
    meta.put(counter, "counter");
    outbox.add(one);
    return one;
  });
  turn++;
  mine?.push(kept);
  tellAll("changed");
  return kept;
}

/** Everything not answered yet, in the order of scanning. @returns {Promise<Kept[]>} */
export async function unsent() {
  if (mine) return [...mine];
  const begun = turn;
  const all = await read(["outbox"], (outbox) => got(outbox.getAll()));
  all.sort((a, b) => a.counter - b.counter);
  if (begun === turn) mine = all;
  return [...all];
}

/** What the center did not take, newest first, each with its answer. */
export async function told() {
  const all = await read(["told"], (list) => got(list.getAll()));
  return all.sort((a, b) => b.counter - a.counter);
}

/** Somebody was told on the screen. */
export async function markSeen(uuid) {
  await change(["told"], async (list) => {
    const one = await got(list.get(uuid));
    if (one) list.put({ ...one, seen: true });
  });
  changed();
}

/** Take one off the list. */
export async function putAway(uuid) {
  await change(["told"], (list) => void list.delete(uuid));
  changed();
}

/** Forget old entries of the list; the center has them. */
export async function tidy() {
  const oldest = Date.now() - DAYS_KEPT * 86_400_000;
  const old = (await told()).filter((one) => Date.parse(one.device_time) < oldest);
  if (old.length) await change(["told"], (list) => old.forEach((one) => list.delete(one.uuid)));
}

/** In one turn: what is answered leaves the outbox, what was not taken stands in the list. */
async function settle(answers) {
  await change(["outbox", "told"], async (outbox, list) => {
    for (const answer of answers) {
      const one = await got(outbox.get(answer.uuid));
      if (!one) continue;
      if (LISTED.has(answer.status)) list.put({ ...one, answer, seen: false });
      outbox.delete(answer.uuid);
    }
  });
  answers.forEach((answer) => tellAll("answer", answer));
  const done = new Set(answers.map((one) => one.uuid));
  turn++;
  mine = mine?.filter((one) => !done.has(one.uuid)) ?? null;
  tellAll("changed");
}

/** A body the center cannot read at all: listed, so that it neither vanishes nor blocks the others. */
async function giveUp(one) {
  await change(["outbox", "told"], (outbox, list) => {
    list.put({ ...one, answer: null, seen: false });
    outbox.delete(one.uuid);
  });
  changed();
}

/** The scans whose people stand before a screen of this device now. @type {Set<string>} */
const awaited = new Set();
events.addEventListener("awaited", ({ detail }) => awaited[detail.on ? "add" : "delete"](detail.uuid));

const isSame = (one, other) => (other.code ? one.code === other.code : one.person_id === other.person_id);

/** What goes up next. What waits of the same person goes with them: who came this morning does not come now. */
function next(all) {
  const here = all.findLast((one) => awaited.has(one.uuid));
  if (!here) return all.slice(0, size);
  return all.filter((one) => one.counter <= here.counter && isSame(one, here)).slice(0, size);
}

let size = AT_ONCE;
let failures = 0;
let timer = 0;
let pause = 0;
let running = null;
let again = false;

/** One upload. @returns {Promise<"more" | "done" | "later">} */
async function upload() {
  const token = await recall("token");
  const batch = token ? next(await unsent()) : [];
  if (!batch.length) return "done";
  const scans = batch.map((one) => Object.fromEntries(UPLOADED.map((key) => [key, one[key] ?? null])));
  const answer = await call("scans", { token, body: { sent_at: new Date().toISOString(), scans } });
  if (answer.status === 413 || answer.status === 422) {
    if (batch.length === 1) await giveUp(batch[0]);
    size = Math.max(1, Math.floor(batch.length / 2));
    return "more";
  }
  if (answer.status === 401 || answer.status === 403) tellAll("refused", { status: answer.status, error: answer.data?.error });
  const mine = new Set(batch.map((one) => one.uuid));
  const answers = (answer.data?.answers ?? []).filter((one) => mine.has(one.uuid) && FINAL.has(one.status));
  if (answer.status !== 200 || !answers.length) {
    pause = answer.wait;
    return "later";
  }
  size = AT_ONCE;
  await clock.heard(answer.time, answer.sent, answer.got);
  await settle(answers);
  return "more";
}

/** Send all there is, as the only tab that does. */
async function work() {
  const alone = navigator.locks ? (run) => navigator.locks.request("otagai-kiosk-sender", run) : (run) => run();
  const end = await alone(async () => {
    let state = "more";
    while (state === "more") state = await upload();
    return state;
  });
  failures = end === "later" ? failures + 1 : 0;
  if (end === "later") {
    tell("unreachable");
    plan();
  }
}

/** Try again after 1, 2, 4 … 60 seconds, not all devices at the same moment, or when the center says. */
function plan() {
  const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 6)) * (0.75 + Math.random() / 2);
  clearTimeout(timer);
  timer = setTimeout(send, Math.max(wait, Math.min(pause, LONGEST_MS)));
}

/** Send now; while it is going on, once more afterwards. */
export function send() {
  if (running) {
    again = true;
    return running;
  }
  clearTimeout(timer);
  running = work()
    .catch(() => {
      failures++;
      tell("unreachable");
      plan();
    })
    .finally(() => {
      running = null;
      if (again && !failures) send();
      again = false;
    });
  return running;
}

/** Send, and wait for the answer to one scan: null when it is not there in time. */
export function deliver(uuid, patience) {
  return new Promise((done) => {
    const end = (answer) => {
      tellAll("awaited", { uuid, on: false });
      events.removeEventListener("answer", hear);
      events.removeEventListener("unreachable", lost);
      done(answer);
    };
    const hear = ({ detail }) => detail.uuid === uuid && end(detail);
    const lost = () => end(null);
    events.addEventListener("answer", hear);
    events.addEventListener("unreachable", lost);
    setTimeout(end, patience, null);
    tellAll("awaited", { uuid, on: true });
    send();
  });
}

addEventListener("online", () => {
  failures = 0;
  send();
});
