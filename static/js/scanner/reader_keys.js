// A USB or Bluetooth reader types like a keyboard, only faster than any hand, and ends with Enter.
const FAST_MS = 50; // between two keys
const SHORTEST = 6;
const SILENCE_MS = 250; // some readers send no Enter

/** Call `onText` with what a reader types while `element` (or document) has the keys. */
export function readerKeys(element, onText) {
  let typed = "";
  let last = 0;
  let timer;

  function take() {
    clearTimeout(timer);
    const text = typed;
    typed = "";
    if (text.length < SHORTEST) return false;
    onText(text);
    return true;
  }

  function key(event) {
    if (event.isComposing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    const fast = event.timeStamp - last < FAST_MS;
    if (event.key === "Enter" || event.key === "Tab") {
      if (fast && take()) {
        event.preventDefault(); // else Enter would also press the button that has the focus
        event.stopPropagation();
      }
      typed = "";
      return;
    }
    if (event.key.length !== 1) return; // Shift and its like come between the letters
    typed = fast ? typed + event.key : event.key;
    last = event.timeStamp;
    clearTimeout(timer);
    timer = setTimeout(take, SILENCE_MS);
  }

  element.addEventListener("keydown", key, true);
  return {
    stop() {
      clearTimeout(timer);
      element.removeEventListener("keydown", key, true);
    },
  };
}
