// The page of a kiosk or an organizer's phone: puts the parts together and acts on touches, scans and answers.
import { readerKeys, readPhoto } from "../scanner.js";
import * as awake from "./awake.js";
import * as camera from "./camera.js";
import * as clock from "./clock.js";
import * as device from "./device.js";
import { enrol, isKnown, signOff, tidyCode } from "./enrol.js";
import * as outbox from "./outbox.js";
import * as own from "./own.js";
import * as pin from "./pin.js";
import { drawRecords } from "./records.js";
import * as roster from "./roster.js";
import { fault, home, onView, open, setBase, touched, view } from "./screen.js";
import { changedSetting, drawSettings, storage } from "./settings.js";
import { keepShell } from "./shell.js";
import * as sound from "./sound.js";
import { recall, remember } from "./store.js";
import { isBusy, leaveNow, scanned, stopWord, typedBefore } from "./taking.js";
import { show, slot } from "./text.js";
import { draw, drawVenue, tick, troubles, wishes } from "./waiting.js";

const READER_VIEWS = new Set(["waiting", "result", "names", "confirm", "typed", "phone"]);
const BASES = new Set(["waiting", "stopped", "enrol"]);
const CAMERA_VIEWS = new Set(["waiting", "result", "own"]);

let unlocked = false; // until the page waits for people again
let enrolled = false;

const mayAct = () => !device.known.state?.device.pin || unlocked;
const field = (id) => document.getElementById(id);

/** Which page stands when nothing else does. */
function settle() {
  const base = !enrolled ? "enrol" : device.known.stopped ? "stopped" : "waiting";
  setBase(base);
  show("settings-link", enrolled);
  show("told-link", enrolled);
  show("own-link", base === "waiting" && device.known.state?.device.kind === "kiosk");
  if (["", "waiting", "stopped"].includes(view()) && view() !== base) home();
}

const redraw = () => paint().catch(() => {});

async function paint() {
  await draw();
  settle();
  if (view() === "records") await drawRecords(mayAct());
  if (view() === "phone") drawVenue();
}

async function enrolWith(typed) {
  const code = tidyCode(typed);
  if (!code) return fault("enrol", "enrol-empty");
  if (!isSecureContext) return fault("enrol", "enrol-insecure");
  const waiting = await outbox.unsent().then((all) => all.length, () => 0);
  if (enrolled && waiting && !device.known.stopped) return fault("enrol", "enrol-unsent", { n: waiting });
  show("enrol-wait", true);
  const status = await enrol(code).catch(() => -1);
  show("enrol-wait", false);
  if (status !== 200 && status !== 201) {
    field("enrol-code").value = code;
    const word = { [-1]: "enrol-storage", 404: "enrol-404", 409: "enrol-409", 429: "enrol-429" }[status] ?? "enrol-0";
    return fault("enrol", word);
  }
  navigator.storage?.persist?.().catch(() => {});
  field("enrol-code").value = "";
  enrolled = true;
  await remember("language", document.getElementById("main").dataset.language);
  await device.start();
  await device.refresh();
  await camera.start(fromCamera, device.known.state?.device.kind === "leader");
  setBase("waiting");
  home();
  outbox.send();
}

async function unlock(typed) {
  const seconds = await pin.rest();
  if (seconds) return fault("pin", "pin-locked", { n: seconds });
  if (!typed) return fault("pin", "pin-empty");
  const right = await pin.check(typed, device.known.state.device.pin);
  field("pin-digits").value = "";
  if (!right) return fault("pin", "pin-wrong");
  unlocked = true;
  return settings();
}

async function settings() {
  if (!mayAct()) return open("pin");
  await drawSettings();
  show("sign-off-sure", false);
  return open("settings");
}

async function records() {
  await drawRecords(mayAct());
  open("records");
}

async function names(row = "") {
  await roster.drawPeople(row);
  open("names");
}

async function askSignOff() {
  const waiting = (await outbox.unsent()).length;
  if (waiting) return fault("sign-off", "sign-off-unsent", { n: waiting });
  return show("sign-off-sure", true);
}

function fromCamera(code) {
  if (view() === "own") own.card(code);
  else if (CAMERA_VIEWS.has(view())) scanned({ code, how: "camera", direction: "auto" });
}

/** What the buttons do: data-do names it. */
const ACTS = {
  waiting: home,
  enrol: () => open("enrol"),
  camera: () => camera.use(),
  "turn-camera": () => camera.turn().then(() => camera.resume()),
  names: () => names(),
  row: (button) => names(button.dataset.row),
  person: (button) => roster.ask(Number(button.dataset.person), Number(button.dataset.shift)),
  confirmed: () => {
    const { name, ...yes } = roster.confirmed() ?? {};
    return name && scanned({ ...yes, how: "list" }, name);
  },
  typed: () => open("typed"),
  retype: () => (open("typed"), (field("typed-code").value = typedBefore())),
  photo: () => slot("file").click(),
  phone: () => (drawVenue(), open("phone")),
  own: own.begin,
  leave: leaveNow,
  records,
  send: () => outbox.send(),
  settings,
  "put-away": (button) => mayAct() && outbox.putAway(button.dataset.uuid),
  "sign-off": askSignOff,
  "signed-off": async () => {
    await signOff();
    outbox.signedOff();
    location.replace("/kiosk");
  },
  speak: async (button, event) => {
    event.preventDefault();
    await remember("language", button.dataset.code);
    location.replace(button.href);
  },
};

const FORMS = {
  own: () => own.look(),
  enrol: () => enrolWith(field("enrol-code").value),
  pin: () => unlock(field("pin-digits").value),
  typed: () => {
    const code = field("typed-code").value.trim();
    if (!code) return fault("typed", "typed-empty");
    field("typed-code").value = "";
    return scanned({ code, how: "typed", direction: "auto" });
  },
};

async function photographed({ target }) {
  const [file] = target.files;
  target.value = "";
  if (!file) return;
  const code = await readPhoto(file).catch(() => null);
  if (code) scanned({ code, how: "photo", direction: "auto" });
  else stopWord("no-code");
}

function listen() {
  addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) ACTS[button.dataset.do]?.(button, event);
    else if (view() === "result" && slot("result-answers").hidden) home();
  });
  addEventListener("submit", (event) => {
    event.preventDefault();
    FORMS[event.target.dataset.form]?.();
  });
  addEventListener("keydown", (event) => event.key === "Escape" && home());
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => (touched(), sound.wake(draw)), { passive: true });
  document.querySelector("[data-view=settings]").addEventListener("change", changedSetting);
  slot("file").addEventListener("change", photographed);
  readerKeys(document, (code) => {
    if (view() === "own") own.card(code.trim());
    if (view() === "enrol") enrolWith(code);
    if (!READER_VIEWS.has(view())) return;
    field("typed-code").value = "";
    scanned({ code: code.trim(), how: "reader", direction: "auto" });
  });
  let before = "";
  onView((name) => {
    if (BASES.has(name)) unlocked = false;
    if ((name === "own") !== (before === "own")) camera.pause(); // its picture moves to the other view
    own.left((before = name));
    return CAMERA_VIEWS.has(name) ? camera.resume() : camera.pause();
  });
  outbox.events.addEventListener("changed", redraw);
  outbox.events.addEventListener("unreachable", () => ((device.known.reachable = false), redraw()));
  outbox.events.addEventListener("answer", ({ detail }) => ((device.known.reachable = true), device.note(detail)));
  outbox.events.addEventListener("refused", ({ detail }) => device.stop(detail.status, detail.error).then(redraw));
  outbox.events.addEventListener("signed-off", () => location.replace("/kiosk"));
  const look = () => document.hidden || device.refresh();
  for (const change of ["online", "offline"]) addEventListener(change, look);
  document.addEventListener("visibilitychange", look);
}

/** The code in the address of the enrolment QR, which is taken away at once. */
function codeFromAddress() {
  const code = tidyCode(decodeURIComponent(location.hash.slice(1)));
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  return code;
}

async function enrolFromAddress(code) {
  if (!code || (await isKnown(code).catch(() => false))) return;
  open("enrol");
  field("enrol-code").value = code;
  show("enrol-back", enrolled);
  if (!enrolled || device.known.stopped) await enrolWith(code);
}

async function begin() {
  const wanted = await recall("language").catch(() => null);
  const { language } = document.getElementById("main").dataset;
  if (wanted && wanted !== language) return location.replace(`/kiosk?lang=${encodeURIComponent(wanted)}${location.hash}`);
  const code = codeFromAddress();
  listen();
  roster.drawRows();
  await clock.start().catch(() => {});
  enrolled = await device.start().catch(() => false);
  wishes.sound = (await recall("sound").catch(() => true)) ?? true;
  await camera.start(fromCamera, device.known.state?.device.kind === "leader").catch(() => {});
  // where nothing can be stored the page for enrolling says so
  await paint().catch(() => open("enrol"));
  tick();
  setInterval(tick, 1000);
  setInterval(draw, 30_000);
  clock.watchJumps(redraw);
  awake.keepAwake();
  await outbox.tidy().catch(() => {});
  troubles.room = (await storage()).little;
  keepShell(() => view() === "waiting" && !isBusy());
  addEventListener("hashchange", () => enrolFromAddress(codeFromAddress()));
  await enrolFromAddress(code);
  if (enrolled) await device.refresh();
  outbox.send();
}

begin();
