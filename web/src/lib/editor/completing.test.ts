import { beforeAll, describe, expect, it, vi } from "vitest";
import { card, completed, templateOf } from "./completing";
import { words, type WordOf } from "./words.svelte";

const word = (name: string, signature: string, example: string, part: Partial<WordOf> = {}): WordOf => ({
  name,
  signature,
  example,
  kind: "indicator",
  gives: "number",
  unit: "0 to 100",
  doc: "What it is.\n\nMore of it.",
  warmup: 14,
  source: "Wilder",
  ...part,
});
const RSI = word("rsi", "rsi(x=close, n=14)", "rsi(14)");
const AROON = word("aroon", "aroon(n=14) .up .down", "aroon(14).up");

beforeAll(async () => {
  const language = {
    words: [
      RSI,
      AROON,
      word("cap", "cap", "cap > 10"),
      word("acos", "acos(x=close)", "acos()", { kind: "foreign" }),
    ],
    fields: [
      { name: "sector", type: "category", values: ["Energy", "Technology"] },
      { name: "beta" },
      { name: "beta" },
    ],
  };
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(language))));
  await words.load();
});

const labels = (before: string, explicit = false) =>
  completed(before, before.length, explicit)?.options.map((each) => each.label);

describe("completion", () => {
  it("offers fields, joining words and the words of the language while a name is typed", () => {
    const found = completed("close > r", 9, false);
    expect(found?.from).toBe(8);
    expect(labels("close > r")).toEqual(
      expect.arrayContaining(["close", "and", "sector", "beta", "rsi", "acos"]),
    );
    expect(labels("close > r")?.filter((each) => each === "beta" || each === "sector")).toHaveLength(2);
  });

  it("waits for a letter unless it is asked", () => {
    expect(labels("close > ")).toBeUndefined();
    expect(labels("close > ", true)).toContain("rsi");
    expect(labels("close > 1e")).toBeUndefined();
  });

  it("offers the values of a category inside quotes", () => {
    expect(labels('sector == "En')).toEqual(["Energy", "Technology"]);
    expect(labels('sector in ("Energy", "')).toEqual(["Energy", "Technology"]);
    expect(labels('name == "En')).toBeUndefined();
  });

  it("offers the values of a word behind a dot", () => {
    expect(labels("aroon(14).")).toEqual(["up", "down"]);
    expect(labels("rsi(14).")).toBeUndefined();
  });

  it("is quiet in a note", () => expect(labels("close > 5 # and r")).toBeUndefined());

  it("writes a call with its usual lengths", () => {
    expect(templateOf(RSI)).toBe("rsi(${1:14})");
    expect(templateOf(word("sma", "sma(x=close, n)", "sma(close, 20)"))).toBe("sma(${1:close}, ${2:20})");
    expect(templateOf(AROON)).toBe("aroon(${1:14}).up");
    expect(templateOf(word("abs", "abs(x)", "abs(close - open)"))).toBe("abs(${})");
  });

  it("shows signature, meaning, facts and one example", () => {
    const text = card(RSI).textContent;
    for (const part of [
      "rsi(x=close, n=14)",
      "What it is.",
      "0 to 100 · warm-up 14 bars · Wilder",
      "rsi(14)",
    ])
      expect(text).toContain(part);
  });
});
