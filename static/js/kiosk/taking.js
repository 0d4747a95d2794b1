// A scan, from the moment it was read to the word on the screen. Stored first; "done" is said by the center alone.
import { known, note, open as openShifts } from "./device.js";
import * as outbox from "./outbox.js";
import { called, ofCenter, result } from "./screen.js";
import { learn, meaning } from "./seen.js";
import * as sound from "./sound.js";
import { element, words } from "./text.js";
import { wishes } from "./waiting.js";

const SLOW_MS = 400; // after this the screen says that it is being checked
const PATIENCE_MS = 5000; // after this it says that it is stored
const OURS = /^(\S{1,80}\/([cpvw]\/\S{1,120}|kiosk\S*)|[0-9A-Za-z-]{4,24})$/; // another QR is said so here, and not sent

/** Counts scans: only the newest one speaks on the screen. */
let newest = 0;
/** The one on the screen, in case its answer comes late. @type {outbox.Kept | null} */
let shown = null;
/** What 「終わる」 stands for. @type {{reading: outbox.Reading, label: string} | null} */
let leaving = null;
let typed = "";
let busy = 0;

/** Whether a scan is on its way to an answer. */
export const isBusy = () => busy > 0;

/** The number typed last, to be put right. */
export const typedBefore = () => typed;

function speak(what) {
  if (wishes.sound) sound.play(what.tone);
  result(what);
}

/** A trouble of this device, in its own words. */
export function stopWord(word) {
  newest++;
  shown = null;
  speak({ tone: "stop", heading: words(word), text: words(`${word}-more`) });
}

function facts(answer) {
  if (answer.arrived == null || !["accepted", "again"].includes(answer.status)) return undefined;
  return words("facts", { arrived: answer.arrived, expected: answer.expected ?? "–" });
}

function speakAnswer(answer, kept) {
  const asks = answer.status === "offer_out";
  leaving = asks ? { reading: again(kept, answer.shift_id), label: answer.name ?? kept.label } : null;
  const name = called(answer.name);
  speak({
    tone: asks ? "again" : answer.tone,
    heading: ofCenter(answer.heading),
    name: answer.number && name ? element("span", {}, name, " ", element("small", {}, answer.number)) : name,
    text: ofCenter(answer.words),
    facts: facts(answer),
    asks,
    retype: kept.how === "typed" && answer.status === "refused",
  });
  if (["refused", "quarantined"].includes(answer.status)) outbox.markSeen(kept.uuid);
  if (asks) outbox.putAway(kept.uuid);
}

function again({ code, person_id, how, shift_id: before }, shift_id = null) {
  return { code, person_id, how, shift_id: shift_id ?? before, direction: "out" };
}

async function speakKept(direction) {
  const n = (await outbox.unsent()).length;
  speak({ tone: "kept", heading: words(direction === "out" ? "kept-out" : "kept"), text: words("kept-more", { n }) });
}

/** Asked here, because without a network the center cannot. True when there is nothing to store now. */
async function answeredHere(reading, label) {
  if (reading.direction === "out" || (navigator.onLine && known.reachable !== false)) return false;
  const found = await meaning(reading);
  if (found === "twice") {
    const n = (await outbox.unsent()).length;
    speak({ tone: "again", heading: words("kept-before"), text: words("kept-more", { n }) });
  } else if (found === "leaving" && reading.direction === "auto") {
    leaving = { reading: again(reading), label };
    speak({ tone: "again", heading: words("leaving"), name: called(label), asks: true });
  } else return false;
  return true;
}

function learned(answer, kept) {
  note(answer);
  learn(kept.code, answer.person_id).catch(() => {});
}

/** Something was read, typed or picked; `label` is the name picked. @param {outbox.Reading} reading */
export async function scanned(reading, label = "") {
  const mine = ++newest;
  shown = null;
  leaving = null;
  if (reading.how === "typed") typed = reading.code ?? "";
  if (reading.code && reading.how !== "typed" && !OURS.test(reading.code)) return stopWord("not-ours");
  if (await answeredHere(reading, label)) return;
  busy++;
  try {
    const shift_id = openShifts().find((one) => one.id === known.chosen)?.id;
    await carry({ shift_id, ...reading }, label, mine);
  } finally {
    busy--;
  }
}

async function carry(reading, label, mine) {
  const kept = await outbox.keep(reading, label).catch(() => null);
  if (!kept) return stopWord("not-kept"); // the disk is full: never called stored
  const slow = setTimeout(() => mine === newest && result({ tone: "kept", heading: words("checking"), stays: true }), SLOW_MS);
  const answer = await outbox.deliver(kept.uuid, PATIENCE_MS);
  clearTimeout(slow);
  if (answer) learned(answer, kept);
  if (mine !== newest) return;
  if (answer) return speakAnswer(answer, kept);
  shown = kept;
  await speakKept(reading.direction);
}

/** 「終わる」 */
export function leaveNow() {
  if (leaving) scanned(leaving.reading, leaving.label);
}

// an answer that comes while 「保存しました」 still stands on the screen takes its place
outbox.events.addEventListener("answer", ({ detail }) => {
  if (shown?.uuid !== detail.uuid) return;
  const kept = shown;
  shown = null;
  if (!document.querySelector("[data-view=result]").hidden) speakAnswer(detail, kept);
});
