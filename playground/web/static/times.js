/** Times as people read them, in the reader's own zone. `unix`: seconds. */

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayAndMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const fullDate = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

const date = (unix) => new Date(unix * 1000);
const midnight = (day) => new Date(day.getFullYear(), day.getMonth(), day.getDate());
const daysAgo = (unix) => Math.round((midnight(new Date()) - midnight(date(unix))) / 86_400_000);

/** "14:05" */
export const clockTime = (unix) => clock.format(date(unix));

/** "Today", "Yesterday", "3 May", "3 May 2020" */
export function dayName(unix) {
  const ago = daysAgo(unix);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  return (date(unix).getFullYear() === new Date().getFullYear() ? dayAndMonth : fullDate).format(date(unix));
}

/** For the chat list: the time today, the weekday this week, else the date. */
export function shortTime(unix) {
  const ago = daysAgo(unix);
  if (ago === 0) return clockTime(unix);
  return ago > 0 && ago < 7 ? weekday.format(date(unix)) : date(unix).toLocaleDateString("en-GB");
}

const SPANS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

function ago(unix) {
  const seconds = Math.round(unix - Date.now() / 1000);
  const [unit, size] = SPANS.find(([, length]) => Math.abs(seconds) >= length) ?? SPANS.at(-1);
  return relative.format(Math.round(seconds / size), unit);
}

/** A `date_time` entity (`r`, or `w?[dD]?[tT]?`) in the reader's language; `null` without a format. */
export function moment(unix, format) {
  if (!format) return null;
  if (format === "r") return ago(unix);
  const options = {};
  if (format.includes("w")) options.weekday = "long";
  const month = format.includes("D") ? "long" : "numeric";
  if (/[dD]/.test(format)) Object.assign(options, { day: "numeric", month, year: "numeric" });
  if (/[tT]/.test(format)) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (format.includes("T")) options.second = "2-digit";
  return new Intl.DateTimeFormat(undefined, options).format(date(unix));
}
