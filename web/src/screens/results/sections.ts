import type { Row } from "./rows";

/** The heading of a section of the table. */
export interface Head {
  readonly symbol: string;
  readonly head: string;
}

export type Line = Row | Head;

const SIGN = "\u0000";
export const NAMELESS = "No sector";

export function isHead(line: Line | undefined): line is Head {
  return line !== undefined && "head" in line;
}

export function sectorOf(row: Row): string {
  const found = row.facts?.sector;
  return typeof found === "string" && found ? found : NAMELESS;
}

/** A heading for each sector that there is. */
export function headsOf(rows: readonly Row[], kept: ReadonlyMap<string, Line>): readonly Head[] {
  const names = new Set(rows.map(sectorOf));
  return [...names].map((head) => {
    const symbol = SIGN + head;
    const before = kept.get(symbol);
    return isHead(before) ? before : { symbol, head };
  });
}

/** What a section's heading says of it. */
export interface Sum {
  readonly count: number;
  readonly change: number | null;
}

export interface Sections<T> {
  readonly lines: readonly T[];
  readonly sums: ReadonlyMap<string, Sum>;
}

/**
 * Lines under the headings of their sectors: the largest section first, sections of equal size by name; those of a
 * closed section and headings without lines are left out.
 */
export function arranged<T>(
  sorted: readonly T[],
  line: (each: T) => Line | undefined,
  closed: ReadonlySet<string>,
): Sections<T> {
  const heads = new Map<string, T>();
  const members = new Map<string, T[]>();
  for (const each of sorted) {
    const found = line(each);
    if (!found) continue;
    if (isHead(found)) heads.set(found.head, each);
    else {
      const name = sectorOf(found);
      const some = members.get(name);
      if (some) some.push(each);
      else members.set(name, [each]);
    }
  }
  const names = [...members.keys()].sort(
    (one, other) =>
      (members.get(other)?.length ?? 0) - (members.get(one)?.length ?? 0) || one.localeCompare(other),
  );
  const lines = names.flatMap((name) => {
    const head = heads.get(name);
    return [...(head ? [head] : []), ...(closed.has(name) ? [] : (members.get(name) ?? []))];
  });
  const sums = new Map(
    names.map((name) => [name, sum((members.get(name) ?? []).map((each) => line(each)))] as const),
  );
  return { lines, sums };
}

function sum(lines: readonly (Line | undefined)[]): Sum {
  const known = lines
    .map((each) => (each && !isHead(each) ? each.facts?.change : null))
    .filter((each) => typeof each === "number");
  const mean = known.length ? known.reduce((all, each) => all + each, 0) / known.length : null;
  return { count: lines.length, change: mean };
}
