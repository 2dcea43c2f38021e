// Everything can be done with the keyboard; the bar below the page shows the keys that work now.
function keysNow() {
  const item = current();
  if (!item) return [["l", "key_language"], ["?", "key_help"]];
  const typing = ["TEXTAREA", "INPUT"].includes(document.activeElement.tagName) && document.activeElement.id === "field";
  if (typing && item.kind === "open") return [["Ctrl Enter", "reveal"], ["Esc", "key_escape"]];
  if (typing) return [["Enter", "check"], ["Esc", "key_escape"]];
  const { done } = stateOf(item);
  const keys = [];
  if (item.kind === "choice" && !done) keys.push([`a-${LETTERS[item.closed.options.length - 1]}`, "options"]);
  if (item.kind === "open" && done) keys.push(["1-9", "rubric"]);
  keys.push(["Enter", done ? "next" : item.kind === "open" ? "reveal" : "check"]);
  if (!done && item.kind !== "choice") keys.push(["w", "key_write"]);
  if (!done && item.kind !== "open") keys.push(["r", "reveal"]);
  if (done && item.closed) keys.push(["o", item.kind === "numeric" ? "again" : "retry"]);
  return [...keys, ["t", "topics"], ["l", "language_name"], ["?", "keys"]];
}

function showKeys() {
  const bar = keysNow().map(([key, word]) => h("span", {}, h("kbd", {}, key), " ", say(word)));
  document.getElementById("keybar").replaceChildren(...bar);
}

function openKeys() {
  const rows = [["a-h, 1-9", "key_choose"], ["Enter", "key_enter"], ["r", "key_reveal"], ["o", "key_again"], ["w", "key_write"],
    ["Ctrl Enter", "key_submit"], ["Esc", "key_escape"], ["p, n", "key_move"], ["t", "key_topics"], ["l", "key_language"],
    ["?", "key_help"]];
  const dialog = document.getElementById("keys");
  dialog.replaceChildren(h("h2", { id: "keys-title" }, say("keys")),
    h("dl", { class: "keys" }, rows.map(([key, word]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, say(word))])),
    button(say("close"), () => dialog.close(), { class: "primary" }));
  dialog.showModal();
}

// An option by its letter or number, a point by its number.
function pressOption(item, key) {
  const state = stateOf(item);
  const at = /^[1-9]$/.test(key) ? Number(key) - 1 : LETTERS.indexOf(key);
  const boxes = document.querySelectorAll(item.kind === "choice" ? "[data-option]" : "[data-point]");
  const fits = item.kind === "choice" ? !state.done : item.kind === "open" && state.done && /^[1-9]$/.test(key);
  if (at < 0 || at >= boxes.length || !fits) return false;
  boxes[at].click();
  boxes[at].focus();
  return true;
}

const ACTIONS = {
  l: () => switchLanguage(),
  "?": () => openKeys(),
  t: () => go(current() && location.hash ? `topic/${current().question.topic}` : ""),
  n: (item) => item && forward(),
  p: (item) => item && backward(),
  r: (item) => item && !stateOf(item).done && reveal(item),
  o: (item) => item?.closed && stateOf(item).done && retry(item),
  w: (item) => item && document.getElementById("field")?.focus(),
  Enter: (item) => item && (stateOf(item).done ? forward() : check(item)),
};

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (document.getElementById("keys").open || event.altKey || event.metaKey || event.isComposing) return;
  const item = current();
  if (target.id === "field") {
    if (key === "Escape") { target.blur(); document.querySelector(".prompt")?.focus(); event.preventDefault(); }
    if (key === "Enter" && item && (item.kind !== "open" || event.ctrlKey)) {
      event.preventDefault();
      ACTIONS.Enter(item);
    }
    return;
  }
  if (event.ctrlKey || (key === "Enter" && target.matches("a, button"))) return;
  if (item && pressOption(item, key)) event.preventDefault();
  else if (Object.hasOwn(ACTIONS, key)) {
    event.preventDefault();
    ACTIONS[key](item);
  }
});
document.addEventListener("focusin", showKeys);
document.addEventListener("focusout", () => setTimeout(showKeys));
