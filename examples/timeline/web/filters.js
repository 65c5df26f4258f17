// Filters. They are in the address of the page, so that a reload, the way back, and whoever is given the address show the
// same. choice.go does the same for exports.

import { $, say } from "./dom.js";
import { state } from "./state.js";
import { when } from "./time.js";
import { restart } from "./list.js";
import { tell } from "./draw.js";

const fields = ["actor", "action", "target"];

// fold returns the lower case of a text, one character after the other, which does not depend on those around it.
export const fold = text => /^[\x00-\x7f]*$/.test(text) ? text.toLowerCase() : Array.from(text, c => c.toLowerCase()).join("");

// wanted returns what tells whether an event is selected, but for its time.
export function wanted() {
  const asked = fields.map(name => [name, fold($(name).value.trim())]).filter(([, text]) => text);
  return e => (!state.shown || state.shown.has(e.api)) && asked.every(([name, text]) => e.search[name].includes(text));
}

// earlier tells whether an event belongs to the list, which begins before a time. One without a time does.
export const earlier = e => !(e.at >= state.until);

// query returns the filters as they stand in an address: "" if there are none.
export function query() {
  const q = new URLSearchParams();
  if (state.shown) q.set("api", [...state.shown].sort().join(","));
  for (const name of fields) if ($(name).value.trim()) q.set(name, $(name).value.trim());
  if (state.until < Infinity) q.set("before", new Date(state.until).toISOString().replace(".000Z", "Z"));
  const text = q.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text && "?" + text;
}

const moment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

// fromAddress sets the filters to what the address has, and shows the list that they leave.
export function fromAddress() {
  const q = new URLSearchParams(location.search);
  for (const name of fields) $(name).value = q.get(name) ?? "";
  state.shown = q.has("api") ? new Set(q.getAll("api").flatMap(text => text.split(",")).filter(Boolean)) : null;
  const before = q.get("before") ?? "", at = moment.test(before) ? Date.parse(before) : NaN;
  state.until = isNaN(at) ? Infinity : at;
  state.misread = before && isNaN(at) ? `“before” in the address is no time such as 2026-10-01T00:00:00Z: the list is not limited by it.` : "";
  show();
}

let typing = false;

// changed puts the filters into the address and shows the list that they leave. What is typed in one go is one step back.
export function changed({ typed = false, saying = "" } = {}) {
  const address = location.pathname + query();
  state.misread = "";
  if (address !== location.pathname + location.search) {
    if (typed && typing) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
  }
  typing = typed;
  show();
  tell(saying);
}

function show() {
  const before = state.until < Infinity;
  $("until").hidden = !before;
  $("until").textContent = before ? `Before ${when(state.until)} ×` : "";
  $("clear").hidden = query() === "";
  restart();
}

// toggle hides an API of those known, or shows it again.
export function toggle(api, known) {
  const shown = new Set(state.shown ?? known);
  shown.delete(api) || shown.add(api);
  state.shown = known.every(name => shown.has(name)) ? null : shown;
  changed();
}

export function since(time) { state.until = time; changed(); }

// clear clears the filters, and tells whether there were any.
export function clear() {
  if (query() === "") return false;
  for (const name of fields) $(name).value = "";
  Object.assign(state, { shown: null, until: Infinity });
  changed({ saying: "Filters cleared. " });
  return true;
}

export function listen() {
  for (const name of fields) {
    $(name).addEventListener("input", () => changed({ typed: true }));
    $(name).addEventListener("change", () => { typing = false; });
  }
  $("until").addEventListener("click", () => since(Infinity));
  $("clear").addEventListener("click", () => { clear(); $("actor").focus(); });
  addEventListener("popstate", () => { typing = false; fromAddress(); tell(""); });
}
