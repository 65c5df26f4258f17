// The page: events of a trail, newest first. It begins here.

import { $, say } from "./dom.js";
import { state } from "./state.js";
import { zone, zoneIsUTC } from "./time.js";
import { readAll } from "./read.js";
import { clear, fromAddress, listen as listenFilters } from "./filters.js";
import { later } from "./draw.js";
import { fill } from "./list.js";
import { closeAround, listen as listenRecords } from "./record.js";
import { listen as listenPlot } from "./plot.js";

document.documentElement.classList.toggle("only-utc", zoneIsUTC);
$("zone").textContent = `(${zone.replaceAll("_", " ").replaceAll("/", "/\u200b")})`;

// Escape closes the record that the focus is in, or else clears the filters.
addEventListener("keydown", event => {
  if (event.key !== "Escape" || event.isComposing) return;
  if (closeAround(document.activeElement) || clear()) event.preventDefault();
});

// An export has everything: what is not read yet is read first, where it can be seen and stopped.
for (const name of ["jsonl", "csv"]) {
  $(name).addEventListener("click", async event => {
    if (state.done) return;
    event.preventDefault();
    say("Reading everything for the export.");
    if (await readAll()) $(name).click();
    else say("There is no export: reading was stopped.");
  });
}

$("all").addEventListener("click", readAll);
listenFilters();
listenRecords();
listenPlot();
addEventListener("scroll", fill, { passive: true });
new ResizeObserver(() => { later(); fill(); }).observe(document.body);
new ResizeObserver(() => $("table").style.setProperty("--heads", `${$("heads").offsetHeight}px`)).observe($("heads"));
fromAddress();
