import { describe, expect, it } from "vitest";
import { argumentOf, calledAt, partsOf } from "./signature";

const at = (marked: string) => calledAt(marked.replace("|", ""), marked.indexOf("|"));

describe("the call in which one writes", () => {
  it.each([
    ["close > sma(|", "sma", 0],
    ["sma(volume, 20|)", "sma", 1],
    ["crosses_above(sma(50), |", "crosses_above", 1],
    ["crosses_above(sma(50|), sma(200))", "sma", 0],
    ['at("1w, (", rsi(14), |', "at", 2],
    ["sma((close + open|) / 2, 3)", "sma", 0],
    ["highest(high, 20)[|1]", undefined, undefined],
    ["close > (open|", undefined, undefined],
  ])("of %s is %s, argument %s", (text, name, argument) => {
    const found = at(text);
    expect([found?.name, found?.argument]).toEqual([name, argument]);
  });

  it("knows the parts of a signature", () => {
    expect(partsOf("sma(x=close, n)")).toEqual({ head: "sma(", takes: ["x=close", "n"], tail: ")" });
    expect(partsOf("aroon(n=14) .up .down")).toEqual({
      head: "aroon(",
      takes: ["n=14"],
      tail: ") .up .down",
    });
    expect(partsOf("market_cap")).toEqual({ head: "market_cap", takes: [], tail: "" });
  });

  it("passes over what has a default where a length comes first", () => {
    const takes = ["x=close", "n"];
    expect(argumentOf({ name: "sma", from: 0, argument: 0, first: "200)" }, takes)).toBe(1);
    expect(argumentOf({ name: "sma", from: 0, argument: 0, first: "volume" }, takes)).toBe(0);
    expect(argumentOf({ name: "adx", from: 0, argument: 0, first: "14" }, ["n=14"])).toBe(0);
  });
});
