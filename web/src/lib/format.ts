/** Numbers and times as people in markets read them. A value that is not known is a dash, never a zero. */
export const UNKNOWN = "–";

type Figure = number | null | undefined;

const places = new Map<number, Intl.NumberFormat>();
const compact = new Intl.NumberFormat("en-US", {
  notation: "compact",
  minimumFractionDigits: 0,
  maximumFractionDigits: 2,
});

function fixed(digits: number): Intl.NumberFormat {
  let found = places.get(digits);
  if (!found) {
    found = new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    places.set(digits, found);
  }
  return found;
}

export function number(value: Figure, digits = 2): string {
  return value == null || !Number.isFinite(value) ? UNKNOWN : fixed(digits).format(value);
}

/** A price: more places where it is small. */
export function price(value: Figure): string {
  return number(value, value == null || Math.abs(value) >= 1 ? 2 : Math.abs(value) >= 0.01 ? 4 : 8);
}

/** A change in percent, always with its sign: colour is never the only one. */
export function change(value: Figure, digits = 2): string {
  if (value == null || !Number.isFinite(value)) return UNKNOWN;
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${fixed(digits).format(Math.abs(value))}%`;
}

export function percent(value: Figure, digits = 1): string {
  return value == null || !Number.isFinite(value) ? UNKNOWN : `${fixed(digits).format(value)}%`;
}

/** 12.4M, 1.02B. */
export function short(value: Figure): string {
  return value == null || !Number.isFinite(value) ? UNKNOWN : compact.format(value);
}

export function count(value: Figure): string {
  return number(value, 0);
}

/** A span of seconds: 40 ms, 0.4 s, 12 s, 3 min, 2 h 5 min. */
export function span(seconds: Figure): string {
  if (seconds == null || !Number.isFinite(seconds)) return UNKNOWN;
  if (seconds < 0.0995) return `${fixed(0).format(seconds * 1000)} ms`;
  if (seconds < 1) return `${fixed(1).format(seconds)} s`;
  if (seconds < 90) return `${fixed(0).format(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** The day of a time stamp, as it stands there: days of a market have no time zone. */
export function day(stamp: string | null | undefined): string {
  return stamp?.slice(0, 10) ?? UNKNOWN;
}
