// J and K move down and up in the list of things to do; without it the Tab key does.
"use strict";
document.addEventListener("keydown", (event) => {
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (!step || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = Array.from(document.querySelectorAll(".queue a"));
  if (links.length === 0) return;
  const here = links.indexOf(document.activeElement);
  const chosen = links.findIndex((link) => link.hasAttribute("aria-current"));
  const from = here >= 0 ? here : chosen;
  links[Math.min(links.length - 1, Math.max(0, from + step))].focus();
  event.preventDefault();
});
