import { describe, expect, it } from "vitest";
import type { Hit } from "$lib/run/run.svelte";
import { changes, isWanted, type Marked, Rows } from "./rows";

function hit(symbol: string, more: Partial<Hit> = {}): Hit {
  return { symbol, ts: "2026-01-05", rank: 1, columns: {}, provisional: false, at: 0, ...more };
}

const NONE: Marked = { flagged: new Set(), dismissed: new Set(), notes: {} };
const hits = (...all: Hit[]) => new Map(all.map((each) => [each.symbol, each]));
const facts = { name: "Ford Motor", sector: "Consumer Discretionary" };

describe("rows", () => {
  it("are made anew only where something is other than before", () => {
    const rows = new Rows();
    const some = hits(hit("A"), hit("B"));
    const [a, b] = rows.of(some, () => undefined, new Set(), NONE);
    const [same, flagged] = rows.of(some, () => undefined, new Set(), { ...NONE, flagged: new Set(["B"]) });
    expect([same === a, flagged === b, flagged?.flagged]).toEqual([true, false, true]);
  });

  it("go to a grid as what came, what changed and what went", () => {
    const rows = new Rows();
    const [a, b] = rows.of(hits(hit("A"), hit("B")), () => undefined, new Set(), NONE);
    if (!a || !b) throw new Error("two rows");
    const other = { ...b, flagged: true };
    const c = { ...a, symbol: "C" };
    const before = changes(new Map(), [a, b]);
    expect(before.add).toEqual([a, b]);
    const found = changes(before.now, [other, c]);
    expect([found.add, found.update, found.remove]).toEqual([[c], [other], [a]]);
  });
});

describe("who is wanted", () => {
  const marked: Marked = {
    flagged: new Set(["F"]),
    dismissed: new Set(["X"]),
    notes: { F: { text: "gap" } },
  };
  const rows = new Rows().of(
    hits(hit("F"), hit("X"), hit("N")),
    (symbol) => (symbol === "F" ? facts : undefined),
    new Set(["N"]),
    marked,
  );
  const seen = (show: Parameters<typeof isWanted>[1], search = "") =>
    rows.filter((row) => isWanted(row, show, search)).map((row) => row.symbol);

  it("is everyone who is not dismissed, or only those of a kind", () => {
    expect(seen("all")).toEqual(["F", "N"]);
    expect([seen("fresh"), seen("flagged"), seen("noted"), seen("dismissed")]).toEqual([
      ["N"],
      ["F"],
      ["F"],
      ["X"],
    ]);
  });

  it.each(["F", "FORD", "DISCRETION"])("is found by a part of symbol, name or sector: %s", (search) =>
    expect(seen("all", search)).toEqual(["F"]),
  );
});
