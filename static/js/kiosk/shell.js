// Makes the page open without a network, and changes to a new version when nobody stands before the screen.
const HOUR_MS = 3_600_000;
const QUIET_MS = 5000;

/** @param {() => boolean} isQuiet whether the page may be loaded anew just now */
export async function keepShell(isQuiet) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  let [isNew, had] = [false, Boolean(serviceWorker.controller)];
  // the first worker brings nothing new, only the ones after it
  serviceWorker.addEventListener("controllerchange", () => ([isNew, had] = [had, true]));
  setInterval(() => isNew && isQuiet() && location.reload(), QUIET_MS);
  try {
    const registration = await serviceWorker.register("/kiosk-worker.js", { scope: "/kiosk", updateViaCache: "none" });
    const look = () => registration.update().catch(() => {});
    setInterval(look, HOUR_MS);
    addEventListener("online", look);
  } catch {
    // the settings say that the page is not kept; everything else works
  }
}
