// One view at a time; results that go away by themselves; focus where the eye should be.
import { element, put, say, show, slot, withReadings, words } from "./text.js";

const RESULT_MS = 4000;
const QUESTION_MS = 20_000;
const IDLE_MS = 60_000;
const STAYS = new Set(["waiting", "enrol", "stopped", "result"]);

const views = [...document.querySelectorAll("[data-view]")];
let current = "";
let base = "waiting";
let back = 0;
let idle = 0;
let told = () => {};

/** The view that is shown. */
export const view = () => current;

/** What to call whenever the view changes. */
export function onView(hear) {
  told = hear;
}

/** Where もどる and the end of a result lead: "waiting", "enrol" or "stopped". */
export function setBase(name) {
  base = name;
}

/** Show a view. */
export function open(name) {
  clearTimeout(back);
  current = name === "waiting" ? base : name;
  for (const one of views) one.hidden = one.dataset.view !== current;
  for (const one of document.querySelectorAll("[data-slot$=-error]")) one.replaceChildren();
  for (const one of document.querySelectorAll(".field.wrong")) one.classList.remove("wrong");
  const shown = views.find((one) => !one.hidden);
  // a way leads to its field; else to the heading, which screen readers speak
  const first = shown?.querySelector("input:not([type=radio],[type=file])") ?? shown?.querySelector("h2");
  first?.focus({ preventScroll: true });
  scrollTo(0, 0);
  touched();
  told(current);
}

/** Back to where one came from. */
export const home = () => open("waiting");

/** Somebody is here: the minute until the screen goes back by itself starts anew. */
export function touched() {
  clearTimeout(idle);
  if (!STAYS.has(current)) idle = setTimeout(home, IDLE_MS);
}

/** A problem of the field before one; the field keeps what was typed. */
export function fault(name, word, facts) {
  say(`${name}-error`, word, facts);
  const field = slot(`${name}-error`).closest(".field");
  field?.classList.add("wrong");
  field?.querySelector("input")?.focus();
}

/** Fill the display with what became of a scan: colour and icon by its tone (ok, again, stop, kept), and words. */
export function result({ tone, heading, name = "", text = "", facts = "", asks = false, retype = false, stays = false }) {
  slot("result-heading").closest("section").className = `screen result ${tone}`;
  put("result-heading", heading);
  put("result-name", name);
  put("result-words", text);
  put("result-facts", facts);
  show("result-answers", asks);
  show("result-back", !asks);
  show("retype", retype);
  open("result");
  if (!stays) back = setTimeout(home, asks ? QUESTION_MS : RESULT_MS);
}

/** The name as it is called out, in the page's language. */
export const called = (name) => (name ? words("sanname", { name }) : "");

/** Words of the center. */
export const ofCenter = (text) => element("span", {}, withReadings(text));
