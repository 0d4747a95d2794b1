// The number that opens the settings: checked here against its slow hash, so also without a network.
import { recall, remember } from "./store.js";

const TRIES = 5;
const REST_MS = 60_000;

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (data) => [...new Uint8Array(data)].map((one) => one.toString(16).padStart(2, "0")).join("");

async function matches(digits, { salt, hash, iterations }) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(digits), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations }, key, hash.length * 4);
  return hex(bits) === hash;
}

/** Seconds one has to wait after five wrong numbers. */
export async function rest() {
  const { until = 0 } = (await recall("tries")) ?? {};
  return Math.max(0, Math.min(Math.ceil((until - Date.now()) / 1000), REST_MS / 1000));
}

/** Whether the number is right; wrong ones are counted, also over a reload. */
export async function check(typed, pin) {
  const { count = 0 } = (await recall("tries")) ?? {};
  await remember("tries", count + 1 >= TRIES ? { count: 0, until: Date.now() + REST_MS } : { count: count + 1 });
  const right = await matches(typed.normalize("NFKC").trim(), pin);
  if (right) await remember("tries", undefined);
  return right;
}
