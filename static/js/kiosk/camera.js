// The camera of the waiting page: on when it was allowed once, off while nobody waits for a scan.
import { watch } from "../scanner.js";
import { recall, remember } from "./store.js";
import { say, show, slot } from "./text.js";

let running = null;
let facing = "user";
let allowed = false;
let hear = (text) => void text;

/** Which way it looks, or "off". */
export const direction = () => facing;

function off(word = "camera-off") {
  running?.stop();
  running = null;
  show("video", false);
  show("corners", false);
  show("turn", false);
  show("camera-off", true);
  say("camera-words", word);
}

function trouble(name) {
  off(`camera-${name}`);
  // 「カメラを使う」 stands there for another try; until then the other ways remain
  allowed = false;
}

/** On again, if it was on. */
export function resume() {
  if (!allowed || facing === "off" || running) return;
  const video = slot("video");
  say("camera-words", "camera-starting");
  video.classList.toggle("mirrored", facing === "user");
  video.onplaying = () => {
    show("camera-off", false);
    show("video", true);
    show("corners", true);
    show("turn", true);
  };
  running = watch(video, (text) => hear(text), trouble, { facing });
}

/** Off for now. */
export const pause = () => running && off();

/** Somebody touched 「カメラを使う」. */
export async function use() {
  allowed = true;
  if (facing === "off") facing = "user";
  off();
  resume();
  await remember("camera", { facing, allowed });
}

/** Look the other way, or not at all. @param {"user" | "environment" | "off"} [wish] */
export async function turn(wish) {
  facing = wish ?? (facing === "user" ? "environment" : "user");
  allowed = facing !== "off";
  off();
  await remember("camera", { facing, allowed });
}

/**
 * Take up what was chosen before; on a phone the camera at the back is the first choice.
 * @param {(text: string) => void} onText @param {boolean} isPhone
 */
export async function start(onText, isPhone) {
  hear = onText;
  ({ facing, allowed } = { facing: isPhone ? "environment" : "user", allowed: false, ...(await recall("camera")) });
  off();
}
