// The own plans and points of somebody with a card and its PIN: shown for a moment, kept nowhere on this device.
import { call } from "./api.js";
import { home, ofCenter, open, view } from "./screen.js";
import { recall } from "./store.js";
import { clockTime, day, element, put, say, show, slot, words } from "./text.js";

const VIEWS = new Set(["own", "own-shown"]);
const field = (name) => document.getElementById(`own-${name}`);
const dateFormat = new Intl.DateTimeFormat(document.documentElement.lang || "ja", { dateStyle: "long", timeZone: "UTC" });
const number = (value) => value.toLocaleString(document.documentElement.lang || "ja");

let end = 0;
let asking = false;

/** Somebody wants to look; nothing of whoever looked before stands there. */
export function begin() {
  forget();
  open("own");
}

/** Nothing of them stays on the page. */
function forget() {
  clearTimeout(end);
  field("card").value = "";
  field("pin").value = "";
  for (const name of ["own-name", "own-number", "own-shifts", "own-points", "own-error"]) put(name);
}

/** The view has changed: whoever went away leaves nothing behind. */
export function left(name) {
  if (!VIEWS.has(name)) forget();
  slot(name === "own" ? "own-look" : "finder-place").append(slot("finder"));
}

/** A card was read. */
export function card(code) {
  field("card").value = code.match(/\/c\/([\w-]+)/)?.[1] ?? code;
  put("own-error");
  field("pin").focus();
}

function trouble(name, ...told) {
  put("own-error", ...told);
  field(name).focus();
}

/** Ask the center. A PIN that was wrong is not left on the screen. */
export async function look() {
  const [code, pin] = [field("card").value.trim(), field("pin").value];
  if (!code) return trouble("card", words("own-card-empty"));
  if (!pin) return trouble("pin", words("own-pin-empty"));
  if (asking) return;
  asking = true;
  const answer = await call("own", { token: await recall("token"), body: { card: code, pin } }).catch(() => ({ status: 0, data: null }));
  asking = false;
  if (view() !== "own") return; // they went away meanwhile
  field("pin").value = "";
  if (answer.status === 200) return shown(answer.data);
  if (answer.data?.words) return trouble(answer.data.error.includes("card") ? "card" : "pin", ofCenter(answer.data.words));
  trouble("pin", words(answer.status === 0 || answer.status >= 500 ? "own-offline" : "own-stopped"));
}

function shown(told) {
  say("own-name", "sanname", { name: told.name });
  put("own-number", told.number);
  put("own-shifts", ...told.shifts.map(shift));
  show("own-no-shifts", !told.shifts.length);
  show("own-more", Boolean(told.more_shifts));
  put("own-points", ...told.programmes.flatMap(programme));
  show("own-no-points", !told.programmes.length);
  open("own-shown");
  clearTimeout(end);
  end = setTimeout(() => VIEWS.has(view()) && home(), told.seconds * 1000);
}

function shift({ title, place, starts_at, ends_at }) {
  const when = `${day(starts_at)} ${clockTime(starts_at)}〜${clockTime(ends_at)}`;
  return element("li", {}, element("strong", {}, when), element("span", {}, place), element("span", {}, title));
}

function programme({ name, points, unsettled, owed, expiring }) {
  const figure = element("p", { className: "figure" }, number(points), element("small", {}, words("own-unit")));
  const lines = expiring.map(({ until, points: some }) => words("own-until", { n: number(some), day: dateFormat.format(new Date(until)) }));
  if (unsettled) lines.push(words("own-unsettled", { n: number(unsettled) }));
  if (owed) lines.push(words("own-owed", { n: number(owed) }));
  return [element("h4", {}, name), figure, ...lines.map((line) => element("p", {}, line))];
}
