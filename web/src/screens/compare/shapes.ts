/** What the server answers to `/v1/compare`. */
export interface Side {
  readonly name: string;
  readonly version: number | null;
  readonly where: string;
  readonly run: string | null;
}

export interface Found {
  readonly symbol: string;
  readonly ts: string;
}

export interface Compared {
  readonly first: Side;
  readonly second: Side;
  readonly now: {
    readonly frame: string;
    readonly both: readonly string[];
    readonly first: readonly string[];
    readonly second: readonly string[];
  };
  readonly year: {
    readonly from: string;
    readonly to: string;
    readonly frames: readonly string[];
    readonly first: readonly number[];
    readonly second: readonly number[];
    readonly both: readonly number[];
    readonly counts: {
      readonly first: number;
      readonly second: number;
      readonly both: number;
      readonly only_first: number;
      readonly only_second: number;
    };
    readonly latest_only_first: readonly Found[];
    readonly latest_only_second: readonly Found[];
  } | null;
  readonly differences: readonly string[];
}

/** A difference as its place and its two texts: `where: a -> b`. */
export interface Difference {
  readonly part: string;
  readonly before: string;
  readonly after: string;
}

export function differenceOf(text: string): Difference {
  const [, part = "", rest = text] = /^([\w ]+): (.*)$/s.exec(text) ?? [];
  const at = rest.indexOf(" -> ");
  if (at < 0) return { part, before: "", after: rest };
  return { part, before: rest.slice(0, at), after: rest.slice(at + 4) };
}

/** What a side is called, so that both are told apart. */
export function nameOf(side: Side, fallback: string): string {
  if (side.run)
    return side.name ? `${side.name}, run ${side.run.slice(0, 6)}` : `run ${side.run.slice(0, 6)}`;
  if (!side.name) return fallback;
  return side.version == null ? side.name.replaceAll("_", " ") : `${side.name}, version ${side.version}`;
}

/** What both are called; two of one name are the first and the second of it. */
export function namesOf({ first, second }: Pick<Compared, "first" | "second">): [string, string] {
  const names: [string, string] = [nameOf(first, "the first"), nameOf(second, "the second")];
  return names[0] === names[1] ? [`the first ${names[0]}`, `the second ${names[1]}`] : names;
}

/** Hits that only one of them had: the first up from zero, the second down. */
export function apart(year: NonNullable<Compared["year"]>): { first: number[]; second: number[] } {
  return {
    first: year.first.map((hits, at) => hits - (year.both[at] ?? 0)),
    second: year.second.map((hits, at) => -(hits - (year.both[at] ?? 0))),
  };
}
