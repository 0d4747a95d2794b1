// The browser's own BarcodeDetector where it reads QR codes, else zxing, loaded from here when it is first needed.
const ZXING = new URL("../../vendor/zxing-wasm-3.1.4/", import.meta.url).href;
const OPTIONS = { formats: ["QRCode"], maxNumberOfSymbols: 1, textMode: "Plain" };

const canvas = document.createElement("canvas");

let native;
let zxing;

function pixels(image) {
  if (image instanceof ImageData) return image;
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
}

async function findNative() {
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    // some phones have the class without the service behind it: that shows at the first picture
    await detector.detect(new ImageData(16, 16));
    return {
      name: "native",
      async decode(image) {
        const found = await detector.detect(image);
        return found.length ? found[0].rawValue || null : null;
      },
    };
  } catch {
    return null;
  }
}

async function loadZxing() {
  const { prepareZXingModule, readBarcodes } = await import(`${ZXING}es/reader/index.js`);
  const overrides = { locateFile: (name) => `${ZXING}reader/${name}` };
  await prepareZXingModule({ overrides, fireImmediately: true });
  return {
    name: "zxing",
    async decode(image) {
      const found = await readBarcodes(pixels(image), OPTIONS);
      return found.length ? found[0].text || null : null;
    },
  };
}

/** The decoder compiled to WebAssembly; rejects when it cannot be loaded, and the next call tries again. */
export function zxingDecoder() {
  zxing ??= loadZxing().catch((error) => {
    zxing = undefined;
    throw error;
  });
  return zxing;
}

/** The best decoder of this browser. A native one that breaks later is replaced by zxing for good. */
export async function decoder() {
  native ??= findNative();
  const found = await native;
  if (!found) return zxingDecoder();
  return {
    name: found.name,
    async decode(image) {
      try {
        return await found.decode(image);
      } catch {
        native = Promise.resolve(null);
        return (await zxingDecoder()).decode(image);
      }
    },
  };
}
