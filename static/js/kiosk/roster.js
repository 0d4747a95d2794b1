// Without a card: the first sound of the name, the name, one question.
import * as clock from "./clock.js";
import { open as openShifts } from "./device.js";
import { unsent } from "./outbox.js";
import { open } from "./screen.js";
import { clockTime, element, put, say, show, words } from "./text.js";

const ROWS = [..."あかさたなはまやらわ"];
export const JUST_NOW_MS = 600_000;

let row = "";
/** The person asked about, and what a yes means. */
let asked = null;

const everybody = () => openShifts().flatMap((shift) => shift.people.map((person) => ({ ...person, shift })));

function rowButton(name, count) {
  const label = count === null ? [] : [element("small", {}, words("count", { n: count }))];
  return element("button", { type: "button", ariaPressed: count === null ? null : String(name === row), data: { do: "row", row: name } }, name, ...label);
}

/** The rows on the waiting page. */
export function drawRows() {
  put("kana", ...ROWS.map((name) => rowButton(name, null)));
}

/** Names of one row; "" asks for the row first. */
export async function drawPeople(wish) {
  row = wish;
  const people = everybody();
  const rows = [...ROWS, ...new Set(people.map((one) => one.row).filter((one) => !ROWS.includes(one)))];
  put("kana-rows", ...rows.map((name) => rowButton(name, people.filter((one) => one.row === name).length)));
  if (!people.length) return say("people", "nobody-at-all");
  const mine = people.filter((one) => one.row === row);
  if (row && !mine.length) return say("people", "nobody-in-row", { row });
  const kept = new Map((await unsent()).map((one) => [one.person_id, one]));
  put("people", ...mine.map((one) => button(one, kept.get(one.id))));
}

function button(one, kept) {
  const state = kept ? words("state-kept", { time: clockTime(kept.device_time) }) : words(`state-${one.state}`, { time: clockTime(one.at) });
  const place = openShifts().length > 1 ? [" ", element("small", {}, one.shift.title)] : [];
  const number = one.number ? [" ", element("small", {}, one.number)] : [];
  const name = element("span", { className: "stack tight" }, element("strong", {}, one.name), ...number, ...place);
  return element("button", { type: "button", className: "person", data: { do: "person", person: one.id, shift: one.shift.id } }, name, state);
}

/** Somebody's name was touched: ask once. */
export async function ask(person_id, shift_id) {
  const one = everybody().find((each) => each.id === person_id && each.shift.id === shift_id);
  if (!one) return;
  const kept = (await unsent()).findLast((each) => each.person_id === person_id);
  const since = kept ? Date.parse(kept.device_time) : NaN;
  const isIn = one.state === "here" || (kept && kept.direction !== "out" && Date.now() - since > JUST_NOW_MS);
  const isDone = one.state === "gone" || (kept && !isIn) || kept?.direction === "out";
  asked = isDone ? null : { person_id, shift_id, direction: isIn ? "out" : "in", name: one.name };
  say("confirm-question", isDone ? (kept ? "kept-before" : "was-gone") : isIn ? "ask-out" : "ask-in");
  put("confirm-name", words("sanname", { name: one.name }), ...(one.number ? [" ", element("small", {}, one.number)] : []));
  put("confirm-more", openShifts().length > 1 ? one.shift.title : "", ...(one.at ? [" ", words(`state-${one.state}`, { time: clockTime(one.at) })] : []));
  show("confirm-yes", !isDone);
  say("confirm-yes", isIn ? "yes-out" : "yes-in");
  open("confirm");
}

/** What the yes stands for; once. */
export function confirmed() {
  const yes = asked;
  asked = null;
  return yes;
}

/** Whether the center knows this person to be here for a while. */
export function hereFor(person_id) {
  const one = everybody().find((each) => each.id === person_id);
  return one?.state === "here" && clock.now() - Date.parse(one.at ?? "") > JUST_NOW_MS ? one : null;
}
