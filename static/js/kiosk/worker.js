// Keeps the page for times without a network. VERSION, PAGES and FILES are set by /kiosk-worker.js before this runs.
// Each version has a cache of its own, filled whole or not at all; scans are in IndexedDB and not touched here.
const NAME = `kiosk-${VERSION}`;
const DEFAULT = PAGES[0];

/** Under which name something is kept: a page by its language, a file by its path. */
function nameOf(address) {
  const url = new URL(address, self.location.href);
  if (url.pathname !== "/kiosk") return url.pathname;
  const wish = url.searchParams.get("lang");
  return PAGES.find((one) => new URL(one, url).searchParams.get("lang") === wish) ?? DEFAULT;
}

const KEPT = new Set([...PAGES, ...FILES].map(nameOf));

async function fill() {
  const cache = await caches.open(NAME);
  await Promise.all(
    [...PAGES, ...FILES].map(async (address) => {
      const response = await fetch(address, { cache: "no-cache", credentials: "omit" });
      if (!response.ok || response.redirected) throw new Error(`${response.status} ${address}`);
      await cache.put(nameOf(address), response);
    }),
  );
}

async function answer(request) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(nameOf(request.url), { ignoreVary: true });
  return kept ?? fetch(request);
}

async function takeOver() {
  const old = (await caches.keys()).filter((one) => one.startsWith("kiosk-") && one !== NAME);
  await Promise.all(old.map((one) => caches.delete(one)));
  await self.clients.claim();
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isOurs = new URL(request.url).origin === self.location.origin;
  if (request.method === "GET" && isOurs && KEPT.has(nameOf(request.url))) event.respondWith(answer(request));
});
