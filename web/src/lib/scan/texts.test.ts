import { describe, expect, it } from "vitest";
import type { NumberIn, Term } from "./shapes";
import { joined, piecesOf, spanOf, without } from "./texts";

const term = (at: number, text: string, start: number | null = null, end: number | null = null): Term => ({
  at,
  text,
  start,
  end,
});

describe("the terms of a condition", () => {
  it("end behind the brackets that they opened", () => {
    const text = "(not (volume > 1.2)) and close > open";
    expect(spanOf(text, term(0, "not volume > 1.2", 1, 18))).toEqual({ from: 1, to: 19 });
    expect(spanOf("close > open", term(0, "close > open", 0, 12))).toEqual({ from: 0, to: 12 });
    expect(spanOf("x", term(0, "close > open"))).toBeNull();
  });

  it("are cut at their numbers", () => {
    const text = "close > open\nand rsi(14) < 40";
    const numbers = [
      { start: 21, end: 23, term: 1 },
      { start: 27, end: 29, term: 1 },
    ] as NumberIn[];
    const pieces = piecesOf(text, term(1, "rsi(14) < 40", 17, 29), numbers);
    expect(pieces.map((each) => each.text)).toEqual(["rsi(", "14", ") < ", "40"]);
    expect(pieces.map((each) => each.number?.start)).toEqual([undefined, 21, undefined, 27]);
  });

  it("can be left out", () => {
    const terms = [
      term(0, "close > open or rsi(14) < 30"),
      term(1, 'sector == "Oil or gas"'),
      term(2, "volume > 5"),
    ];
    expect(without(terms, [2])).toBe('(close > open or rsi(14) < 30) and sector == "Oil or gas"');
    expect(without(terms, [1, 2])).toBe("close > open or rsi(14) < 30");
    expect(without(terms, [0, 1, 2])).toBeNull();
  });

  it("can be added", () => {
    expect(joined("", "close > 5")).toBe("close > 5");
    expect(joined("close > open or volume > 5", "close > 5")).toBe(
      "(close > open or volume > 5) and close > 5",
    );
    expect(joined("(close > open or volume > 5)", "close > 5")).toBe(
      "(close > open or volume > 5) and close > 5",
    );
    expect(joined("close > open\nand volume > 5", "close > 5")).toBe(
      "close > open\nand volume > 5\nand close > 5",
    );
  });
});
