// Keeps the screen on while the page is seen.
let lock = null;

/** Whether the screen stays on. */
export const stays = () => Boolean(lock && !lock.released);

async function ask() {
  if (document.hidden || stays() || !navigator.wakeLock) return;
  // a low battery refuses; the next time the page is seen we ask again
  lock = await navigator.wakeLock.request("screen").catch(() => null);
}

/** From now on. */
export function keepAwake() {
  document.addEventListener("visibilitychange", ask);
  ask();
}
