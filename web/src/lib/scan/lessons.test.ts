import { describe, expect, it } from "vitest";
import { type Cell, chanceOf, type Odds, queryOf, strength } from "./lessons";

const cell = (mean: number, grey = false): Cell => ({
  group: "weekday",
  name: "Monday",
  count: 100,
  effective: 50,
  grey,
  verdict: "",
  rate: { drawn: 0.5, bounds: { low: 0.4, high: 0.6 } },
  mean: { drawn: mean, bounds: { low: mean - 1, high: mean + 1 } },
});
const odds: Odds = {
  words: "",
  columns: ["symbol", "p_success", "p_low", "p_high", "evidence"],
  rows: [["AAPL", 0.541, 0.48, 0.6, "model"]],
  base: { rate: 0.47, count: 1234, bounds: { low: 0.45, high: 0.49 } },
};

describe("what was learned", () => {
  it("is asked for by the words of the scan", () => {
    expect(queryOf({ library: "golden_cross" })).toBe("library=golden_cross");
    expect(queryOf({ scan: { where: "close > 5", universe: "liquid", exclude: "" } })).toBe(
      "where=close+%3E+5&universe=liquid",
    );
    expect(queryOf({ run: "7f" })).toBe("run=7f");
  });

  it("has no colour without evidence", () => {
    const cells = [cell(2), cell(-1), cell(9, true)];
    expect(cells.map((each) => strength(each, cells))).toEqual([1, -0.5, 0]);
  });

  it("never tells a chance without its base rate and sample", () => {
    expect(chanceOf(odds, "AAPL")).toEqual({
      text: "54 % (48 % to 60 %); base rate 47 % of 1,234 past hits",
      evidence: "model",
    });
    expect(chanceOf(odds, "IBM")).toBeNull();
  });
});
