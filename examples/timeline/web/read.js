// Reading: one request at a time, of whoever wants more.

import { $ } from "./dom.js";
import { state } from "./state.js";
import { fold } from "./filters.js";
import { later } from "./draw.js";

let reading = null;
export const read = () => reading ??= readOn().finally(() => reading = null);

async function readOn() {
  const answer = await fetch(`events?from=${state.next}&limit=500&brief=yes`);
  if (!answer.ok) throw new Error(await answer.text());
  const { events, next, done, most, cut, ranged, apis, failures, lacks } = await answer.json();
  for (const e of events) state.events.push(prepared(e));
  Object.assign(state, { next, done, most, cut, ranged, apis, failures, lacks });
  later();
}

// prepared adds to an event, whose record comes when it is opened, what the page asks of it again and again.
function prepared(e) {
  e.actor ??= {}; e.target ??= {}; e.action ??= ""; e.api ??= "";
  e.at = e.time ? Date.parse(e.time) : NaN;
  e.search = {
    actor: folded(e.actor.name, e.actor.email, e.actor.id), action: folded(e.action),
    target: folded(e.target.type, e.type_name, e.target.name, e.target.id),
  };
  return e;
}

// A line end stands in no filter, so that none matches across two texts.
const folded = (...texts) => fold(texts.filter(Boolean).join("\n"));

// readAll reads to the end, unless it is called again meanwhile. It tells whether everything was read.
export async function readAll() {
  const button = $("all");
  if (button.dataset.on) return delete button.dataset.on && false;
  button.dataset.on = "yes";
  for (later(); button.dataset.on && !state.done;) await guard(read);
  delete button.dataset.on;
  later();
  return state.done;
}

// guard does what asks the program, and shows if that is not there any more.
export async function guard(work) {
  try { return await work(); } catch (e) {
    state.done = true;
    state.failures = [...state.failures, `The program does not answer: reload the page once it runs again (${e.message}).`];
    state.lacks = [...state.lacks, "Reading broke off."];
    later();
  }
}
