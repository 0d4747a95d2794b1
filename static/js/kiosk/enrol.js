// A new device: the key is made and stored here first, then the center learns it with the code of its desk.
import { call } from "./api.js";
import { change, recall, remember } from "./store.js";

/** The characters of a code as the center writes them, whatever was typed; of a QR's whole address, which ends with it. */
export const tidyCode = (typed) => typed.normalize("NFKC").split("#").at(-1).toUpperCase().replace(/[^0-9A-Z]/g, "");

function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Exchange the code; once more (a lost answer, the QR scanned again) with the same key. Gives the status: 200, 201, … 0. */
export async function enrol(code) {
  const before = await recall("enrolment");
  const token = before?.code === code ? before.token : newToken();
  await remember("enrolment", { code, token });
  const answer = await call("enrolment", { body: { code, token } });
  if (answer.status !== 200 && answer.status !== 201) return answer.status;
  await change(["meta"], (meta) => {
    meta.put(token, "token");
    for (const key of ["state", "stopped", "chosen"]) meta.delete(key);
  });
  return answer.status;
}

/** Whether this code is the one this device was enrolled with. */
export async function isKnown(code) {
  const [token, before] = await Promise.all([recall("token"), recall("enrolment")]);
  return Boolean(token) && before?.code === code && before?.token === token;
}

/** Forget key and people; scans and settings stay. */
export function signOff() {
  return change(["meta"], (meta) => {
    for (const key of ["token", "enrolment", "state", "stopped", "chosen"]) meta.delete(key);
  });
}
