// The record of a row, which is opened below it: all that the event says, and the original with its numbers as they came.

import { $, make, say } from "./dom.js";
import { state } from "./state.js";
import { guard } from "./read.js";

const buttonOf = row => row.querySelector("button");

function toggle(row) {
  if (buttonOf(row).getAttribute("aria-expanded") === "true") close(row);
  else open(row);
}

function open(row) {
  const place = row.dataset.place, e = state.events[place];
  const original = make("pre", "…", { tabindex: 0, role: "region", "aria-label": "Original record" });
  const record = make("div", "", { class: "record", role: "row", id: "record-" + place },
    make("div", "", { role: "cell", "aria-colspan": 9, class: "open" }, facts(e), original));
  buttonOf(row).setAttribute("aria-expanded", "true");
  buttonOf(row).setAttribute("aria-controls", record.id);
  row.after(record);
  guard(async () => { original.textContent = await originalOf(place); });
}

function close(row) {
  buttonOf(row).setAttribute("aria-expanded", "false");
  buttonOf(row).removeAttribute("aria-controls");
  row.nextElementSibling.remove();
}

function facts(e) {
  const list = make("dl", "");
  const tell = (name, value) => value && list.append(make("dt", name), make("dd", value));
  tell("Demo", e.demo && "this record is made up");
  tell("Time", e.time); tell("API", e.api); tell("Source", e.source); tell("ID", e.id); tell("Action", e.action);
  for (const of of ["actor", "target"]) {
    for (const key of ["type", "name", "email", "id", "kind"]) tell(`${of[0].toUpperCase()}${of.slice(1)} ${key}`, e[of][key]);
  }
  tell("Type name", e.type_name && `${e.type_name} (given with -akinon-type)`);
  tell("Address", e.source_ip); tell("Outcome", e.outcome);
  return list;
}

async function originalOf(place) {
  const exact = (key, value, context) => typeof value === "number" && JSON.rawJSON && context ? JSON.rawJSON(context.source) : value;
  const answer = await fetch(`events?from=${place}&limit=1`);
  if (!answer.ok) throw new Error(await answer.text());
  return JSON.stringify(JSON.parse(await answer.text(), exact).events[0].record, null, 2);
}

// closeAround closes the open record that an element is in or that its row has, and tells whether there was one.
export function closeAround(element) {
  const row = element?.closest(".record")?.previousElementSibling ?? element?.closest(".row");
  if (!row || buttonOf(row).getAttribute("aria-expanded") !== "true") return false;
  close(row);
  buttonOf(row).focus();
  say("Record closed.");
  return true;
}

export function listen() {
  $("list").addEventListener("click", event => {
    const row = event.target.closest(".row");
    if (row && (event.target.closest("button") || !getSelection().toString())) toggle(row);
  });
}
