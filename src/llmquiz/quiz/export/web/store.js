// What outlives the page: language and scores. A browser may refuse to keep anything.
const BANK = JSON.parse(document.getElementById("bank").textContent);
const NAME = "llmquiz";
const store = { lang: BANK.lang, kinds: ["open", "choice", "numeric"], scores: {} };
let kept = true;

try {
  Object.assign(store, JSON.parse(localStorage.getItem(NAME) || "{}"));
  localStorage.setItem(NAME, JSON.stringify(store));
} catch {
  kept = false;
}
if (!(store.lang in BANK.words)) store.lang = BANK.lang;

function save() {
  try {
    localStorage.setItem(NAME, JSON.stringify(store));
  } catch {
    kept = false;
  }
}

// The words of a key in the language in use, with facts filled in.
function say(key, facts = {}) {
  return BANK.words[store.lang][key].replace(/\{(\w+)\}/g, (all, name) => facts[name] ?? all);
}

// A text of the bank in the language in use.
const pick = (text) => text[store.lang];

const percent = (share) => Math.round(100 * share);

// How many of these cards were answered, and how well.
function tally(cards) {
  const scores = cards.map((card) => store.scores[card]).filter((score) => score !== undefined);
  const sum = scores.reduce((total, score) => total + score, 0);
  return { count: cards.length, done: scores.length, average: scores.length ? sum / scores.length : 0 };
}
