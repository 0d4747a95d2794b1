// Somebody signs in or out, or becomes somebody else: nobody's QR stays in this browser.
(async () => {
  if (!navigator.serviceWorker || !window.caches) return;
  const found = await navigator.serviceWorker.getRegistration("/me/code");
  found?.active?.postMessage("forget");
  const names = await caches.keys();
  await Promise.all(names.filter((one) => one.startsWith("my-code-")).map((one) => caches.delete(one)));
  await found?.unregister();
})();
