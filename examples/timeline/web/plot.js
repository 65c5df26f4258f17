// The plot: stacked bars of the events that were read and are wanted.

import { $, count, make, say } from "./dom.js";
import { state } from "./state.js";
import { day, hour, when } from "./time.js";
import { since } from "./filters.js";
import { later } from "./draw.js";

const widths = [60e3, 300e3, 900e3, hour, 3 * hour, 6 * hour, 12 * hour, day, 7 * day, 30 * day, 365 * day];
const letter = 7; // how wide one of 11 px is at most
let buckets = [], chosen = -1, wide = hour, left = 38;

export function drawPlot(counted, apis) {
  const plot = $("plot"), dated = state.events.filter(e => e.time);
  buckets = dated.length ? filled(dated[0].at, dated.at(-1).at, counted) : [];
  plot.replaceChildren(...buckets.length ? shapes(plot.clientWidth, plot.clientHeight, apis) : []);
  $("told").textContent = buckets[chosen] ? about(buckets[chosen]) : `${count(counted.length, "event")} by time in UTC. Choose a bar to go there.`;
}

function filled(newest, oldest, counted) {
  wide = widths.find(w => (newest - oldest) / w < 110) ?? widths.at(-1);
  const first = Math.floor(oldest / wide), n = Math.floor(newest / wide) - first + 1;
  const all = Array.from({ length: n }, (_, i) => ({ from: (first + i) * wide, to: (first + i + 1) * wide, of: new Map(), sum: 0 }));
  for (const e of counted) {
    const b = all[Math.floor(e.at / wide) - first];
    if (!b) continue; // one without a time
    b.of.set(e.api, (b.of.get(e.api) ?? 0) + 1);
    b.sum++;
  }
  return all;
}

function shapes(width, height, apis) {
  const base = height - 20, top = Math.max(1, ...buckets.map(b => b.sum)), up = v => v / top * (base - 8);
  left = 12 + letter * top.toLocaleString("en").length;
  const step = (width - left) / buckets.length;
  return [...scale(width, base, top, up), ...bars(base, step, apis, up), ...times(width, height, step)];
}

function scale(width, base, top, up) {
  return [0, .5, 1].flatMap(part => [
    make("line", "", { x1: left, x2: width, y1: base - up(part * top), y2: base - up(part * top) }),
    make("text", part * top % 1 ? "" : (part * top).toLocaleString("en"), { x: left - 6, y: base - up(part * top) + 4, "text-anchor": "end" })]);
}

function bars(base, step, apis, up) {
  const all = buckets[chosen] ? [make("rect", "", { class: "cursor", x: left + chosen * step, y: 0, width: step, height: base })] : [];
  buckets.forEach((b, i) => {
    let y = base;
    for (const api of apis) {
      const h = up(b.of.get(api) ?? 0);
      if (h) all.push(make("rect", "", { "data-api": api, x: left + i * step + step * .1, y: y -= h, width: step * .8, height: h }));
    }
  });
  return all;
}

// times are written below the bars where they have room.
function times(width, height, step) {
  const all = [];
  for (let i = 0, every = Math.ceil(120 / step); i < buckets.length; i += every) {
    const text = when(buckets[i].from).slice(wide < day ? 5 : 0, wide < day ? 16 : 10), x = left + i * step;
    if (x + letter * text.length <= width) all.push(make("text", text, { x, y: height - 5 }));
  }
  return all;
}

const about = b => `${when(b.from)} – ${when(b.to)}: ${count(b.sum, "event")}${[...b.of].sort().map(([api, n]) => ` · ${api} ${n}`).join("")}`;

function choose(i) { chosen = Math.max(0, Math.min(buckets.length - 1, i)); later(); }
function go() { if (buckets[chosen]) since(buckets[chosen].to); }
function under(event) {
  const box = $("plot").getBoundingClientRect();
  return Math.floor((event.clientX - box.left - left) / (box.width - left) * buckets.length);
}

export function listen() {
  $("plot").addEventListener("pointermove", event => choose(under(event)));
  $("plot").addEventListener("pointerleave", () => { chosen = -1; later(); });
  $("plot").addEventListener("click", event => { choose(under(event)); go(); });
  $("plot").addEventListener("keydown", event => {
    const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (move) {
      choose((chosen < 0 ? buckets.length : chosen) + move);
      if (buckets[chosen]) say(about(buckets[chosen]));
    } else if (event.key === "Enter") go();
    else return;
    event.preventDefault();
  });
}
