/** What the server says of its market: `/v1/data/status`, `/v1/data/completeness`, `/v1/data/quarantine`, `/v1/data/updates`. */
import type { Problem } from "$lib/api/client";
import { count, day, plural, span } from "$lib/format";

export interface Source {
  readonly source: string;
  readonly symbols: number;
  readonly first: string;
  readonly last: string;
  readonly delayed: number | null;
  readonly asked: string | null;
}

export interface Held {
  readonly interval: string;
  readonly symbols: number;
  readonly bars: number;
  readonly first: string;
  readonly last: string;
  /** Sessions that were over since the last bar. */
  readonly behind: number | null;
  readonly complete: number | null;
  readonly lacking: number;
  readonly files: number;
  readonly bytes: number;
  readonly quarantined: Readonly<Record<string, number>>;
  readonly data_hash: string;
  readonly sources: readonly Source[];
}

export interface Tier {
  readonly hits: number;
  readonly misses: number;
  readonly stale: number;
  readonly bytes_read: number;
  readonly bytes_written: number;
  readonly failures: number;
}

export interface Status {
  readonly name: string;
  readonly calendar: string;
  readonly generation: number;
  readonly symbols_described: number;
  readonly splits: number;
  readonly intervals: readonly Held[];
  readonly tables: readonly { readonly table: string; readonly worth: string }[];
  readonly providers: readonly { readonly provider: string; readonly lacks: string }[];
  readonly cache: {
    readonly entries: number;
    readonly bytes: number;
    readonly tiers: Readonly<Record<string, Tier>>;
  } | null;
}

export interface Completeness {
  readonly sessions: {
    readonly day: readonly string[];
    readonly complete: readonly (number | null)[];
    readonly bars: readonly number[];
  };
  readonly symbols: readonly {
    readonly symbol: string;
    readonly first: string;
    readonly last: string;
    readonly expected: number;
    readonly present: number;
    readonly complete: number | null;
    readonly missed_last: string | null;
    readonly behind: number | null;
  }[];
}

export interface Quarantine {
  readonly total: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly rows: readonly {
    readonly symbol: string;
    readonly ts: string;
    readonly reason: string;
    readonly source: string;
    readonly close: number | null;
  }[];
}

export interface Update {
  readonly id: string;
  readonly status: string;
  readonly started: string;
  readonly ended: string | null;
  readonly interval: string;
  readonly universe: string;
  readonly done: number;
  readonly total: number;
  readonly sentence: string | null;
  readonly error: Problem | null;
}

/** How far an update is, as its stream tells it. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly rate: number | null;
  readonly eta: { readonly seconds: number; readonly low: number; readonly high: number } | null;
  readonly requests: number;
  readonly cached: number;
  readonly told_to_wait: number;
  readonly failed: number;
  readonly retries: number;
  readonly dollars: number;
}

const SIZES = ["B", "kB", "MB", "GB", "TB"];

/** 7.2 MB. */
export function bytes(value: number): string {
  let [left, at] = [value, 0];
  while (left >= 1000 && at < SIZES.length - 1) [left, at] = [left / 1000, at + 1];
  return `${at === 0 || left >= 100 ? Math.round(left) : left.toFixed(1)} ${SIZES[at] ?? ""}`;
}

/** How old bars are, in words: `226 sessions behind`. */
export function age(behind: number | null): string {
  if (behind == null) return "age not known";
  return behind === 0 ? "up to date" : `${plural(behind, "session")} behind`;
}

/** How much of what was asked of a tier it had, in percent. */
export function share({ hits, misses }: Tier): number | null {
  return hits + misses ? (hits / (hits + misses)) * 100 : null;
}

/** What an update does now: `120 of 500 requests, 38 a second, 9 s to 12 s to go`. */
export function going(now: Progress): string[] {
  return [
    `${count(now.done)} of ${plural(now.total, "request")}`,
    now.rate ? `${count(now.rate)} a second` : "",
    now.eta ? `${span(now.eta.low)} to ${span(now.eta.high)} to go` : "",
    now.cached ? `${count(now.cached)} from the cache` : "",
    now.told_to_wait ? `told to wait ${plural(now.told_to_wait, "time")}` : "",
    now.retries ? plural(now.retries, "retry", "retries") : "",
    now.failed ? `${count(now.failed)} failed` : "",
    now.dollars ? `$${now.dollars.toFixed(2)}` : "",
  ].filter(Boolean);
}

/** Where bars come from: `simulated: 500 symbols to 2025-12-31`. */
export function origin(from: Source): string {
  const late = from.delayed ? `, ${span(from.delayed)} late` : "";
  return `${from.source}: ${plural(from.symbols, "symbol")} to ${day(from.last)}${late}`;
}
