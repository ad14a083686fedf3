import type { ScanBody } from "$lib/state/draft.svelte";
import type { Which } from "./which";

export interface Drawn {
  readonly drawn: number;
  readonly bounds: { readonly low: number; readonly high: number };
}

/** A part of a scan's past: a weekday, a sector, a state of the market. Grey where there is too little of it. */
export interface Cell {
  readonly group: string;
  readonly name: string;
  readonly count: number;
  readonly effective: number;
  readonly grey: boolean;
  readonly verdict: string;
  readonly rate: Drawn;
  readonly mean: Drawn;
}

export interface Patterns {
  readonly words: string;
  readonly costs: string;
  readonly episodes: number;
  readonly notes: readonly string[];
  readonly cells: readonly Cell[];
}

export interface Odds {
  readonly words: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | string | null)[])[];
  readonly base: {
    readonly rate: number;
    readonly count: number;
    readonly bounds: { readonly low: number; readonly high: number };
  };
}

/** The scan as words of an address. */
export function queryOf(which: Which | { readonly run: string }): string {
  const words = new URLSearchParams();
  const take = (name: string, value: unknown) => {
    if (typeof value === "string" || typeof value === "number")
      if (value !== "") words.set(name, String(value));
  };
  const scan: Partial<ScanBody> = "scan" in which ? which.scan : {};
  const named = "scan" in which ? scan : which;
  for (const name of ["library", "saved", "version", "run", "where", "universe", "exclude", "interval"])
    take(name, (named as Record<string, unknown>)[name]);
  return words.toString();
}

/** How strongly a cell is coloured, -1 to 1: its mean beside the largest of all that have evidence. */
export function strength(cell: Cell, cells: readonly Cell[]): number {
  const most = Math.max(...cells.filter((each) => !each.grey).map((each) => Math.abs(each.mean.drawn)), 1e-9);
  return cell.grey ? 0 : cell.mean.drawn / most;
}

/** What is known of one symbol's chance; never without the base rate and how many hits it rests on. */
export function chanceOf(odds: Odds, symbol: string): { text: string; evidence: string } | null {
  const at = (name: string) => odds.columns.indexOf(name);
  const row = odds.rows.find((each) => each[at("symbol")] === symbol);
  if (!row) return null;
  const share = (value: unknown) => (typeof value === "number" ? `${(100 * value).toFixed(0)} %` : "–");
  const [chance, low, high] = ["p_success", "p_low", "p_high"].map((name) => share(row[at(name)]));
  const base = `base rate ${share(odds.base.rate)} of ${odds.base.count.toLocaleString("en-US")} past hits`;
  return { text: `${chance} (${low} to ${high}); ${base}`, evidence: String(row[at("evidence")] ?? "") };
}
