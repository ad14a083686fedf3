import { describe, expect, it } from "vitest";
import type { Row } from "./rows";
import { arranged, headsOf, isHead, type Line } from "./sections";

function row(symbol: string, sector: string | null, change: number | null = null): Row {
  return {
    symbol,
    hit: { symbol, ts: "", rank: null, columns: {}, provisional: false, at: 0 },
    facts: { sector, change },
    flagged: false,
    dismissed: false,
    note: "",
    isFresh: false,
  };
}

const rows = [row("A", "Energy", 2), row("B", "Utilities", 1), row("C", "Energy", 4), row("D", null)];
const heads = headsOf(rows, new Map());
const shown = (closed: string[]) =>
  arranged<Line>([...heads, ...rows], (each) => each, new Set(closed)).lines.map((each) =>
    isHead(each) ? `[${each.head}]` : each.symbol,
  );

describe("sections", () => {
  it("stand under their headings, the largest first, in the order of the table", () => {
    expect(shown([])).toEqual(["[Energy]", "A", "C", "[No sector]", "D", "[Utilities]", "B"]);
  });

  it("are shut without losing their heading", () => {
    expect(shown(["Energy"])).toEqual(["[Energy]", "[No sector]", "D", "[Utilities]", "B"]);
  });

  it("go where a filter leaves none of theirs", () => {
    const { lines } = arranged<Line>([...heads, ...rows.slice(0, 1)], (each) => each, new Set());
    expect(lines).toHaveLength(2);
  });

  it("say how many they have, and the mean of the changes that are known", () => {
    const { sums } = arranged<Line>([...heads, ...rows], (each) => each, new Set(["Energy"]));
    expect([sums.get("Energy"), sums.get("No sector")]).toEqual([
      { count: 2, change: 3 },
      { count: 1, change: null },
    ]);
  });

  it("keep the heading that there was, so that a grid knows it again", () => {
    expect(headsOf(rows, new Map(heads.map((each) => [each.symbol, each])))[0]).toBe(heads[0]);
  });
});
