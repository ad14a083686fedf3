import type { Facts } from "$lib/run/context.svelte";
import type { Hit } from "$lib/run/run.svelte";

/** A row of the results: a hit, with what is known of its symbol and what the person noted. */
export interface Row {
  readonly symbol: string;
  readonly hit: Hit;
  readonly facts: Facts | undefined;
  readonly flagged: boolean;
  readonly dismissed: boolean;
  readonly note: string;
  /** The last run of the same scan did not have it. */
  readonly isFresh: boolean;
}

export interface Marked {
  readonly flagged: ReadonlySet<string>;
  readonly dismissed: ReadonlySet<string>;
  readonly notes: Readonly<Record<string, { readonly text: string }>>;
}

/** Which of the hits a person wants to see. */
export type Show = "all" | "fresh" | "flagged" | "noted" | "dismissed";

export const SHOWS: readonly (readonly [Show, string])[] = [
  ["all", "All hits"],
  ["fresh", "New since last run"],
  ["flagged", "Flagged"],
  ["noted", "With a note"],
  ["dismissed", "Dismissed"],
];

/** The rows of a run. A row is made anew only when something of it is other than before. */
export class Rows {
  #kept = new Map<string, Row>();

  of(
    hits: ReadonlyMap<string, Hit>,
    facts: (symbol: string) => Facts | undefined,
    fresh: ReadonlySet<string>,
    marks: Marked,
  ): readonly Row[] {
    const next = new Map<string, Row>();
    for (const hit of hits.values()) {
      const { symbol } = hit;
      const row: Row = {
        symbol,
        hit,
        facts: facts(symbol),
        flagged: marks.flagged.has(symbol),
        dismissed: marks.dismissed.has(symbol),
        note: marks.notes[symbol]?.text ?? "",
        isFresh: fresh.has(symbol),
      };
      const before = this.#kept.get(symbol);
      next.set(symbol, before && same(before, row) ? before : row);
    }
    this.#kept = next;
    return [...next.values()];
  }
}

function same(one: Row, other: Row): boolean {
  return (
    one.hit === other.hit &&
    one.facts === other.facts &&
    one.flagged === other.flagged &&
    one.dismissed === other.dismissed &&
    one.note === other.note &&
    one.isFresh === other.isFresh
  );
}

/** Whether a row is among those that the person wants: by kind, and by a part of its symbol, name or sector in capitals. */
export function isWanted(row: Row, show: Show, search: string): boolean {
  return isShown(row, show) && (!search || isFound(row, search));
}

function isShown(row: Row, show: Show): boolean {
  switch (show) {
    case "dismissed":
      return row.dismissed;
    case "flagged":
      return row.flagged;
    case "noted":
      return row.note !== "";
    case "fresh":
      return row.isFresh && !row.dismissed;
    case "all":
      return !row.dismissed;
  }
}

function isFound(row: Row, search: string): boolean {
  const words = [row.symbol, row.facts?.name, row.facts?.sector];
  return words.some((each) => typeof each === "string" && each.toUpperCase().includes(search));
}

/** What goes to a grid that shows `before`, so that it shows `next`: rows are the same when they are the same object. */
export function changes<T extends { readonly symbol: string }>(
  before: ReadonlyMap<string, T>,
  next: readonly T[],
): { add: T[]; update: T[]; remove: T[]; now: Map<string, T> } {
  const now = new Map(next.map((row) => [row.symbol, row]));
  const add = next.filter((row) => !before.has(row.symbol));
  const update = next.filter((row) => before.has(row.symbol) && before.get(row.symbol) !== row);
  const remove = [...before.values()].filter((row) => !now.has(row.symbol));
  return { add, update, remove, now };
}
