import { ask, problem, type Problem } from "$lib/api/client";
import type { ScanBody } from "$lib/state/draft.svelte";

export interface Series {
  readonly name: string;
  readonly unit: string;
  /** `price` lies over the candles, `volume` over the volume; any other name is a pane of its own. */
  readonly pane: string;
  readonly group: string;
  readonly levels?: readonly number[];
  readonly values: readonly (number | null)[];
}

export interface TermSaid {
  readonly term: string;
  readonly held: boolean | null;
  readonly left: number | string | boolean | null;
  readonly right: number | string | boolean | null;
  readonly distance: number | null;
  readonly distance_percent: number | null;
}

export interface Why {
  readonly ts: string;
  readonly hit: boolean | null;
  readonly in_universe: boolean | null;
  readonly reason: string;
  readonly terms: readonly TermSaid[];
}

export type Stamp = string | number;

export interface Mark {
  readonly time: Stamp;
  readonly kind: string;
  readonly label: string;
  readonly value: number | null;
}

export interface Bars {
  readonly time: readonly Stamp[];
  readonly open: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly close: readonly (number | null)[];
  readonly volume: readonly (number | null)[];
  readonly phase: readonly number[] | null;
}

export interface Story {
  readonly symbol: string;
  readonly name: string | null;
  readonly sector: string | null;
  readonly exchange: string | null;
  readonly interval: string;
  readonly adjust: "splits" | "raw" | "total";
  readonly session: string;
  readonly bars: Bars;
  readonly total: number;
  readonly series: readonly Series[];
  readonly where: string | null;
  readonly true_at: readonly number[];
  readonly why: Why | null;
  readonly marks: readonly Mark[];
  readonly quarantine: readonly { readonly time: Stamp; readonly reason: string; readonly source: string }[];
  readonly runs: readonly {
    readonly run: string;
    readonly started: string;
    readonly ts: string;
    readonly scan: string;
    readonly where: string;
  }[];
}

/** What a chart is about beside the symbol: a run or a scan, and how bars are shown. */
export interface About {
  readonly run?: string;
  readonly scan?: ScanBody;
  readonly interval?: string;
  readonly adjust?: string;
  readonly session?: string;
}

const KEPT = 80;
const BARS = 520;

/**
 * The symbols' stories: asked for once, kept for a while, those beside the present one fetched ahead, so that who
 * moves through rows by keyboard sees the next chart at once.
 */
export class Stories {
  shown = $state.raw<Story | null>(null);
  wrong = $state.raw<Problem | null>(null);
  waiting = $state(false);
  #kept = new Map<string, Promise<Story>>();
  #wanted = "";

  /** Show a symbol; an answer to what is no longer wanted is kept, and not shown. */
  async show(symbol: string, about: About, ahead: readonly string[] = []): Promise<void> {
    const key = keyOf(symbol, about);
    this.#wanted = key;
    this.waiting = true;
    try {
      const story = await this.#get(key, symbol, about);
      if (this.#wanted !== key) return;
      [this.shown, this.wrong] = [story, null];
      for (const each of ahead) void this.#get(keyOf(each, about), each, about).catch(() => undefined);
    } catch (cause) {
      if (this.#wanted === key) this.wrong = problem(cause);
    } finally {
      if (this.#wanted === key) this.waiting = false;
    }
  }

  /** Ask again: the run has gone on, or the server was away. */
  forget(): void {
    this.#kept.clear();
  }

  #get(key: string, symbol: string, about: About): Promise<Story> {
    let found = this.#kept.get(key);
    if (!found) {
      found = ask<Story>("/v1/symbol", { body: { symbol, ...about, bars: BARS } });
      found.catch(() => this.#kept.delete(key));
    }
    this.#kept.delete(key);
    this.#kept.set(key, found);
    for (const old of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(old);
    }
    return found;
  }
}

function keyOf(symbol: string, about: About): string {
  return `${symbol} ${JSON.stringify(about)}`;
}
