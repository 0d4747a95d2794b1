// Three short sounds, made here: done (rising), look (twice the same), stop (low). No file, no words.
const TONES = {
  ok: [[660, 0, 0.12], [990, 0.13, 0.22]],
  kept: [[660, 0, 0.12], [660, 0.16, 0.12]],
  again: [[520, 0, 0.14], [520, 0.2, 0.14]],
  stop: [[240, 0, 0.4]],
};
const LOUD = 0.4;
const EDGE = 0.02;

let context = null;

/** Whether a sound would be heard. */
export const awake = () => context?.state === "running";

/** Browsers allow sound after the first touch only: to be called at each touch. */
export function wake(then) {
  if (awake() || typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  context.resume().then(then, () => {});
}

export function play(kind) {
  if (!awake()) return;
  for (const [pitch, start, length] of TONES[kind] ?? TONES.stop) {
    const [wave, volume, at] = [context.createOscillator(), context.createGain(), context.currentTime + start];
    wave.frequency.value = pitch;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUD, at + EDGE);
    volume.gain.setValueAtTime(LOUD, at + length - EDGE);
    volume.gain.linearRampToValueAtTime(0, at + length);
    wave.connect(volume).connect(context.destination);
    wave.start(at);
    wave.stop(at + length);
  }
}
