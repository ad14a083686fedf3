import { describe, expect, it } from "vitest";
import { moved, numbersIn, plain, rangeOf, replaced, stepsOf } from "./scrubbing";
import type { NumberIn } from "./shapes";

const known = (part: Partial<NumberIn>): NumberIn => ({
  start: 0,
  end: 2,
  value: 40,
  kind: "level",
  of: "rsi",
  low: 0,
  high: 100,
  step: 1,
  term: 0,
  ...part,
});

describe("numbers that are moved", () => {
  it("are those that stand alone, not those in a name", () => {
    expect(numbersIn("hl2 > sma(50) * 1.25 and ohlc4 < 3").map(({ from, to }) => [from, to])).toEqual([
      [10, 12],
      [16, 20],
      [33, 34],
    ]);
  });

  it("move by whole bars in a window, within its range", () => {
    const range = rangeOf("14", known({ kind: "window", low: 1, high: 250, step: 1 }));
    expect(moved("14", 1, range)).toBe("15");
    expect(moved("14", -100, range)).toBe("1");
    expect(moved("14", 1000, range)).toBe("250");
  });

  it("keep to the grid of their steps", () => {
    const range = rangeOf("1.2", known({ kind: "share", low: 0, high: 3.6, step: 0.05 }));
    expect(moved("1.2", 1, range)).toBe("1.25");
    expect(moved("1.2", -1, range)).toBe("1.15");
    expect(moved("0.1", 2, range)).toBe("0.20");
    expect(plain(0.30000000000000004, 0.05)).toBe("0.30");
  });

  it("move by whole numbers where they are whole and not small", () => {
    expect(rangeOf("10", known({ step: 0.2 })).step).toBe(1);
    expect(rangeOf("2", known({ step: 0.2 })).step).toBe(0.2);
    expect(rangeOf("1000000", known({ step: 20000, high: 2e6 })).step).toBe(20000);
  });

  it("move by their own places where nothing is known of them", () => {
    expect(moved("2.50", 1, rangeOf("2.50"))).toBe("2.51");
    expect(moved("7", 1, rangeOf("7"))).toBe("8");
  });

  it("are written into their place", () => {
    expect(replaced("rsi(14) < 40", 10, 12, "35")).toBe("rsi(14) < 35");
  });

  it("follow the arrow keys", () => {
    expect(["ArrowUp", "ArrowLeft", "PageDown", "a"].map((key) => stepsOf(key, false))).toEqual([
      1,
      -1,
      -10,
      null,
    ]);
    expect(stepsOf("ArrowRight", true)).toBe(10);
  });
});
