import { change, count, number, percent, price, short, UNKNOWN } from "$lib/format";
import type { Cell } from "$lib/run/run.svelte";
import type { Row } from "./rows";

/** Something that a row shows: what the table, the wall, cards and pictures have in common. */
export interface Field {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly width: number;
  readonly kind: "figure" | "words";
  /** Whether it is the scan's own. */
  readonly own: boolean;
  readonly value: (row: Row) => Cell;
  readonly say: (value: Cell) => string;
  /** How strong the ground is, from -1 (down) to 1 (up); the sign always stands in the text too. */
  readonly heat?: (value: Cell) => number;
}

function fact(
  id: string,
  title: string,
  hint: string,
  width: number,
  say: (value: number | null) => string,
  more: Partial<Field> = {},
): Field {
  return {
    id,
    title,
    hint,
    width,
    kind: "figure",
    own: false,
    value: (row) => row.facts?.[id] ?? null,
    say: (value) => say(typeof value === "number" ? value : null),
    ...more,
  };
}

const STRONG = 5;
const FAR = 40;

/** What every result shows of a symbol, in the order of a screener. */
export const FACTS: readonly Field[] = [
  fact("last", "Last", "The close", 80, price),
  fact("change", "Chg %", "Change to the close before, in percent", 78, change, {
    heat: (value) => (typeof value === "number" ? clamp(value / STRONG) : 0),
  }),
  fact("volume", "Volume", "Shares traded", 76, short),
  fact("rvol", "RVol", "Volume over its average of 20 bars before", 62, (value) => number(value, 2), {
    heat: (value) => (typeof value === "number" && value > 1 ? clamp((value - 1) / STRONG) : 0),
  }),
  fact("dollar_volume", "$ volume", "Close times volume", 82, short),
  fact("atr", "ATR %", "Average true range of 14 bars, in percent of the close", 70, (value) =>
    percent(value),
  ),
  fact(
    "high_52w",
    "52w high",
    "Distance to the highest high of 252 bars, in percent",
    80,
    (value) => change(value, 1),
    { heat: (value) => (typeof value === "number" && value < 0 ? clamp(value / FAR) * 0.6 : 0) },
  ),
  fact("sector", "Sector", "The sector", 150, () => "", {
    kind: "words",
    say: (value) => (typeof value === "string" && value ? value : UNKNOWN),
  }),
  fact("days_to_earnings", "Earnings", "Sessions until the next earnings", 76, (value) =>
    value == null ? UNKNOWN : count(value),
  ),
  fact("bars_true", "True for", "Bars in a row on which the condition was true, up to 252", 74, (value) =>
    value == null ? UNKNOWN : count(value),
  ),
];

function clamp(value: number): number {
  return Math.max(-1, Math.min(1, value));
}

/** The scan's own columns as its hits have them, and its ranking first. */
export function ownFields(names: readonly string[], ranked: boolean): readonly Field[] {
  const own = names.map((name): Field => ({
    id: `scan ${name}`,
    title: name,
    hint: `${name}: a column of the scan`,
    width: Math.max(64, Math.min(40 + 8 * name.length, 140)),
    kind: "figure",
    own: true,
    value: (row) => row.hit.columns[name] ?? null,
    say: shown,
  }));
  const rank: Field = {
    id: "rank",
    title: "Rank",
    hint: "The value that the scan ranks by: the highest first",
    width: 76,
    kind: "figure",
    own: true,
    value: (row) => row.hit.rank,
    say: shown,
  };
  return ranked ? [rank, ...own] : own;
}

/** A value of the scan's own, whatever it is. */
export function shown(value: Cell): string {
  if (value == null) return UNKNOWN;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  return Math.abs(value) >= 100_000 ? short(value) : number(value);
}

/** Higher first for figures that are known; what is not known always stands last. */
export function compared(one: Cell, other: Cell, descending: boolean): number {
  if (typeof one === "number" && typeof other === "number") return descending ? other - one : one - other;
  if (one == null || other == null) return Number(one == null) - Number(other == null);
  const turn = descending ? -1 : 1;
  if (typeof one === "string" || typeof other === "string")
    return turn * String(one).localeCompare(String(other));
  return turn * (Number(one) - Number(other));
}

/** A heat as a ground: the theme's colour for up or down, the stronger the further. */
export function ground(heat: number): string {
  if (!heat) return "transparent";
  const strength = Math.round(Math.abs(heat) * 26 + 3) / 100;
  return `rgb(var(--${heat > 0 ? "up" : "down"}-rgb) / ${strength})`;
}
