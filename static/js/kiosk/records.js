// The two lists of this device: not sent yet, and not taken by the center.
import { told, unsent } from "./outbox.js";
import { clockTime, day, element, put, show, withReadings, words } from "./text.js";

function head(one) {
  const name = one.answer?.name || one.label;
  const when = `${day(one.device_time)} ${clockTime(one.device_time)}`;
  return element("p", {}, element("strong", {}, ...(name ? [name] : [words("unnamed")])), ` ${when}（`, words(`how-${one.how}`), "）");
}

function button(word, act, uuid) {
  return element("button", { type: "button", className: "button second compact", data: { do: act, uuid } }, words(word));
}

function toldLine(one, mayAct) {
  const reason = one.answer ? [element("p", {}, element("strong", {}, withReadings(one.answer.heading))), element("p", {}, withReadings(one.answer.words))] : [element("p", {}, words("not-sendable"))];
  const seen = one.seen ? [element("p", { className: "small soft" }, words("told-then"))] : [];
  const buttons = [];
  if (mayAct) buttons.push(button("put-away", "put-away", one.uuid));
  return element("li", { className: "stack tight" }, head(one), ...reason, ...seen, ...(buttons.length ? [element("p", { className: "row" }, ...buttons)] : []));
}

/** Draw both; who `mayAct` may take entries off. */
export async function drawRecords(mayAct) {
  const [kept, list] = await Promise.all([unsent(), told()]);
  put("unsent", ...kept.map((one) => element("li", {}, head(one))));
  put("unsent-count", String(kept.length));
  show("unsent-none", !kept.length);
  show("send-now", kept.length > 0);
  put("told", ...list.map((one) => toldLine(one, mayAct)));
  put("told-count", String(list.length));
  show("told-none", !list.length);
  show("told-help", list.length > 0);
}
