// What makes elements, and what is said to those who do not see the page.

export const $ = id => document.getElementById(id);

// Text of servers gets into the page here, as text and as nothing else.
export function make(name, text, attributes = {}, ...children) {
  const svg = ["rect", "line", "text"].includes(name);
  const e = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  if (text !== "") e.textContent = text;
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...children);
  return e;
}

export const count = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

export function say(text) {
  $("said").textContent = text;
}
