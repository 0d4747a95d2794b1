// Reading QR codes: by camera, from a photograph, or with a USB or Bluetooth reader. Nothing leaves this device.
// decoder() → {decode(ImageData | ImageBitmap) → text | null, name: "native" | "zxing"}
// watch(video, onText, onTrouble, {facing}) → {stop(), ready → {torch: boolean}, torch(on)}
// readPhoto(file) → text | null        readerKeys(element, onText) → {stop()}
// onTrouble gets a word: "insecure", "refused", "absent", "busy", "lost", "decoder" or "camera" (anything else).
export { decoder } from "./scanner/decoder.js";
export { readPhoto } from "./scanner/photo.js";
export { readerKeys } from "./scanner/reader_keys.js";
export { watch } from "./scanner/camera.js";
