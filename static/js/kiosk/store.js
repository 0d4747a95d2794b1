// What this device keeps: its key and settings (meta), scans not sent yet (outbox), scans that were not taken (told).
const NAME = "otagai-kiosk";
const VERSION = 1;

let opened = null;

function open() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("meta");
      asked.result.createObjectStore("outbox", { keyPath: "uuid" });
      asked.result.createObjectStore("told", { keyPath: "uuid" });
    };
    asked.onsuccess = () => {
      const base = asked.result;
      // a newer page in another tab needs the base; the next use here opens it again
      base.onversionchange = () => (base.close(), (opened = null));
      base.onclose = () => (opened = null);
      done(base);
    };
    asked.onerror = () => fail(asked.error);
  }).catch((error) => {
    opened = null;
    throw error;
  });
  return opened;
}

/** The result of one request, for use inside `change` and `read`. @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
export function got(request) {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

/** @typedef {<T>(names: string[], work: (...stores: IDBObjectStore[]) => Promise<T> | T) => Promise<T>} Turn */

/** One transaction: everything in `work` is kept, or nothing. Resolves when it is on the disk. */
async function turn(mode, names, work) {
  const base = await open();
  return new Promise((done, fail) => {
    const one = base.transaction(names, mode, { durability: "strict" });
    let result;
    one.oncomplete = () => done(result);
    one.onabort = () => fail(one.error ?? new Error("aborted"));
    Promise.resolve(work(...names.map((name) => one.objectStore(name)))).then(
      (value) => (result = value),
      (error) => {
        fail(error);
        try {
          one.abort();
        } catch {
          // it has ended by itself
        }
      },
    );
  });
}

/** @type {Turn} */
export const change = (names, work) => turn("readwrite", names, work);

/** @type {Turn} */
export const read = (names, work) => turn("readonly", names, work);

/** One value of this device, or undefined. @returns {Promise<any>} */
export const recall = (key) => read(["meta"], (meta) => got(meta.get(key)));

/** Keep one value; undefined forgets it. @param {unknown} value */
export function remember(key, value) {
  return change(["meta"], (meta) => void (value === undefined ? meta.delete(key) : meta.put(value, key)));
}
