// Puts instants, money and sizes into words. Instants are shown in the zone of the browser.

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });
const LONG_DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

export const timeOf = (instant) => TIME.format(new Date(instant));
export const dayOf = (instant) => DAY.format(new Date(instant));
export const fullOf = (instant) => FULL.format(new Date(instant));
export const dayKey = (instant) => new Date(instant).toDateString();

export function dayHeading(instant, now) {
  if (dayKey(instant) === dayKey(now)) return "Today";
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  return dayKey(instant) === dayKey(yesterday) ? "Yesterday" : LONG_DAY.format(new Date(instant));
}

export function when(instant, now) {
  return dayKey(instant) === dayKey(now) ? timeOf(instant) : `${dayOf(instant)}, ${timeOf(instant)}`;
}

export function money(amountMinor, currency) {
  const format = new Intl.NumberFormat("en-GB", { style: "currency", currency });
  return format.format(amountMinor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
