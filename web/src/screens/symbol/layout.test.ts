import { describe, expect, it } from "vitest";
import { latest, margin, moment, panesOf, points, stretches } from "./layout";
import type { Bars, Series } from "./story.svelte";

const bars: Bars = {
  time: ["2026-01-05", "2026-01-06"],
  open: [1, 2],
  high: [3, 3],
  low: [1, 1],
  close: [2, 2.5],
  volume: [9, 9],
  phase: null,
};
const series = (pane: string): Series => ({ name: pane, unit: "", pane, group: pane, values: [] });

describe("a symbol's picture", () => {
  it("shades what lies outside the regular session, as long as it lasts", () => {
    expect(stretches([1, 1, 0, 0, 2, 0, 1])).toEqual([
      [0, 1],
      [4, 4],
      [6, 6],
    ]);
    expect(stretches(null)).toEqual([]);
  });

  it("has a pane for each indicator that is no price, once", () => {
    expect(panesOf(["price", "rsi(14)", "volume", "adx(14)", "rsi(14)"].map(series))).toEqual([
      "rsi(14)",
      "adx(14)",
    ]);
  });

  it("leaves a gap where a value is not known", () => {
    expect(points(bars, [null, 5])).toEqual([{ time: "2026-01-05" }, { time: "2026-01-06", value: 5 }]);
  });

  it("says the last close and its change", () => expect(latest(bars)).toEqual({ close: 2.5, change: 25 }));

  it.each([
    [1, 2.04, "+2.0%"],
    [-3, -12.3, "−12.3%"],
    [0.123456, null, "+0.123"],
    [null, null, ""],
    [5, 99999, "+5.00"],
  ])("says a distance of %s (%s %%) as %s", (distance, percent, said) =>
    expect(margin(distance, percent)).toBe(said),
  );

  it("names intraday bars by their start", () => expect(moment(1767623400)).toBe("2026-01-05 14:30"));
});
