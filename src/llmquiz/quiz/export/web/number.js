// What a reader types as a number: 1,048,576, 2^20, 1/3, sqrt(2), 25 %. Nothing is ever run.
const FUNCTIONS = {
  sqrt: Math.sqrt, exp: Math.exp, log: Math.log, log2: Math.log2, tanh: Math.tanh,
  sin: Math.sin, cos: Math.cos, min: Math.min, max: Math.max, ceil: Math.ceil,
  floor: Math.floor, abs: Math.abs,
};

// The value, or NaN where the text is no arithmetic.
function readNumber(given, units = []) {
  let text = given.normalize("NFKC").trim();
  for (const unit of units) if (text.endsWith(unit)) text = text.slice(0, -unit.length).trim();
  const share = text.endsWith("%");
  text = text.replace(/%$/, "").replace(/(?<=\d)[,_ ](?=\d{3}\b)/g, "")
    .replace(/\^/g, "**").replace(/√/g, "sqrt").replace(/[×·]/g, "*").replace(/−/g, "-");
  const tokens = text.match(/\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|[A-Za-z_]\w*|\*\*|\/\/|\S/g) || [];
  let at = 0;
  const take = (token) => tokens[at] === token && ++at > 0;

  function sum() {
    let value = product();
    for (;;) {
      if (take("+")) value += product();
      else if (take("-")) value -= product();
      else return value;
    }
  }
  function product() {
    let value = signed();
    for (;;) {
      if (take("*")) value *= signed();
      else if (take("//")) value = Math.floor(value / signed());
      else if (take("/")) value /= signed();
      else if (take("%")) { const by = signed(); value -= by * Math.floor(value / by); }
      else return value;
    }
  }
  function signed() {
    if (take("-")) return -signed();
    return power();
  }
  function power() {
    const base = atom();
    return take("**") ? base ** signed() : base;
  }
  function atom() {
    const token = tokens[at++];
    if (token === "(") return closed(sum());
    if (token === "pi") return Math.PI;
    if (token !== undefined && /^[\d.]+(?:[eE][-+]?\d+)?$/.test(token)) return Number(token);
    if (!Object.hasOwn(FUNCTIONS, token ?? "") || !take("(")) throw new SyntaxError(token);
    const values = [sum()];
    while (take(",")) values.push(sum());
    return closed(FUNCTIONS[token](...values));
  }
  function closed(value) {
    if (!take(")")) throw new SyntaxError("bracket");
    return value;
  }

  try {
    const value = sum();
    if (at < tokens.length || !Number.isFinite(value)) return NaN;
    return share ? value / 100 : value;
  } catch {
    return NaN;
  }
}
