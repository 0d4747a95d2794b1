// A photograph of a code: a telephone's twelve million pixels are scaled down, and several sizes are tried.
import { decoder, zxingDecoder } from "./decoder.js";

const EDGES = [1200, 700, 2000, 3200]; // the longer side; zxing halves a picture by itself too
const SMALL = 600; // a cut-out this small is also tried twice as large

function scaled(image, edge) {
  const scale = edge / Math.max(image.width, image.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff"; // a picture with holes shows paper through them
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function edgesOf(image) {
  const edge = Math.max(image.width, image.height);
  const edges = EDGES.filter((one) => one < edge);
  if (edge <= EDGES.at(-1)) edges.push(edge);
  if (edge < SMALL) edges.push(edge * 2);
  return edges;
}

/** The text of the code in a picture file, or null when there is none or the file is no picture. */
export async function readPhoto(file) {
  let image;
  try {
    image = await createImageBitmap(file);
  } catch {
    return null;
  }
  try {
    const first = await decoder();
    for (const edge of edgesOf(image)) {
      const data = scaled(image, edge);
      const text = await first.decode(data);
      if (text) return text;
      if (first.name === "native") {
        // two eyes see more than one; without a network the second may be missing
        const second = await zxingDecoder().catch(() => null);
        const found = await second?.decode(data);
        if (found) return found;
      }
    }
    return null;
  } finally {
    image.close();
  }
}
