// The list: as many rows as it takes to reach beyond the window, and more as one scrolls.

import { $, make } from "./dom.js";
import { state } from "./state.js";
import { local } from "./time.js";
import { earlier, wanted } from "./filters.js";
import { guard, read } from "./read.js";
import { later } from "./draw.js";

const page = 100;
let round = 0, place = 0; // which list this is, and how far it has looked through the events
let last = "", filling = 0;

export function restart() {
  round++; place = 0; last = "";
  $("list").replaceChildren();
  later();
  fill();
}

export async function fill() {
  const mine = round;
  if (filling === mine) return;
  filling = mine;
  while (mine === round && $("end").getBoundingClientRect().top < innerHeight + 600) {
    $("list").append(moreRows());
    if (place < state.events.length) continue;
    if (state.done) break;
    await guard(read);
  }
  if (filling === mine) filling = 0;
  later();
}

function moreRows() {
  const match = wanted(), rows = document.createDocumentFragment();
  for (let found = 0; place < state.events.length && found < page; place++) {
    const e = state.events[place];
    if (!earlier(e) || !match(e)) continue;
    if (e.time && last !== (last = e.time.slice(0, 10))) rows.append(heading(e));
    rows.append(row(e, place));
    found++;
  }
  return rows;
}

function heading(e) {
  const title = make("h2", new Date(e.at).toUTCString().slice(0, 16) + " UTC");
  return make("div", "", { class: "day", role: "row" }, make("div", "", { role: "cell", "aria-colspan": 9 }, title));
}

const cell = (text, name = "", ...children) => make("div", text, { role: "cell", class: name, ...text && { title: text } }, ...children);

function row(e, place) {
  const time = e.time ? e.time.slice(11, 19) : "–";
  const actor = e.actor.name || e.actor.email || e.actor.id || "–";
  const target = [e.type_name || e.target.type, e.target.name || e.target.id].filter(Boolean).join(" ");
  const button = make("button", time, { type: "button", class: "time", "aria-expanded": false, "aria-label": `${time} record` });
  const there = e.time ? [make("time", "", { datetime: e.time }, ...local(e.at))] : ["–"];
  const part = (name, ...cells) => make("div", "", { class: name, role: "none" }, ...cells);
  return make("div", "", { class: "row", role: "row", "data-place": place },
    part("when", cell("", "utc", button), cell("", "local", ...there), cell("", "", make("span", e.api, { class: "api", "data-api": e.api }))),
    part("what", cell("", "mark", ...e.demo ? [make("span", "demo", { class: "made-up" })] : []),
      part("who", cell(actor, "text"), cell(e.action, "text"), cell(target, "text")),
      cell(e.source_ip ?? "", "address"), cell(e.outcome ?? "", "outcome")));
}
