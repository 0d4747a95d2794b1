// わたしのQR: the screen stays on, the page is kept for times without a network, an old code is not shown as a good one.
import { keepAwake } from "../kiosk/awake.js";

const SCOPE = "/me/code";
const DAY_MS = 24 * 3600 * 1000;
const LOOK_MS = 30_000;

const main = document.querySelector("[data-until]");
const until = Number(main.dataset.until);
const isKept = main.dataset.kept === "yes"; // the worker writes so when the center did not answer

const show = (name, shown) => {
  for (const one of main.querySelectorAll(`[data-part="${name}"]`)) one.hidden = !shown;
};

function judge() {
  const over = Date.now() >= until;
  show("code", !over);
  show("over", over);
  show("offline", isKept && !over);
}

/** A new code, as soon as the center can be reached: when this page came from here, or is of yesterday. */
async function renew() {
  judge();
  if (document.hidden || (!isKept && until - Date.now() > DAY_MS)) return;
  const answer = await fetch(SCOPE, { cache: "no-store", redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect" || (answer?.ok && answer.headers.get("X-Code-Until"))) location.reload();
}

async function keep() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(main.dataset.worker, { scope: SCOPE });
  await navigator.serviceWorker.ready;
  show("kept", !isKept && Boolean(await caches.match(SCOPE)));
}

let wish = null;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  wish = event;
  show("install", true);
});
main.querySelector("[data-do=install]").addEventListener("click", () => {
  wish?.prompt();
  show("install", false);
});

if (matchMedia("(display-mode: standalone)").matches) show("hint", false);
judge();
keepAwake();
keep().catch(() => {}); // a private window keeps nothing; the page works without
addEventListener("online", renew);
document.addEventListener("visibilitychange", renew);
setInterval(renew, LOOK_MS);
