/** Where the lines of a picture run: values beside days, so that gaps stay gaps. */
import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";

export type Values = readonly (number | null)[];

export interface Series {
  readonly name: string;
  readonly values: Values;
  /** Which colour of the theme: 1 to 5. */
  readonly tone: 1 | 2 | 3 | 4 | 5;
  /** Bars from zero, a filled surface from zero, or a line. */
  readonly as?: "line" | "area" | "bars";
  readonly dashed?: boolean;
}

export interface Box {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface Drawn {
  readonly paths: readonly string[];
  readonly ticks: readonly Tick[];
  readonly days: readonly Tick[];
  readonly zero: number | null;
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
  /** The place in the days nearest to this coordinate. */
  readonly place: (x: number) => number;
}

const APART = 70;

/** The lowest and the highest of all; with zero where something stands on it. */
export function reach(all: readonly Series[], low?: number, high?: number): [number, number] {
  const known = all.flatMap((each) => each.values.filter((value) => value != null && Number.isFinite(value)));
  const stands = all.some((each) => each.as === "area" || each.as === "bars");
  const values = (stands ? [0, ...known] : known) as number[];
  let [least, most] = [low ?? Infinity, high ?? -Infinity];
  for (const value of values) {
    if (low == null) least = Math.min(least, value);
    if (high == null) most = Math.max(most, value);
  }
  if (!Number.isFinite(least) || !Number.isFinite(most)) return [0, 1];
  return least === most ? [least - (stands ? 0 : 0.5), most + 0.5 + Math.abs(most) * 0.01] : [least, most];
}

export function linesOf(
  days: readonly string[],
  all: readonly Series[],
  box: Box,
  format: (value: number) => string,
  bounds: { readonly low?: number; readonly high?: number } = {},
): Drawn {
  const [low, high] = reach(all, bounds.low, bounds.high);
  const y = scaleLinear([low, high], [box.height - box.bottom, box.top]);
  const last = Math.max(days.length - 1, 1);
  const inner = box.width - box.left - box.right;
  const x = (at: number) => box.left + (at / last) * inner;
  const many = Math.max(Math.min(Math.floor((box.height - box.top - box.bottom) / 32), 6), 2);
  return {
    paths: all.map((each) => pathOf(each, x, y, inner / days.length)),
    ticks: y.ticks(many).map((value) => ({ at: y(value), text: format(value) })),
    days: dayTicks(days, Math.max(Math.floor(inner / APART), 2)).map((tick) => ({ ...tick, at: x(tick.at) })),
    zero: low <= 0 && high >= 0 ? y(0) : null,
    x,
    y: (value) => y(value),
    place: (at) => Math.min(Math.max(Math.round(((at - box.left) / inner) * last), 0), days.length - 1),
  };
}

function pathOf(each: Series, x: (at: number) => number, y: (value: number) => number, step: number): string {
  if (each.as === "bars") {
    const wide = Math.max(step - (step > 4 ? 1 : 0), 0.8);
    const bar = (value: number | null, at: number) =>
      value
        ? `M${fine(x(at) - wide / 2)} ${fine(y(0))}v${fine(y(value) - y(0))}h${fine(wide)}V${fine(y(0))}z`
        : "";
    return each.values.map(bar).join("");
  }
  const known = (value: number | null): value is number => value != null;
  if (each.as === "area")
    return (
      area<number | null>(
        (_, at) => x(at),
        y(0),
        (value) => y(value ?? 0),
      )
        .defined(known)
        .digits(1)(each.values) ?? ""
    );
  return (
    line<number | null>(
      (_, at) => x(at),
      (value) => y(value ?? 0),
    )
      .defined(known)
      .digits(1)(each.values) ?? ""
  );
}

function fine(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Where a year, a quarter or a month begins, as many as there is room for; `at` counts days. */
export function dayTicks(days: readonly string[], most: number): Tick[] {
  for (const months of [1, 3, 6, 12, 24, 60, 120]) {
    const found = days.flatMap((each, at): Tick[] => {
      const month = each.slice(0, 7);
      if (at === 0 || days[at - 1]?.slice(0, 7) === month) return [];
      const number = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
      if (number % months) return [];
      return [{ at, text: number % 12 === 0 ? month.slice(0, 4) : month }];
    });
    if (found.length <= most) return found;
  }
  return [];
}

/** The mean of the last so many values; null until there are as many. */
export function smoothed(values: readonly number[], many: number): (number | null)[] {
  let sum = 0;
  return values.map((value, at) => {
    sum += value - (at >= many ? (values[at - many] ?? 0) : 0);
    return at + 1 < many ? null : sum / many;
  });
}
