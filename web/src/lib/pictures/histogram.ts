/** Where the bars of a distribution stand. Bins are as the server counted them: the first and the last hold what lies beyond. */
import { scaleLinear } from "d3-scale";
import type { Box, Tick } from "./lines";

export interface Bins {
  readonly edges: readonly number[];
  /** In percent of all, beside the bins. */
  readonly hits: readonly number[];
  readonly universe: readonly number[];
}

export interface Bars {
  readonly bars: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly below: boolean;
  }[];
  /** The universe as steps. */
  readonly steps: string;
  readonly across: readonly Tick[];
  readonly up: readonly Tick[];
  readonly x: (value: number) => number;
  readonly bin: (x: number) => number;
}

const SEEN = 0.2;
const FEWEST = 12;

/** Without the tails that nobody could see: what lies there is counted in the first and the last bin that is left. */
export function trimmed(bins: Bins): Bins {
  const { edges, hits, universe } = bins;
  const seen = (at: number) => (hits[at] ?? 0) >= SEEN || (universe[at] ?? 0) >= SEEN;
  let [from, to] = [0, hits.length - 1];
  // The outermost bins hold what lies beyond already: they are looked through once another is seen.
  while (to - from >= FEWEST && !seen(from + 1) && !seen(to - 1)) [from, to] = [from + 1, to - 1];
  const gathered = (all: readonly number[]) => {
    const kept = all.slice(from, to + 1);
    kept[0] = sum(all.slice(0, from + 1));
    kept[kept.length - 1] = sum(all.slice(to));
    return kept;
  };
  return { edges: edges.slice(from, to + 2), hits: gathered(hits), universe: gathered(universe) };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}

export function histogramOf(bins: Bins, box: Box): Bars {
  const { edges, hits, universe } = bins;
  const x = scaleLinear([edges[0] ?? 0, edges.at(-1) ?? 1], [box.left, box.width - box.right]);
  const most = Math.max(...hits, ...universe, 0.1);
  const y = scaleLinear([0, most * 1.05], [box.height - box.bottom, box.top]);
  const bars = hits.map((share, at) => {
    const [from, to] = [x(edges[at] ?? 0), x(edges[at + 1] ?? 0)];
    const below = ((edges[at] ?? 0) + (edges[at + 1] ?? 0)) / 2 < 0;
    return {
      x: from + 0.5,
      y: y(share),
      width: Math.max(to - from - 1, 0.5),
      height: y(0) - y(share),
      below,
    };
  });
  const steps = universe.map(
    (share, at) => `${at ? "V" : `M${x(edges[0] ?? 0)} ${y(0)}V`}${y(share)}H${x(edges[at + 1] ?? 0)}`,
  );
  return {
    bars,
    steps: `${steps.join("")}V${y(0)}`,
    across: x
      .ticks(Math.max(Math.floor(box.width / 90), 3))
      .map((value) => ({ at: x(value), text: signed(value) })),
    up: y.ticks(4).map((value) => ({ at: y(value), text: `${value}%` })),
    x: (value) => x(Math.min(Math.max(value, edges[0] ?? 0), edges.at(-1) ?? 1)),
    bin: (at) => edges.findLastIndex((edge, place) => place < hits.length && x(edge) <= at),
  };
}

/** What a bin holds in words: `−2% to −1%`, `below −19%`. */
export function binText(edges: readonly number[], at: number): string {
  const [from, to] = [edges[at] ?? 0, edges[at + 1] ?? 0];
  if (at === 0) return `below ${signed(to)}`;
  if (at === edges.length - 2) return `above ${signed(from)}`;
  return `${signed(from)} to ${signed(to)}`;
}

function signed(value: number): string {
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value)}%`;
}
