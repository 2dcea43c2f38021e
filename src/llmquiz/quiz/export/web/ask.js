// One item: the question, a way to answer it, and what is said to the answer.
function itemPage(item) {
  const topic = BANK.topics.find((one) => one.id === item.question.topic);
  if (!round.includes(item.card)) {
    round = [...ITEMS.values()].filter((one) => one.question.topic === topic.id && (wanted(one) || one === item))
      .map((one) => one.card);
  }
  document.title = `${item.card} - llmquiz`;
  const state = stateOf(item);
  const kind = item.kind === "choice" && several(item) ? "several" : item.kind;
  const text = item.kind === "numeric" ? filled(item, pick(item.closed.prompt)) : pick((item.closed ?? item.question).prompt);
  const at = round.indexOf(item.card);
  return [
    h("nav", { class: "path" }, h("a", { href: "#" }, say("all_topics")), h("a", { href: `#topic/${topic.id}` }, pick(topic.name)),
      h("span", { class: "soft" }, say("place", { at: at + 1, count: round.length }))),
    h("p", { class: "soft facts" }, `${say(kind)} · ${say(item.question.level)}`),
    h("div", { class: "prompt", role: "heading", "aria-level": "1", tabindex: "-1", html: text }),
    { open: openBody, choice: choiceBody, numeric: numericBody }[item.kind](item, state),
    h("div", { class: "tools steps" },
      state.done ? button(say(at + 1 < round.length ? "next" : "finish"), forward, { class: "primary", id: "forward" })
        : button(say(item.kind === "open" ? "reveal" : "check"), () => check(item), { class: "primary", id: "check" }),
      state.done || item.kind === "open" ? null : button(say("reveal"), () => reveal(item), { id: "reveal" }),
      state.done && item.closed ? button(say(item.kind === "numeric" ? "again" : "retry"), () => retry(item), { id: "again" }) : null,
      h("span", { class: "move" },
        button(say("previous"), backward, { class: "quiet", disabled: at < 1, id: "previous" }),
        state.done ? null : button(say("next"), forward, { class: "quiet", id: "skip-item" }))),
  ];
}

function openBody(item, state) {
  const field = h("textarea", { id: "field", rows: state.done ? 3 : 6, placeholder: say("write_here"),
    "aria-label": say("your_answer"), oninput: () => { state.text = field.value; } });
  field.value = state.text;
  if (!state.done) return field;
  const { question } = item;
  return h("div", { class: "compare" },
    h("div", {}, part("your_answer", field), part("rubric", rubric(item, state))),
    h("div", {}, part("reference", h("div", { html: pick(question.answer) })), background(question)));
}

function rubric(item, state) {
  const points = item.question.rubric;
  const count = h("p", { class: "verdict", id: "covered" });
  const tell = () => { count.textContent = say("covered", { ticked: state.ticked.size, count: points.length }); };
  const rows = points.map(({ part: letter, text }, at) => {
    const box = h("input", { type: "checkbox", checked: state.ticked.has(at), "data-point": at, onchange: () => {
      if (box.checked) state.ticked.add(at); else state.ticked.delete(at);
      tell();
      announce(count.textContent);
      record(item, state.ticked.size / points.length);
    } });
    return h("li", {}, h("label", { class: "option" }, box, at < 9 ? h("kbd", {}, `${at + 1}`) : null,
      h("span", { html: (letter ? `(${letter}) ` : "") + pick(text) })));
  });
  tell();
  return [h("ul", { class: "options" }, rows), count];
}

function background(question) {
  const wrong = question.misconceptions.map(({ text, why }) => [h("dt", { html: pick(text) }), h("dd", { html: pick(why) })]);
  return [
    wrong.length ? part("misconceptions", h("dl", {}, wrong)) : null,
    question.sources ? part("sources", h("div", { class: "small", html: question.sources })) : null,
    question.related.length ? part("related", h("ul", {}, question.related.map((id) => h("li", {}, h("a", { href: `#${id}` }, id))))) : null,
    question.exercises.length ? part("exercise", question.exercises.map((name) => h("p", {}, h("code", {}, `llmquiz check ${name}`)))) : null,
  ];
}

function choiceBody(item, state) {
  const many = several(item);
  const rows = state.order.map((at, place) => {
    const option = item.closed.options[at];
    const box = h("input", { type: many ? "checkbox" : "radio", name: "option", "data-option": at,
      checked: state.chosen.has(at), disabled: state.done, onchange: () => {
        if (!many) state.chosen.clear();
        if (box.checked) state.chosen.add(at); else state.chosen.delete(at);
      } });
    const label = h("label", { class: "option" }, box, h("kbd", {}, LETTERS[place]), h("span", { html: pick(option.text) }));
    if (!state.done) return h("li", {}, label);
    const mark = say(`${option.right ? "right" : "wrong"}${state.chosen.has(at) ? "_chosen" : ""}`);
    return h("li", { class: option.right ? "right" : "wrong" }, label,
      h("p", { class: "why" }, h("strong", {}, mark), " ", h("span", { html: pick(option.why) })));
  });
  const list = h("fieldset", { class: "bare" }, h("legend", { class: "unseen" }, say("options")), h("ul", { class: "options" }, rows));
  return [list, h("p", { class: "verdict", id: "verdict" }, state.done ? verdict(state.score) : ""), state.done ? learnMore(item) : null];
}

function numericBody(item, state) {
  const { unit } = item.closed;
  const field = h("input", { id: "field", type: "text", autocomplete: "off", spellcheck: "false", autocapitalize: "off",
    "aria-label": say("number"), "aria-describedby": "hint", disabled: state.done, oninput: () => { state.text = field.value; } });
  field.value = state.text;
  const [values] = item.closed.draws[state.draw];
  const value = `${values.answer}${unit ? ` ${pick(unit)}` : ""}`;
  return [
    h("p", { class: "number" }, field, unit ? h("span", {}, pick(unit)) : null),
    state.done ? null : h("p", { class: "soft small", id: "hint" }, say("number_hint")),
    h("p", { class: "verdict", id: "verdict" }, state.done ? `${verdict(state.score)} ${say("the_answer", { value })}` : ""),
    state.done ? part("solution", h("div", { html: filled(item, pick(item.closed.solution)) })) : null,
    state.done ? learnMore(item) : null,
  ];
}

const learnMore = ({ question }) => h("p", { class: "small soft" }, say("belongs"), " ", h("a", { href: `#${question.id}` }, question.id));

function verdict(score) {
  if (score === undefined) return "";
  if (score === 1) return say("verdict_right");
  return score ? say("verdict_partly", { percent: percent(score) }) : say("verdict_wrong");
}
