/** What the server answers to `/v1/history/summary` and `/v1/history/hits`. */
import type { Bins } from "$lib/pictures/histogram";
import type { Group } from "$lib/pictures/intervals";

export interface Bounds {
  readonly low: number | null;
  readonly high: number | null;
}

export interface Part {
  readonly key: string;
  readonly counted: number;
  readonly mean: number | null;
  readonly excess: number | null;
  readonly excess_bounds: Bounds | null;
  readonly effective: number;
  readonly evidence: string;
}

export interface Outcome {
  readonly horizon: number;
  readonly hits: number;
  readonly episodes: number;
  readonly counted: number;
  readonly days: number;
  readonly effective: number;
  readonly mean: number | null;
  readonly median: number | null;
  readonly excess: number | null;
  readonly universe: number | null;
  readonly mean_bounds: Bounds | null;
  readonly median_bounds: Bounds | null;
  readonly excess_bounds: Bounds | null;
  readonly block: number;
  readonly without: Readonly<Record<string, number>>;
  readonly evidence: string;
  readonly bins: Bins;
  readonly by_year: readonly Part[];
  readonly by_sector: readonly Part[];
}

export interface Basket {
  readonly horizon: number;
  readonly frames: readonly string[];
  readonly value: readonly number[];
  readonly drawdown: readonly number[];
  readonly universe: readonly number[];
  readonly held: readonly number[];
  readonly worst: { readonly drawdown: number; readonly from: string; readonly to: string } | null;
}

export interface Summary {
  readonly scan: { readonly where: string; readonly interval: string; readonly name?: string };
  readonly from: string;
  readonly to: string;
  readonly hits: number;
  readonly sessions: number;
  readonly survivors: boolean;
  readonly per_session: {
    readonly frames: readonly string[];
    readonly hits: readonly number[];
    readonly members: readonly number[];
  };
  readonly outcomes: readonly Outcome[];
  readonly basket: Basket | null;
  readonly warnings: readonly string[];
}

export interface Page {
  readonly total: number;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | string | boolean | null)[])[];
}

/** Years or sectors as rows of a picture. */
export function groupsOf(parts: readonly Part[]): Group[] {
  return parts.map((each) => ({
    key: each.key || "not known",
    value: each.excess,
    low: each.excess_bounds?.low ?? null,
    high: each.excess_bounds?.high ?? null,
    counted: each.counted,
    evidence: each.evidence,
  }));
}

const REASONS: Readonly<Record<string, string>> = {
  no_next_bar: "have no next bar to buy at",
  ends: "are too near to the end of the data",
  quarantined: "go over a bar that was refused",
  jump: "go over a jump that nothing explains",
  missing: "lack a price",
};

/** Why hits have no return, in words: `16 are too near to the end of the data`. */
export function without(reasons: Readonly<Record<string, number>>): string[] {
  return Object.entries(reasons)
    .filter(([, many]) => many > 0)
    .map(
      ([reason, many]) => `${many.toLocaleString("en-US")} ${REASONS[reason] ?? reason.replaceAll("_", " ")}`,
    );
}
