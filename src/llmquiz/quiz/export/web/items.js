// Items: each question, and each closed one below it, by its card, `attention.scale/argmax`.
const ITEMS = new Map();
for (const question of BANK.questions) {
  ITEMS.set(question.id, { card: question.id, question, kind: "open" });
  for (const closed of question.closed) {
    const card = `${question.id}/${closed.id}`;
    ITEMS.set(card, { card, question, closed, kind: closed.kind });
  }
}
const LETTERS = "abcdefgh";
let round = []; // cards, in the order in which they are asked

function shuffled(list) {
  const copy = [...list];
  for (let at = copy.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [copy[at], copy[other]] = [copy[other], copy[at]];
  }
  return copy;
}

const wanted = (item) => store.kinds.includes(item.kind);
const cardsOf = (topic) =>
  [...ITEMS.values()].filter((item) => item.question.topic === topic && wanted(item)).map((item) => item.card);

// What was drawn and done for an item. It lasts until the page is left or the item is asked anew.
const states = new Map();
function stateOf(item) {
  if (!states.has(item.card)) {
    const state = { done: false, text: "", chosen: new Set(), ticked: new Set(), draw: 0 };
    if (item.kind === "choice") state.order = shuffled(item.closed.options.keys());
    if (item.kind === "numeric") state.draw = Math.floor(Math.random() * item.closed.draws.length);
    states.set(item.card, state);
  }
  return states.get(item.card);
}

function askAgain(item) {
  const before = states.get(item.card);
  states.delete(item.card);
  const count = item.kind === "numeric" ? item.closed.draws.length : 0;
  if (before && count > 1) stateOf(item).draw = (before.draw + 1 + Math.floor(Math.random() * (count - 1))) % count;
}

const several = (item) => item.closed.options.filter((option) => option.right).length > 1;

// A text with the drawn values in the place of their names.
function filled(item, text) {
  const [values] = item.closed.draws[stateOf(item).draw];
  return text.replace(/\[\[(\w+)\]\]/g, (all, name) => values[name] ?? all);
}

// Scores go from 0 to 1. They are judged as `llmquiz quiz` judges.
function judgeChoice(item, chosen) {
  const options = item.closed.options;
  if (!several(item)) return options.every((option, at) => option.right === chosen.has(at)) ? 1 : 0;
  if (!options.some((option, at) => option.right && chosen.has(at))) return 0;
  return options.filter((option, at) => option.right === chosen.has(at)).length / options.length;
}

function judgeNumber(item, value) {
  const [, answer, margin] = item.closed.draws[stateOf(item).draw];
  return Math.abs(value - answer) <= Math.max(margin, 1e-9 * Math.abs(answer), 1e-12) ? 1 : 0;
}

function record(item, score) {
  store.scores[item.card] = score;
  save();
  showTotal();
}
