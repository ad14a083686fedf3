import { describe, expect, it } from "vitest";
import { moved, written } from "./check.svelte";

const number = {
  start: 10,
  end: 12,
  value: 40,
  kind: "level",
  of: "rsi",
  low: 0,
  high: 100,
  step: 1,
  term: 0,
} as const;

describe("a number that is moved", () => {
  it("stands in the place of the old one", () => {
    expect(moved("rsi(14) < 40 and close > 5", number, 44)).toBe("rsi(14) < 44 and close > 5");
  });

  it.each([
    [44.00001, 1, "44"],
    [1.2500001, 0.05, "1.25"],
    [0.3, 0.1, "0.3"],
    [250, 5, "250"],
  ])("of %s in steps of %s is written %s", (value, step, text) => expect(written(value, step)).toBe(text));
});
