import { describe, expect, it } from "vitest";
import type { WordOf } from "$lib/editor/words.svelte";
import { found, subjects, termOf, usual, waysOf } from "./building";

const word = (part: Partial<WordOf>): WordOf => ({
  name: "rsi",
  signature: "rsi(x=close, n=14)",
  kind: "indicator",
  gives: "number",
  unit: "0 to 100",
  doc: "How one-sided the moves were.\n\nMore of it.",
  example: "rsi(14)",
  warmup: 14,
  source: "",
  ...part,
});
const all = subjects(
  [
    word({ name: "cdl_doji", signature: "cdl_doji()", kind: "foreign", example: "cdl_doji()", unit: "" }),
    word({}),
    word({
      name: "supertrend",
      signature: "supertrend(n=10) .up",
      gives: "up: yes/no, line: number",
      example: "supertrend(10).up",
    }),
    word({
      name: "market_cap",
      signature: "market_cap",
      kind: "figure",
      example: "market_cap > 10",
      unit: "dollars",
    }),
    word({ name: "within", signature: "within(condition, n)", gives: "yes/no", example: "not here" }),
  ],
  [{ name: "sector", type: "category", values: ["Energy"] }],
);
const named = (name: string) => {
  const one = all.find((each) => each.name === name);
  if (!one) throw new Error(name);
  return one;
};

describe("a term from menus", () => {
  it("speaks of prices, indicators, what is known of a symbol, and the long tail", () => {
    expect(all.map((each) => each.text)).toEqual([
      "close",
      "open",
      "high",
      "low",
      "volume",
      "rsi(14)",
      "supertrend(10).up",
      "market_cap",
      "sector",
      "cdl_doji()",
    ]);
  });

  it("knows what each of them gives", () => {
    expect(named("supertrend").gives).toBe("yes/no");
    expect(waysOf(named("supertrend"))).toEqual(["yes", "no"]);
    expect(waysOf(named("sector"))).toEqual(["==", "!="]);
    expect(["close", "rsi", "sector", "volume"].map((each) => usual(named(each)))).toEqual([
      "sma(50)",
      "50",
      "Energy",
      "1.5 * sma(volume, 20)",
    ]);
  });

  it("is found by name before meaning", () => {
    expect(found(all, "one-sided").map((each) => each.name)).toEqual([
      "rsi",
      "supertrend",
      "market_cap",
      "cdl_doji",
    ]);
    expect(found(all, "cap").map((each) => each.name)).toEqual(["market_cap"]);
  });

  it.each([
    [{ left: "rsi(14)", how: "<", right: "40", bars: 1 }, "rsi(14) < 40"],
    [
      { left: "close", how: "crosses_above", right: "sma(50)", bars: 3 },
      "within(crosses_above(close, sma(50)), 3)",
    ],
    [{ left: "sector", how: "==", right: 'Oil "x"', bars: 1 }, 'sector == "Oil \\"x\\""'],
    [{ left: "supertrend(10).up", how: "no", right: "", bars: 1 }, "not supertrend(10).up"],
    [{ left: "close", how: ">", right: " ", bars: 1 }, ""],
  ] as const)("of %o is %s", (parts, text) => expect(termOf(parts)).toBe(text));
});
