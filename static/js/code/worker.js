// Keeps わたしのQR for times without a network: that one page and what draws it, nothing else of anybody.
// VERSION and FILES are set by /me/code-worker.js before this runs.
const PAGE = "/me/code";
const PREFIX = "my-code-";
const NAME = PREFIX + VERSION;
const PATIENCE_MS = 3000; // after this a page kept here is shown, while the center is still asked

const pathOf = (address) => new URL(address, self.location.href).pathname;
const KEPT = new Set(FILES.map(pathOf));

/** Somebody signs in or out in this browser: what is on its way is not kept any more. */
let forgotten = false;

async function forget() {
  forgotten = true;
  const names = await caches.keys();
  await Promise.all(names.filter((one) => one.startsWith(PREFIX)).map((one) => caches.delete(one)));
}

/** Ask the center. A page with a code is kept; one that says something else (sign in, erased) ends what was kept. */
async function ask(request) {
  const response = await fetch(request);
  const cache = await caches.open(NAME);
  if (response.ok && response.headers.has("X-Code-Until")) {
    if (!forgotten) await cache.put(PAGE, response.clone());
  } else if (response.status < 500 && response.status !== 429) {
    await cache.delete(PAGE);
  }
  return response;
}

const renew = () => ask(new Request(PAGE, { cache: "no-store", credentials: "same-origin", redirect: "manual" })).catch(() => null);

async function fill() {
  const cache = await caches.open(NAME);
  await Promise.all(
    FILES.map(async (address) => {
      const response = await fetch(address, { cache: "no-cache", credentials: "omit" });
      if (!response.ok || response.redirected) throw new Error(`${response.status} ${address}`);
      await cache.put(pathOf(address), response);
    }),
  );
  await renew();
}

async function takeOver() {
  const old = (await caches.keys()).filter((one) => one.startsWith(PREFIX) && one !== NAME);
  await Promise.all(old.map((one) => caches.delete(one)));
  await self.clients.claim();
}

/** The kept page, which says of itself that it is one. */
async function asKept(response) {
  const html = (await response.text()).replace('data-kept="no"', 'data-kept="yes"');
  return new Response(html, { status: 200, headers: response.headers });
}

async function page(event) {
  const asked = ask(event.request);
  event.waitUntil(asked.catch(() => null));
  const cache = await caches.open(NAME);
  const kept = await cache.match(PAGE, { ignoreVary: true });
  if (!kept) return asked;
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS, null));
  const response = await Promise.race([asked.catch(() => null), late]);
  return response && response.status < 500 && response.status !== 429 ? response : asKept(kept);
}

async function file(request) {
  const cache = await caches.open(NAME);
  return (await cache.match(pathOf(request.url), { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(forget());
  if (event.data === "renew") event.waitUntil(renew());
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === PAGE) event.respondWith(request.mode === "navigate" ? page(event) : ask(request));
  else if (KEPT.has(url.pathname)) event.respondWith(file(request));
});
