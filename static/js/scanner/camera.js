// The camera, a few frames a second, one at a time; stopped whenever the page is hidden.
import { decoder } from "./decoder.js";

const EDGE = 800; // larger pictures cost time and read no better
const PAUSE_MS = 120;
const SAME_MS = 2000; // a code held still is reported once; taken away this long, it counts again

const TROUBLES = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "absent",
  OverconstrainedError: "absent",
  NotReadableError: "busy",
  AbortError: "busy",
};

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function open(facing) {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "InsecureError");
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const video = { facingMode: { ideal: facing }, ...size };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video });
  const [track] = stream.getVideoTracks();
  if (track.getCapabilities?.().focusMode?.includes("continuous")) {
    track.applyConstraints({ advanced: [{ focusMode: "continuous" }] }).catch(() => {});
  }
  return stream;
}

/** Takes pictures off a video: the whole one, and in turn its middle, where a small code is larger. */
function framer(video) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let turn = 0;
  return () => {
    const { videoWidth: width, videoHeight: height } = video;
    const edge = Math.max(width, height);
    const share = edge > EDGE && turn++ % 2 ? EDGE / edge : 1;
    const [w, h] = [width * share, height * share];
    const scale = Math.min(1, EDGE / Math.max(w, h));
    canvas.width = Math.round(w * scale);
    canvas.height = Math.round(h * scale);
    context.drawImage(video, (width - w) / 2, (height - h) / 2, w, h, 0, 0, canvas.width, canvas.height);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  };
}

/**
 * Show the camera in `video` and call `onText` with each code read, `onTrouble` with why it cannot be.
 * `facing` is "environment" (away from the screen) or "user"; a camera the other way is taken if it is the only one.
 */
export function watch(video, onText, onTrouble, { facing = "environment" } = {}) {
  let stream = null;
  let active = false;
  let round = 0; // each start has its number; an older one that is still waiting sees that and gives up
  let stopped = false;
  let tellReady;
  const ready = new Promise((done) => (tellReady = done));
  const seen = { text: "", at: -Infinity };
  const frame = framer(video);
  const track = () => stream?.getVideoTracks()[0];

  function pause() {
    round++;
    active = false;
    stream?.getTracks().forEach((one) => one.stop());
    stream = null;
    video.srcObject = null;
  }

  function trouble(error) {
    pause();
    const known = error.name === "InsecureError" ? "insecure" : TROUBLES[error.name];
    onTrouble(error.trouble ?? known ?? "camera");
  }

  function report(text) {
    const now = performance.now();
    const again = text === seen.text && now - seen.at < SAME_MS;
    seen.text = text;
    seen.at = now;
    if (!again) onText(text);
  }

  async function look(mine, reader) {
    let shown = -1;
    while (mine === round) {
      const started = performance.now();
      if (video.videoWidth && video.currentTime !== shown) {
        shown = video.currentTime;
        const text = await reader.decode(frame()).catch(() => null);
        if (mine === round && text) report(text);
      }
      // a slow phone rests as long as it worked, so that its buttons answer
      const worked = performance.now() - started;
      await sleep(Math.max(PAUSE_MS - worked, Math.min(worked, 500), 20));
    }
  }

  async function start() {
    const mine = ++round;
    active = true;
    try {
      const loading = decoder().catch((error) => {
        throw Object.assign(error, { trouble: "decoder" });
      });
      loading.catch(() => {}); // told below, after the camera
      const opened = await open(facing);
      if (mine !== round) {
        opened.getTracks().forEach((one) => one.stop());
        return;
      }
      stream = opened;
      track().addEventListener("ended", () => mine === round && trouble({ trouble: "lost" }));
      video.muted = true;
      video.playsInline = true;
      video.srcObject = stream;
      await video.play();
      const reader = await loading;
      if (mine !== round) return;
      tellReady({ torch: Boolean(track().getCapabilities?.().torch) });
      await look(mine, reader);
    } catch (error) {
      if (mine === round) trouble(error);
    }
  }

  function seeOrHide() {
    if (document.hidden) pause();
    else if (!stopped && !active) start(); // also after a trouble: somebody may have allowed it in the settings
  }

  function stop() {
    stopped = true;
    pause();
    document.removeEventListener("visibilitychange", seeOrHide);
    removeEventListener("pagehide", pause);
    removeEventListener("pageshow", seeOrHide);
  }

  document.addEventListener("visibilitychange", seeOrHide);
  addEventListener("pagehide", pause);
  addEventListener("pageshow", seeOrHide);
  if (!document.hidden) start();

  return {
    stop,
    ready,
    /** The lamp of the phone; false when it has none. */
    async torch(on) {
      try {
        await track().applyConstraints({ advanced: [{ torch: on }] });
        return true;
      } catch {
        return false;
      }
    },
  };
}
