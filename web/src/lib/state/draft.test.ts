import { describe, expect, it } from "vitest";
import { addressOf, draft, EMPTY, expanded, runOf, scanOf, taken } from "./draft.svelte";

describe("a scan that is being written", () => {
  it("sends what was filled in, and nothing else", () => {
    const columns = [
      { name: " rsi ", text: "rsi(14)" },
      { name: "", text: "close" },
    ];
    expect(scanOf({ ...EMPTY, where: "close > 5", columns })).toEqual({
      where: "close > 5",
      universe: "all",
      interval: "1d",
      session: "regular",
      adjust: "splits",
      columns: { rsi: "rsi(14)" },
    });
  });

  it("has rules of stopping as numbers", () => {
    const body = runOf({ ...EMPTY, where: "close > 5", hits: "20", seconds: " ", good: "rsi(14) < 30" });
    expect(body.stop).toEqual({ hits: 20, good: "rsi(14) < 30" });
  });

  it("puts what the author defined in its places", () => {
    expect(expanded("weak and weakness > 1", { base: "rsi(14)", weak: "base < 40" })).toBe(
      "((rsi(14)) < 40) and weakness > 1",
    );
  });

  it("reads back what it sends", () => {
    const scan = {
      where: "close > 5",
      rank: "close",
      columns: { a: "open" },
      universe: "liquid",
      exclude: "list:dismissed",
    };
    expect(scanOf({ ...EMPTY, ...taken(scan) })).toMatchObject(scan);
  });

  it("is kept at once", () => {
    draft.set({ where: "volume > 10" });
    expect(JSON.parse(localStorage.getItem("scanwright.draft") ?? "{}")).toMatchObject({
      where: "volume > 10",
    });
  });

  it("can be sent as a link", () => {
    const url = new URL(addressOf({ ...EMPTY, where: "close > 5 and rsi(14) < 40" }), "http://localhost");
    expect(JSON.parse(url.searchParams.get("scan") ?? "")).toMatchObject({
      where: "close > 5 and rsi(14) < 40",
    });
  });
});
