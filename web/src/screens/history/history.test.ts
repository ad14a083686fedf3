import { expect, test } from "vitest";
import { lineOf, textOf, titleOf } from "./hitGrid";
import { groupsOf, without } from "./shapes";

test("a row of the server is named by its columns", () => {
  expect(lineOf(["symbol", "ret_5"], ["AAPL", 1.5])).toEqual({ symbol: "AAPL", ret_5: 1.5 });
});

test("columns are headed in words", () => {
  expect(["symbol", "ts", "ret_1", "ret_20", "rsi"].map(titleOf)).toEqual([
    "Symbol",
    "Day",
    "After 1 bar",
    "After 20 bars",
    "rsi",
  ]);
});

test("cells are written as what they are", () => {
  expect(textOf("ret_5", -1.234)).toBe("−1.23%");
  expect(textOf("ret_5", null)).toBe("–");
  expect(textOf("ts", "2025-12-31")).toBe("2025-12-31");
  expect(textOf("close", 1234.5)).toBe("1,234.50");
});

test("years without an interval have none", () => {
  const part = {
    key: "",
    counted: 3,
    mean: 1,
    excess: 0.5,
    excess_bounds: null,
    effective: 3,
    evidence: "not enough evidence",
  };
  expect(groupsOf([part])).toEqual([
    { key: "not known", value: 0.5, low: null, high: null, counted: 3, evidence: "not enough evidence" },
  ]);
});

test("hits without a return are told by reason", () => {
  expect(without({ ends: 16, jump: 0, no_next_bar: 1200 })).toEqual([
    "16 are too near to the end of the data",
    "1,200 have no next bar to buy at",
  ]);
});
