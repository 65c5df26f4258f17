// What the page tells about the events as a whole. It is drawn again a moment after something has changed.

import { $, count, make, say } from "./dom.js";
import { state } from "./state.js";
import { earlier, query, toggle, wanted } from "./filters.js";
import { drawPlot } from "./plot.js";

let due = 0, news = null, ended = false;
export const later = () => due ||= setTimeout(() => { due = 0; draw(); }, 50);

// tell lets the next drawing say how many events there are, for those who do not see it.
let quiet = 0;
export function tell(before) {
  clearTimeout(quiet);
  news = (news ?? "") + before;
  quiet = setTimeout(() => { quiet = 0; later(); }, before ? 0 : 500);
}

function draw() {
  const match = wanted(), of = new Map(), actions = new Set(), counted = [];
  for (const e of state.events) {
    of.set(e.api, (of.get(e.api) ?? 0) + 1);
    if (actions.size < 100) actions.add(e.action);
    if (match(e)) counted.push(e);
  }
  const apis = [...new Set([...state.apis, ...of.keys(), ...state.shown ?? []])].filter(Boolean).sort();
  drawStatus();
  drawEnd(counted.some(earlier));
  drawChoices(apis, of);
  if ($("actions").children.length !== actions.size) $("actions").replaceChildren(...[...actions].map(a => make("option", a)));
  drawPlot(counted, apis);
  announce(counted.filter(earlier).length);
}

function drawStatus() {
  const read = count(state.events.length, "event");
  $("status").textContent = !state.done ? `${read} read so far` : state.cut ? `the first ${read}; -max allows no more` : read;
  $("all").hidden = state.done;
  $("all").textContent = $("all").dataset.on ? "Stop reading" : "Read everything";
  $("jsonl").href = "export.jsonl" + query();
  $("csv").href = "export.csv" + query();
  const failures = [...state.misread ? [state.misread] : [], ...state.failures];
  const old = [...$("failures").children].map(e => e.textContent);
  if (failures.join("\n") !== old.join("\n")) $("failures").replaceChildren(...failures.map(text => make("li", text)));
}

// drawEnd says below the list what is known of its end, and no more than that.
function drawEnd(some) {
  $("end").textContent = ending(some);
  $("table").setAttribute("aria-busy", !state.done && !!$("all").dataset.on);
}

function ending(some) {
  if (!state.done) return "Reading …";
  const whole = state.lacks.length === 0;
  if (some) return whole ? "That is the end." : state.lacks.join(" ");
  if (state.events.length) return ["No event matches.", ...state.lacks].join(" ");
  if (!whole) return ["No event was read.", ...state.lacks].join(" ");
  return state.ranged ? "The log has no events in the time asked for." : "The log is empty.";
}

function announce(n) {
  const matching = query() ? `${count(n, "event")} ${n === 1 ? "matches" : "match"}` : count(n, "event");
  const text = state.done ? `${matching}. ${n ? "" : $("end").textContent}` : `${matching} of those read so far.`;
  if (news !== null && !quiet) {
    say(news + text);
    news = null;
  } else if (state.done && !ended) say(`Reading has ended. ${$("status").textContent}. ${$("end").textContent}`);
  ended = state.done;
}

function drawChoices(apis, of) {
  for (const api of apis) {
    const buttons = [...$("apis").children];
    let button = buttons.find(b => b.dataset.api === api);
    if (!button) {
      button = make("button", "", { type: "button", class: "api", "data-api": api });
      button.addEventListener("click", () => toggle(api, [...$("apis").children].map(b => b.dataset.api)));
      $("apis").insertBefore(button, buttons.find(b => b.dataset.api > api) ?? null);
    }
    button.textContent = `${api} ${(of.get(api) ?? 0).toLocaleString("en")}`;
    button.setAttribute("aria-pressed", !state.shown || state.shown.has(api));
  }
}
