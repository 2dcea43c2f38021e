// Elements in one call: h("a", {href: "#", class: "x"}, "text", element, ...).
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "html") element.innerHTML = value; // of the bank, which was escaped
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

const button = (text, onclick, more = {}) => h("button", { type: "button", onclick, ...more }, text);

// A part of a page with a heading.
const part = (key, ...children) => h("section", { class: key }, h("h2", {}, say(key)), ...children);

function bar(share, name) {
  const filled = h("span", {});
  filled.style.width = `${percent(share)}%`;
  return h("span", { class: "bar", "aria-hidden": "true", title: name }, filled);
}

// Tell a reader of the screen what changed.
function announce(text) {
  document.getElementById("status").textContent = text;
}
