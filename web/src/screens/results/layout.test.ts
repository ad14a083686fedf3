import { describe, expect, it } from "vitest";
import { FACTS, ownFields } from "./fields";
import { placed, sorted } from "./layout";
import type { Row } from "./rows";

const fields = [...ownFields(["rsi"], true), ...FACTS.slice(0, 2)];
const names = (layout: Parameters<typeof placed>[1]) => placed(fields, layout).map((each) => each.colId);

describe("columns", () => {
  it("stand as they are declared until the person moves one", () => {
    expect(names([])).toEqual(["symbol", "rank", "scan rsi", "last", "change"]);
  });

  it("stand as the person left them; another scan's own come right after the symbol", () => {
    const left = [
      { colId: "symbol" },
      { colId: "scan other" },
      { colId: "change", width: 90 },
      { colId: "last" },
    ];
    expect(names(left)).toEqual(["symbol", "rank", "scan rsi", "change", "last"]);
    expect(placed(fields, left).find((each) => each.colId === "change")?.width).toBe(90);
  });
});

describe("rows shown elsewhere", () => {
  const rows = [1, 3, 2].map((rank): Row => ({
    symbol: `S${4 - rank}`,
    hit: { symbol: "", ts: "", rank, columns: { rsi: -rank }, provisional: false, at: 0 },
    facts: undefined,
    flagged: false,
    dismissed: false,
    note: "",
    isFresh: false,
  }));
  const ranks = (layout: Parameters<typeof sorted>[2]) =>
    sorted(rows, fields, layout).map((row) => row.hit.rank);

  it("are in the order of the table: by rank at first, as they came where the person took the order away", () => {
    expect(ranks([])).toEqual([3, 2, 1]);
    expect(ranks([{ colId: "rank", sort: null }])).toEqual([1, 3, 2]);
  });

  it("are in the order that the person chose", () => {
    expect(ranks([{ colId: "scan rsi", sort: "desc" }])).toEqual([1, 2, 3]);
    expect(ranks([{ colId: "symbol", sort: "asc" }])).toEqual([3, 2, 1]);
  });
});
