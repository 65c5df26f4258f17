// Times in UTC, as the logs have them, and in the zone of who looks at them.

import { make } from "./dom.js";

export const hour = 3600e3, day = 24 * hour;

export const when = t => new Date(t).toISOString().slice(0, 16).replace("T", " ") + " UTC";

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const offset = date => -date.getTimezoneOffset();

// There is no second time to show where the zone is UTC by another name.
export const zoneIsUTC = [0, 6].every(month => offset(new Date(2026, month, 1)) === 0);

const two = n => String(n).padStart(2, "0");

// local returns the parts of a local time with its offset, such as 11-01 04:17:08 +05:30. The date is there where it is not
// that of UTC, the seconds where there is room for them.
export function local(at) {
  const t = new Date(at), minutes = offset(t), utc = t.toISOString();
  const date = `${two(t.getMonth() + 1)}-${two(t.getDate())}`;
  const sign = minutes < 0 ? "−" : "+", ahead = Math.abs(minutes);
  return [
    `${date === utc.slice(5, 10) ? "" : date + " "}${two(t.getHours())}:${two(t.getMinutes())}`,
    make("span", ":" + two(t.getSeconds()), { class: "seconds" }),
    ` ${sign}${two(Math.floor(ahead / 60))}:${two(Math.floor(ahead % 60))}`,
  ];
}
