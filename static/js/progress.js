// Looks every two seconds how far the plan is, and opens it when it is there; without it the page is loaded anew.
"use strict";
const EVERY_MS = 2000;
async function look() {
  const here = document.getElementById("progress");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("progress");
      if (!next || !next.hasAttribute("data-going-on")) return location.reload();
      if (next.textContent !== here.textContent) here.replaceChildren(...next.childNodes);
    }
  } catch {
    // no network for a moment: the next look finds it
  }
  return setTimeout(look, EVERY_MS);
}
setTimeout(look, EVERY_MS);
