// The lists: all topics, one topic, and what came of a round.
function progress(cards) {
  const { count, done, average } = tally(cards);
  const text = say(done ? "answered_average" : "answered", { done, count, percent: percent(average) });
  return { text, share: count ? done / count : 0 };
}

function homePage() {
  document.title = BANK.title[store.lang];
  const rows = BANK.topics.map(({ id, name }) => {
    const { text, share } = progress(cardsOf(id));
    return h("li", {}, h("a", { class: "row", href: `#topic/${id}` },
      h("strong", {}, pick(name)), h("span", { class: "soft" }, text), bar(share)));
  });
  return [
    h("h1", { tabindex: "-1" }, BANK.title[store.lang]),
    h("p", { class: "soft" }, say("intro")),
    kept ? null : h("p", { class: "note" }, say("no_store")),
    h("div", { class: "tools" }, kindsFilter(), button(say("mixed"), startMixed, { class: "primary", id: "mixed" })),
    h("h2", {}, say("topics")),
    h("ul", { class: "topics" }, rows),
    h("p", {}, button(say("forget"), forget, { class: "quiet", id: "forget" })),
  ];
}

function kindsFilter() {
  const boxes = ["open", "choice", "numeric"].map((kind) => {
    const box = h("input", { type: "checkbox", value: kind, checked: store.kinds.includes(kind),
      onchange: () => {
        const kinds = boxes.map((label) => label.firstChild).filter((one) => one.checked).map((one) => one.value);
        if (!kinds.length) { box.checked = true; return; } // nothing to ask is of no use
        store.kinds = kinds;
        round = [];
        save();
        render({ focus: `input[value=${kind}]` });
      } });
    return h("label", { class: "kind" }, box, say(`kind_${kind}`));
  });
  return h("fieldset", { class: "kinds" }, h("legend", {}, say("ask_kinds")), boxes);
}

// Ten of everything: what was never answered first, then what went worst.
function startMixed() {
  const cards = shuffled([...ITEMS.values()].filter(wanted).map((item) => item.card));
  cards.sort((one, other) => (store.scores[one] ?? -1) - (store.scores[other] ?? -1));
  startRound(cards.slice(0, 10));
}

function startRound(cards) {
  if (!cards.length) return;
  round = cards;
  for (const card of cards) askAgain(ITEMS.get(card));
  go(cards[0]);
}

function forget() {
  if (!confirm(say("forget_sure"))) return;
  store.scores = {};
  states.clear();
  save();
  render({ focus: "h1" });
}

function topicPage(id) {
  const topic = BANK.topics.find((one) => one.id === id);
  if (!topic) return homePage();
  document.title = `${pick(topic.name)} - llmquiz`;
  const cards = cardsOf(id);
  const left = cards.filter((card) => store.scores[card] === undefined);
  const { text, share } = progress(cards);
  const questions = BANK.questions.filter((question) => question.topic === id);
  return [
    h("nav", { class: "path" }, h("a", { href: "#" }, say("all_topics"))),
    h("h1", { tabindex: "-1" }, pick(topic.name)),
    h("p", { class: "soft" }, say("questions_of", { count: questions.length, progress: text })),
    bar(share),
    h("div", { class: "tools" }, kindsFilter(),
      button(say(left.length && left.length < cards.length ? "go_on" : "start"),
        () => { round = cards; go((left.length ? left : cards)[0]); }, { class: "primary", id: "start" })),
    h("ol", { class: "questions" }, questions.map((question) => questionRow(question, cards))),
  ];
}

function questionRow(question, cards) {
  const links = [...ITEMS.values()].filter((item) => item.question === question && wanted(item)).map((item) => {
    const score = store.scores[item.card];
    const mark = score === undefined ? "" : ` ${say("percent", { percent: percent(score) })}`;
    return h("a", { class: score === undefined ? "chip" : "chip done", href: `#${item.card}`,
      onclick: () => { round = cards; } }, say(`kind_${item.kind}`) + mark);
  });
  return h("li", {}, h("div", { html: pick(question.prompt) }),
    h("p", { class: "chips" }, h("span", { class: "soft" }, say(question.level)), links));
}

function donePage() {
  document.title = `${say("done_title")} - llmquiz`;
  const { count, done, average } = tally(round);
  return [
    h("h1", { tabindex: "-1" }, say("done_title")),
    h("p", {}, say("done_text", { done, count, percent: percent(average) })),
    h("ol", { class: "questions" }, round.map((card) => {
      const item = ITEMS.get(card);
      const score = store.scores[card];
      const text = item.kind === "numeric" ? filled(item, pick(item.closed.prompt)) : pick((item.closed ?? item.question).prompt);
      return h("li", {}, h("div", { html: text }), h("p", { class: "chips" },
        h("a", { class: "chip", href: `#${card}` }, card),
        h("span", { class: "soft" }, score === undefined ? "" : say("percent", { percent: percent(score) }))));
    })),
    h("div", { class: "tools" }, button(say("mixed"), startMixed, { class: "primary" }),
      h("a", { href: "#" }, say("all_topics"))),
  ];
}
