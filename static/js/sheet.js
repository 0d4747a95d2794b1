// Typing back a paper list: Enter goes on, a row is saved when one leaves it, nothing typed is lost at a reload.
"use strict";
const sheet = document.querySelector("[data-sheet]");
const form = document.getElementById("sheet");
const body = form.querySelector("tbody");
const reason = form.querySelector("[name=reason]");
const NAMES = ["who", "came", "left", "households"];
const STORE = `sheet:${sheet.dataset.sheet}`;
const AGAIN_MS = 5000;

const rows = () => Array.from(body.rows).filter((row) => !row.classList.contains("done"));
const boxes = (row) => NAMES.map((name) => row.querySelector(`[name=${name}]`)).filter(Boolean);
const box = (row, name) => row.querySelector(`[name=${name}]`);
const isEmpty = (row) => boxes(row).every((one) => one.value.trim() === "");
const plain = (text) => text.normalize("NFKC").trim();
const content = (row) => boxes(row).map((one) => one.value).join("\u001f");

// Keep what is typed and not yet saved, with the keys of the rows, for a reload.
function keep() {
  const left = rows().filter((row) => !isEmpty(row)).map((row) => ({
    key: row.dataset.key,
    sent: row.dataset.sent === "yes",
    values: Object.fromEntries(boxes(row).map((one) => [one.name, one.value])),
  }));
  sessionStorage.setItem(STORE, JSON.stringify({ reason: reason.value, rows: left }));
}

// The person meant by a number, as the list beside it says; the server decides.
function meant(text) {
  const typed = plain(text).toUpperCase();
  if (!typed) return null;
  const digits = typed.replace(/^0+/, "");
  return Array.from(sheet.querySelectorAll(".roster li")).find(({ dataset }) =>
    dataset.code.replace(/^0+/, "") === digits || dataset.number.toUpperCase() === typed || dataset.name === plain(text));
}

function say(row, name, words, isError = false) {
  const place = row.querySelector(".words");
  const parts = [];
  if (name) parts.push(Object.assign(document.createElement("strong"), { textContent: name }));
  if (words) parts.push(Object.assign(document.createElement("span"), { textContent: words, className: isError ? "error" : "" }));
  place.replaceChildren(...parts);
}

function preview(row) {
  const found = meant(box(row, "who").value);
  const isTyped = found && "known" in found.dataset;
  say(row, found ? found.dataset.name : "", isTyped ? sheet.dataset.typed : "");
}

function newRow() {
  const row = body.rows[body.rows.length - 1].cloneNode(true);
  const n = body.rows.length + 1;
  const key = Array.from(crypto.getRandomValues(new Uint8Array(18)), (one) => one.toString(16).padStart(2, "0")).join("");
  row.className = "";
  row.dataset.key = key;
  delete row.dataset.sent;
  row.querySelector("[name=key]").value = key;
  row.querySelector("[name=sure]").value = "";
  row.querySelector(".words").id = `words-${n}`;
  for (const one of boxes(row)) {
    one.value = "";
    one.removeAttribute("aria-invalid");
    one.id = `${one.name}-${n}`;
    one.setAttribute("aria-describedby", `words-${n}`);
    const label = one.previousElementSibling;
    label.htmlFor = one.id;
    label.textContent = sheet.dataset.nth.replace("{n}", n).replace("{what}", sheet.dataset[one.name]);
  }
  say(row, "", "");
  body.append(row);
  return row;
}

function onwards(row) {
  const next = rows().find((one) => one.rowIndex > row.rowIndex) || newRow();
  box(next, "who").focus();
}

// The row is done: its fields become words, and the list beside it knows.
function finish(row, answer) {
  const who = plain(box(row, "who").value);
  const hadFocus = row.contains(document.activeElement);
  row.className = "done";
  for (const cell of Array.from(row.cells).slice(0, -1)) cell.textContent = cell.cellIndex === 0 ? who : "";
  say(row, answer.name, answer.words);
  if (answer.times) row.querySelector(".words").append(link(answer.times));
  if (rows().length < 2) newRow();
  if (hadFocus) onwards(row);
  const line = sheet.querySelector(`.roster [data-person="${answer.person}"]`);
  if (!line) return;
  line.dataset.known = "";
  line.querySelector(".how").textContent = answer.line;
  line.querySelector(".acts").replaceChildren(link(answer.times));
}

function link(address) {
  return Object.assign(document.createElement("a"), { href: address, textContent: sheet.dataset.fix });
}

function refuse(row, answer) {
  const words = Object.values(answer.errors);
  row.className = "wrong";
  for (const one of boxes(row)) one.toggleAttribute("aria-invalid", one.name in answer.errors);
  for (const one of boxes(row)) if (one.name in answer.errors) one.setAttribute("aria-invalid", "true");
  say(row, answer.name, words.join(" "), true);
  if (answer.times) row.querySelector(".words").append(link(answer.times));
}

// A question: whoever has not typed on yet is led back, and Enter says yes. Otherwise the row waits as it is.
function ask(row, answer) {
  row.className = "ask";
  row.querySelector("[name=sure]").value = answer.sure;
  say(row, answer.name, answer.words, true);
  const at = document.activeElement?.closest("tbody tr");
  if (at && at !== row && isEmpty(at)) box(row, "left").focus();
}

async function save(row) {
  if (isEmpty(row) || row.dataset.sending === content(row)) return;
  row.dataset.sending = content(row);
  row.dataset.sent = "yes";
  keep();
  const sent = new FormData();
  for (const name of ["csrf_token", "form_key", "reason", "called_off"]) {
    const one = form.querySelector(`[name=${name}]`);
    if (one) sent.set(name, one.value);
  }
  sent.set("key", row.dataset.key);
  sent.set("sure", row.querySelector("[name=sure]").value);
  for (const one of boxes(row)) sent.set(one.name, one.value);
  say(row, row.querySelector(".words strong")?.textContent, sheet.dataset.saving);
  let answer = null;
  try {
    const got = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" } });
    if (got.status >= 500) throw new Error("again");
    if (!got.headers.get("Content-Type")?.includes("json")) return stopped(row);
    answer = await got.json();
  } catch {
    row.classList.add("wrong");
    say(row, "", sheet.dataset.waiting, true);
    setTimeout(() => { delete row.dataset.sending; save(row); }, AGAIN_MS);
    return;
  }
  take(row, answer);
}

function stopped(row) {
  delete row.dataset.sending;
  row.classList.add("wrong");
  say(row, "", sheet.dataset.signedOut, true);
}

function take(row, answer) {
  const mine = answer.rows[0];
  const isChanged = row.dataset.sending !== content(row);
  delete row.dataset.sending;
  document.getElementById("totals").textContent = answer.totals;
  if (["wrong", "ask"].includes(mine.state)) delete row.dataset.sent;
  if (mine.state === "wrong") refuse(row, mine);
  else if (mine.state === "ask" && !isChanged) ask(row, mine);
  else if (!isChanged) finish(row, mine);
  else save(row);
  keep();
}

function restore() {
  const kept = JSON.parse(sessionStorage.getItem(STORE) || "null");
  if (!kept) return;
  if (!reason.value) reason.value = kept.reason;
  const shown = new Set(rows().map((row) => row.dataset.key));
  for (const one of kept.rows.filter(({ key }) => !shown.has(key))) {
    const row = rows().find(isEmpty) || newRow();
    row.dataset.key = one.key;
    row.querySelector("[name=key]").value = one.key;
    for (const part of boxes(row)) part.value = one.values[part.name] || "";
    preview(row);
    if (one.sent) save(row);
  }
}

form.addEventListener("input", (event) => {
  const row = event.target.closest("tbody tr");
  if (row && event.target.name === "who") preview(row);
  keep();
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.target === reason && event.shiftKey) return;
  if (!event.target.matches("input, textarea")) return;
  event.preventDefault();
  const row = event.target.closest("tbody tr");
  if (!row) return box(rows()[0] || newRow(), "who").focus();
  const all = boxes(row);
  const next = all[all.indexOf(event.target) + 1];
  if (next && !isEmpty(row) && row.className !== "ask") next.focus();
  else if (!isEmpty(row)) onwards(row);
});
form.addEventListener("focusout", (event) => {
  const row = event.target.closest("tbody tr");
  if (row && event.relatedTarget && !row.contains(event.relatedTarget) && !event.relatedTarget.closest("button")) save(row);
});
form.addEventListener("submit", () => { for (const row of rows()) delete row.dataset.sent; });
restore();
keep();
if (!document.querySelector(".errors")) (reason.value ? box(rows().find(isEmpty) || newRow(), "who") : reason).focus();
