// Which page is shown follows from the address, so that back, forward and bookmarks work.
const current = () => ITEMS.get(decodeURIComponent(location.hash.slice(1)));

function go(place) {
  if (location.hash.slice(1) === place) render({ focus: "[tabindex='-1']" });
  else location.hash = place;
}

function render({ focus } = {}) {
  const place = decodeURIComponent(location.hash.slice(1));
  const item = ITEMS.get(place);
  const topic = place.startsWith("topic/") ? place.slice(6) : "";
  const main = document.getElementById("main");
  const page = item ? itemPage(item) : topic ? topicPage(topic) : place === "done" && round.length ? donePage() : homePage();
  document.body.className = item?.kind === "open" && stateOf(item).done ? "wide" : "";
  main.replaceChildren(...page.flat(Infinity).filter(Boolean));
  document.documentElement.lang = store.lang;
  const words = { help: "keys", language: "language_name", skip: "skip" };
  for (const [id, key] of Object.entries(words)) document.getElementById(id).textContent = say(key);
  document.getElementById("language").setAttribute("aria-label", say("language"));
  tameFormulas();
  showTotal();
  if (focus) main.querySelector(focus)?.focus({ preventScroll: focus !== "h1" });
  showKeys();
}

function showTotal() {
  const { done, average } = tally([...ITEMS.keys()]);
  document.getElementById("total").textContent = done ? say("total", { done, percent: percent(average) }) : "";
}

// Browsers break no line inside a formula: one that is wider than the window scrolls by itself.
function tameFormulas() {
  for (const formula of document.querySelectorAll("main math")) {
    const around = formula.closest("p, li, dd, dt, .option > span, div");
    const { paddingLeft, paddingRight } = getComputedStyle(around);
    const room = around.getBoundingClientRect().width - parseFloat(paddingLeft) - parseFloat(paddingRight);
    const wide = formula.getBoundingClientRect().width > room + 1;
    if (wide && !formula.parentElement.matches(".scroll")) {
      const scroll = h("span", { class: "scroll", tabindex: "0" });
      formula.replaceWith(scroll);
      scroll.append(formula);
    }
  }
}

function arrive() {
  const item = current();
  render({ focus: "[tabindex='-1']" });
  scrollTo(0, 0);
  // Not where a finger points: the keyboard of a phone would cover the question.
  if (item?.kind === "numeric" && matchMedia("(hover: hover)").matches) document.getElementById("field").focus();
}

function finishItem(item, score) {
  const state = stateOf(item);
  Object.assign(state, { done: true, score });
  if (item.closed) record(item, score ?? 0);
  render({ focus: item.closed ? "#forward" : "#field" });
  const place = document.getElementById("verdict") ?? document.querySelector(".your_answer");
  place.scrollIntoView({ block: "nearest" });
  announce(item.closed ? place.textContent : say("rubric"));
  if (!item.closed) document.querySelector("[data-point]")?.focus({ preventScroll: true });
}

function check(item) {
  const state = stateOf(item);
  if (item.kind === "open") return finishItem(item);
  if (item.kind === "choice") {
    if (!state.chosen.size) return complain(say("choose_first"));
    return finishItem(item, judgeChoice(item, state.chosen));
  }
  const value = readNumber(state.text, Object.values(item.closed.unit ?? {}));
  if (Number.isNaN(value)) return complain(say("number_wrong"));
  return finishItem(item, judgeNumber(item, value));
}

function complain(text) {
  document.getElementById("verdict").textContent = text;
  announce(text);
}

// Who gives up has not answered: it counts as nothing right.
const reveal = (item) => finishItem(item, item.closed ? 0 : undefined);

function retry(item) {
  askAgain(item);
  arrive();
}

function forward() {
  const item = current();
  const state = stateOf(item);
  if (item.kind === "open" && state.done && state.text.trim()) record(item, state.ticked.size / item.question.rubric.length);
  const at = round.indexOf(item.card);
  go(at + 1 < round.length ? round[at + 1] : "done");
}

function backward() {
  const at = round.indexOf(current().card);
  if (at > 0) go(round[at - 1]);
}

function switchLanguage() {
  store.lang = Object.keys(BANK.words).find((lang) => lang !== store.lang);
  save();
  render({ focus: "[tabindex='-1']" });
}

document.getElementById("language").addEventListener("click", switchLanguage);
document.getElementById("help").addEventListener("click", openKeys);
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
addEventListener("hashchange", arrive);
addEventListener("resize", tameFormulas);
arrive();
