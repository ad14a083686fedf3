import { describe, expect, it } from "vitest";
import { compared, FACTS, ground, ownFields, shown } from "./fields";

const heat = (id: string, value: number | null) => FACTS.find((each) => each.id === id)?.heat?.(value) ?? 0;

describe("fields", () => {
  it.each([
    [null, "–"],
    [true, "yes"],
    ["Energy", "Energy"],
    [1234567, "1.23M"],
    [43.219, "43.22"],
  ])("show %s as %s", (value, text) => expect(shown(value)).toBe(text));

  it("have the ranking first, where the scan ranks", () => {
    expect(ownFields(["rsi"], true).map((each) => each.id)).toEqual(["rank", "scan rsi"]);
    expect(ownFields(["rsi"], false).map((each) => each.id)).toEqual(["scan rsi"]);
  });

  it("are warmer the further a change is from zero, and not at all without one", () => {
    const strengths = [0.1, 1, 3, 9].map((each) => heat("change", each));
    expect(strengths).toEqual([...strengths].sort((one, other) => one - other));
    expect([heat("change", 0), heat("change", null), heat("change", -50)]).toEqual([0, 0, -1]);
    expect([ground(0), ground(-1).includes("--down-rgb")]).toEqual(["transparent", true]);
  });
});

describe("an order", () => {
  const ordered = (descending: boolean) =>
    [3, null, 10, -1].sort((one, other) => compared(one, other, descending));

  it("has what is not known last, whichever way it goes", () => {
    expect(ordered(true)).toEqual([10, 3, -1, null]);
    expect(ordered(false)).toEqual([-1, 3, 10, null]);
  });
});
