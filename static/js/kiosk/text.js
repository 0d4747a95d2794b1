// Words: they stand in the page's <template id="words">, in its language; nothing is ever put in as HTML.
const template = document.getElementById("words");
const locale = document.documentElement.lang || "ja";
const ZONE = "Asia/Tokyo";
const READING = /\{([^{}|]{1,24})\|([ぁ-ゖー]{1,40})\}/g;

/** The words of this name, «…» filled in. @param {Record<string, any>} [facts] */
export function words(name, facts = {}) {
  const found = template.content.querySelector(`[data-word="${name}"]`);
  const copy = document.createDocumentFragment();
  if (!found) return copy;
  copy.append(...found.cloneNode(true).childNodes);
  const walker = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    node.data = node.data.replace(/«([\w-]+)»/g, (whole, key) => String(facts[key] ?? ""));
  }
  return copy;
}

/** The slot of the page with this name. */
export const slot = (name) => document.querySelector(`[data-slot="${name}"]`);

/** Put text or nodes into a slot, in place of what was there. @param {...(Node | string)} parts */
export function put(name, ...parts) {
  slot(name).replaceChildren(...parts);
}

/** Put words there; none empties it. @param {string} [word] @param {Record<string, any>} [facts] */
export function say(name, word, facts) {
  put(name, ...(word ? [words(word, facts)] : []));
}

/** Show or hide a slot. */
export function show(name, shown) {
  slot(name).hidden = !shown;
}

/** An element with children; `data` are its data attributes. @param {...(Node | string)} children */
export function element(tag, properties = {}, ...children) {
  const { data = {}, ...others } = properties;
  const made = Object.assign(document.createElement(tag), others);
  Object.assign(made.dataset, data);
  made.append(...children);
  return made;
}

/** A text of the center, which may carry readings: {受付|うけつけ} becomes ruby. @param {string | null} [text] */
export function withReadings(text) {
  const made = document.createDocumentFragment();
  let end = 0;
  for (const one of (text ?? "").matchAll(READING)) {
    made.append(text.slice(end, one.index));
    made.append(element("ruby", {}, one[1], element("rt", {}, one[2])));
    end = one.index + one[0].length;
  }
  made.append((text ?? "").slice(end));
  return made;
}

const clockFormat = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", hourCycle: "h23", timeZone: ZONE });
const dayFormat = new Intl.DateTimeFormat(locale, { month: "long", day: "numeric", weekday: "short", timeZone: ZONE });

/** 9:14 in Japan. @param {string | number | null} moment */
export const clockTime = (moment) => (moment == null ? "" : clockFormat.format(new Date(moment)).replace(/^0(?=\d:)/, ""));

/** 11月21日（土）. @param {string | number} moment */
export const day = (moment) => dayFormat.format(new Date(moment)).replace("(", "（").replace(")", "）");
