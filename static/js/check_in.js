// The volunteer's page: reads the QR code of the venue or the poster and opens its page, which has the one button.
// Everything is judged there, by the server; here only addresses of ours are told from others.
const part = (name) => document.querySelector(`[data-${name}]`);
const [box, start, camera, said, photo] = ["scan", "start", "camera", "said", "photo"].map(part);
const video = camera.querySelector("video");
const file = photo.querySelector("input");
const torch = part("torch");

const PLACES = /^\/[vws]\/[\w-]+$/;
const PEOPLE = /^(?:\/[pc]\/[\w-]+|C[0-9A-Z]{7})$/;
const FOREIGN_MS = 4000; // how long it is said, while the camera goes on looking

const before = said.firstElementChild;

let watching = null;
let timer;

/** What a code says to this page: ["place", path] of ours, ["own", …] of a person, or ["foreign", …]. */
function kindOf(text) {
  const base = [box.dataset.ours, location.origin].find((one) => text.startsWith(`${one}/`));
  const path = base ? text.slice(base.length) : text;
  if (base && PLACES.test(path)) return ["place", path];
  return [PEOPLE.test(path) ? "own" : "foreign", path];
}

/** Say one of the page's words; without a name what it said at first. */
function say(name) {
  clearTimeout(timer);
  const words = name ? document.querySelector(`[data-word="${name}"], [data-trouble="${name}"]`).cloneNode(true) : before;
  words.hidden = false;
  said.replaceChildren(words);
}

function stop() {
  watching?.stop();
  watching = null;
  start.hidden = false;
  if (camera.contains(document.activeElement)) start.focus({ preventScroll: true });
  camera.hidden = true;
  torch.hidden = true;
  torch.setAttribute("aria-pressed", "false");
}

/** Open the page of a code of ours; say of any other what it is. */
function take(text) {
  const [kind, path] = kindOf(text);
  if (kind === "place") {
    stop();
    say("found");
    location.assign(path);
    return;
  }
  say(kind);
  if (watching) timer = setTimeout(say, FOREIGN_MS, "looking");
}

function trouble(name) {
  stop();
  say(name);
  part("first").hidden = true;
  part("again").hidden = false;
}

async function look() {
  camera.hidden = false;
  part("stop").focus({ preventScroll: true });
  start.hidden = true;
  say("opening");
  box.scrollIntoView({ block: "start" });
  try {
    const { watch } = await import("./scanner.js");
    if (camera.hidden) return; // stopped meanwhile
    watching = watch(video, take, trouble);
  } catch {
    trouble("decoder");
    return;
  }
  const mine = watching;
  const { torch: has } = await mine.ready;
  if (watching !== mine) return;
  say("looking");
  torch.hidden = !has;
}

async function lighten() {
  const on = torch.getAttribute("aria-pressed") !== "true";
  if (await watching?.torch(on)) torch.setAttribute("aria-pressed", String(on));
}

async function readFile() {
  const [chosen] = file.files;
  if (!chosen) return;
  stop();
  say("photo");
  box.scrollIntoView({ block: "start" });
  try {
    const { readPhoto } = await import("./scanner.js");
    const text = await readPhoto(chosen);
    if (text) take(text);
    else say("nothing");
  } catch {
    say("decoder");
  }
  file.value = ""; // the same photo may be chosen again
}

start.addEventListener("click", look);
part("stop").addEventListener("click", () => {
  stop();
  say();
});
torch.addEventListener("click", lighten);
file.addEventListener("change", readFile);
// back from the page of the code: nothing is being read any more
addEventListener("pageshow", (event) => event.persisted && say());
box.hidden = false;
photo.hidden = false;
