// Counts down to the next code; without it the page still renews itself by its Refresh header.
"use strict";
const turn = document.querySelector("[data-turn]");
if (turn) {
  const shown = turn.querySelector("[data-left]");
  const bar = turn.querySelector(".bar .full");
  const step = Number(turn.dataset.step);
  const end = performance.now() + Number(turn.dataset.turn) * 1000;
  const timer = setInterval(() => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    shown.textContent = String(left);
    bar.setAttribute("width", `${(100 * left) / step}%`);
    if (left === 0) clearInterval(timer);
  }, 1000);
}
