import { expect, test } from "vitest";
import { apart, differenceOf, nameOf, namesOf } from "./shapes";

test("a difference is told as what was and what is", () => {
  expect(differenceOf("where: rsi(14) < 40 -> rsi(14) < 35")).toEqual({
    part: "where",
    before: "rsi(14) < 40",
    after: "rsi(14) < 35",
  });
  expect(differenceOf("rank: none -> volume")).toEqual({ part: "rank", before: "none", after: "volume" });
  expect(differenceOf("something else")).toEqual({ part: "", before: "", after: "something else" });
});

test("sides are told apart by name, version or run", () => {
  const side = { name: "", version: null, where: "close > 5", run: null };
  expect(nameOf(side, "first")).toBe("first");
  expect(nameOf({ ...side, name: "golden_cross" }, "first")).toBe("golden cross");
  expect(nameOf({ ...side, name: "dips", version: 2 }, "first")).toBe("dips, version 2");
  expect(nameOf({ ...side, run: "7f3a9b1c22" }, "first")).toBe("run 7f3a9b");
  const golden = { ...side, name: "golden_cross" };
  expect(namesOf({ first: golden, second: golden })).toEqual([
    "the first golden cross",
    "the second golden cross",
  ]);
});

test("what both had is on neither side", () => {
  const counts = { first: 5, second: 4, both: 3, only_first: 2, only_second: 1 };
  const year = {
    from: "2025-01-02",
    to: "2025-01-03",
    frames: ["2025-01-02", "2025-01-03"],
    first: [3, 2],
    second: [1, 3],
    both: [1, 2],
    counts,
    latest_only_first: [],
    latest_only_second: [],
  };
  expect(apart(year)).toEqual({ first: [2, 0], second: [-0, -1] });
});
