// The signature field: a finger, a pen or a mouse draws, the form carries the strokes as a short path.
// Nothing is a picture: the page draws lines in an SVG, the server reads whole numbers (matching/paid_work/strokes.py).
// Without this script the field stays hidden and the name is typed.
const box = document.querySelector("[data-sign]");
const field = box.querySelector("svg");
const line = field.querySelector("path");
const kept = document.querySelector("[data-strokes]");
const clear = box.querySelector("[data-clear]");
const said = box.querySelector("[data-said]");

const { width: WIDTH, height: HEIGHT } = field.viewBox.baseVal;
const STEP = 4; // points nearer than this add nothing
const LONGEST = 7800; // what the server takes, with a little room

let drawing = null; // the pointer that draws; a second finger is no pen
let last;

/** Where a pointer is, in the units of the field. */
function place(event) {
  const area = field.getBoundingClientRect();
  const within = (value, most) => Math.round(Math.min(most, Math.max(0, value)));
  return [
    within(((event.clientX - area.left) / area.width) * WIDTH, WIDTH),
    within(((event.clientY - area.top) / area.height) * HEIGHT, HEIGHT),
  ];
}

function keep(path) {
  kept.value = path;
  line.setAttribute("d", path);
  clear.hidden = !path;
  said.hidden = !path;
}

function add(letter, [x, y]) {
  if (kept.value.length < LONGEST) keep(`${kept.value}${letter}${x} ${y}`);
  last = [x, y];
}

field.addEventListener("pointerdown", (event) => {
  if (drawing !== null || !event.isPrimary) return;
  event.preventDefault();
  drawing = event.pointerId;
  field.setPointerCapture(drawing);
  add("M", place(event));
});

field.addEventListener("pointermove", (event) => {
  if (event.pointerId !== drawing) return;
  for (const one of event.getCoalescedEvents?.() ?? [event]) {
    const [x, y] = place(one);
    if (Math.hypot(x - last[0], y - last[1]) >= STEP) add("L", [x, y]);
  }
});

for (const end of ["pointerup", "pointercancel"]) {
  field.addEventListener(end, (event) => {
    if (event.pointerId === drawing) drawing = null;
  });
}

clear.addEventListener("click", () => {
  keep("");
  field.focus({ preventScroll: true });
});

box.hidden = false;
keep(kept.value);
