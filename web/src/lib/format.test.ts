import { describe, expect, it } from "vitest";
import { change, number, price, short, span, UNKNOWN } from "./format";

describe("figures", () => {
  it("are a dash where they are not known", () => {
    for (const say of [number, price, change, short, span]) {
      expect([null, undefined, Number.NaN].map((each) => say(each))).toEqual([UNKNOWN, UNKNOWN, UNKNOWN]);
    }
  });

  it.each([
    [1234.5, "1,234.50"],
    [0.1234, "0.1234"],
    [0.00001234, "0.00001234"],
    [-3, "-3.00"],
  ])("show a price of %s as %s", (value, shown) => expect(price(value)).toBe(shown));

  it.each([
    [1.234, "+1.23%"],
    [-1.234, "−1.23%"],
    [0, "0.00%"],
  ])("show a change of %s with its sign", (value, shown) => expect(change(value)).toBe(shown));

  it.each([
    [0.42, "0.4 s"],
    [12.4, "12 s"],
    [181, "3 min"],
    [7500, "2 h 5 min"],
  ])("show %s seconds as %s", (value, shown) => expect(span(value)).toBe(shown));
});
