// Whoever keeps their QR in this browser gets a new one whenever they come by, and never somebody else's.
navigator.serviceWorker?.getRegistration("/me/code").then((found) => found?.active?.postMessage("renew"));
