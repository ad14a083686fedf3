import type { Bars, Series, Stamp } from "./story.svelte";

/** Stretches of bars outside the regular session, from the first to the last of each. */
export function stretches(phase: readonly number[] | null): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  phase?.forEach((each, at) => {
    if (each === 0) return;
    const last = found.at(-1);
    if (last?.[1] === at - 1) last[1] = at;
    else found.push([at, at]);
  });
  return found;
}

/** The panes below the candles, in the order in which the scan names them. */
export function panesOf(series: readonly Series[]): readonly string[] {
  return [
    ...new Set(series.map((each) => each.pane).filter((each) => each !== "price" && each !== "volume")),
  ];
}

/** Values beside their times; a value that is not known leaves a gap. */
export function points(bars: Bars, values: readonly (number | null)[]): { time: Stamp; value?: number }[] {
  return bars.time.map((time, at) => {
    const value = values[at];
    return value == null ? { time } : { time, value };
  });
}

/** The latest bar, and by how much it closed off the one before. */
export function latest(bars: Bars): { close: number | null; change: number | null } {
  const close = bars.close.at(-1) ?? null;
  const before = bars.close.at(-2) ?? null;
  return { close, change: close == null || !before ? null : 100 * (close / before - 1) };
}

/** By how much a term missed, or held, in words that carry the sign. */
export function margin(distance: number | null, percent: number | null): string {
  if (percent != null && Math.abs(percent) < 1000) return `${sign(percent)}${Math.abs(percent).toFixed(1)}%`;
  return distance == null ? "" : `${sign(distance)}${Math.abs(distance).toPrecision(3)}`;
}

function sign(value: number): string {
  return value > 0 ? "+" : value < 0 ? "−" : "";
}

/** A time as the chart's legend says it: the session, or the start of an intraday bar. */
export function moment(time: Stamp | undefined): string {
  if (time === undefined) return "";
  if (typeof time === "string") return time;
  return new Date(time * 1000).toISOString().slice(0, 16).replace("T", " ");
}
