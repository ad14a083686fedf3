import { ask, problem, type Problem } from "$lib/api/client";
import { type ScanBody, scanOf, type Written } from "$lib/state/draft.svelte";

export interface Term {
  readonly at: number;
  readonly text: string;
  readonly start: number | null;
  readonly end: number | null;
}

export interface NumberIn {
  readonly start: number;
  readonly end: number;
  readonly value: number;
  readonly kind: "window" | "level" | "share";
  readonly of: string;
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly term: number;
}

export interface Wrong {
  readonly part?: string;
  readonly line?: number;
  readonly column?: number;
  readonly detail: string;
  readonly hint?: string;
}

export interface Checked {
  readonly ok: boolean;
  readonly errors: readonly Wrong[];
  readonly words?: readonly string[];
  readonly terms?: readonly Term[];
  readonly numbers?: readonly NumberIn[];
  readonly plan?: { readonly warmup: number; readonly steps: number; readonly warnings: readonly string[] };
}

export interface Selectivity {
  readonly sessions: number;
  readonly per_session: number;
  readonly never: boolean;
  readonly together: { readonly true: number; readonly known: number; readonly percent: number };
  readonly terms: readonly {
    readonly at: number;
    readonly percent: number;
    readonly alone_missing: number;
  }[];
  readonly verdict: string;
}

export interface Side {
  readonly at: number;
  readonly left: number | string | boolean | null;
  readonly right: number | string | boolean | null;
  readonly distance: number | null;
  readonly distance_percent: number | null;
}

export interface Near {
  readonly symbol: string;
  readonly terms: readonly Side[];
}

export interface Played {
  readonly frame: string;
  readonly frames: readonly string[];
  readonly hits: readonly string[];
  readonly known: number;
  readonly universe: number;
  readonly per_session: readonly number[];
  readonly terms: readonly {
    readonly at: number;
    readonly off: boolean;
    readonly true_now: number;
    readonly known_now: number;
  }[];
  readonly near: readonly Near[];
  readonly never: boolean;
}

export interface Estimate {
  readonly frame: string;
  readonly hits: {
    readonly median: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly none: number | null;
  };
  readonly seconds: { readonly median: number; readonly low: number; readonly high: number };
  readonly requests: number;
  readonly warnings: readonly {
    readonly code: string;
    readonly text: string;
    readonly change: string;
    readonly where: string;
  }[];
}

const SYNTAX = 60;
const MEANING = 220;
const EXPECTED = 700;
const SESSIONS = 120;
const NEAR = 24;

/**
 * What the server says of the scan that is being written. Errors come first, a moment after the last key; then what
 * it finds today and found lately, which is asked anew with every number that moves; then what is to be expected.
 * An answer to what is no longer written is thrown away.
 */
export class Check {
  checked = $state.raw<Checked | null>(null);
  selectivity = $state.raw<Selectivity | null>(null);
  played = $state.raw<Played | null>(null);
  estimate = $state.raw<Estimate | null>(null);
  problem = $state.raw<Problem | null>(null);
  #off = $state.raw<ReadonlySet<number>>(new Set());
  asOf = $state("");
  #timers: ReturnType<typeof setTimeout>[] = [];
  #stop = new AbortController();
  #body = "";

  /** Terms that are switched off while playing. */
  get off(): ReadonlySet<number> {
    return this.#off;
  }

  get errors(): readonly Wrong[] {
    return this.checked?.errors ?? [];
  }

  /** Ask about this scan, now that it was changed. */
  about(written: Written): void {
    const body = scanOf(written);
    const key = JSON.stringify(body);
    if (key === this.#body) return;
    this.#body = key;
    this.#again();
    if (!written.where.trim()) {
      this.#nothing();
      return;
    }
    this.#in(SYNTAX, async (signal) => {
      this.checked = await ask<Checked>("/v1/check", { body: { scan: body, selectivity: false }, signal });
      this.problem = null;
      const terms = this.checked.terms?.length ?? 0;
      if ([...this.#off].some((at) => at >= terms)) this.#off = new Set();
      if (this.checked.ok) await this.#play(body, signal);
    });
    this.#in(MEANING, async (signal) => {
      this.selectivity = await ask<Selectivity>("/v1/check/selectivity", { body: { scan: body }, signal });
    });
    this.#in(EXPECTED, async (signal) => {
      this.estimate = await ask<Estimate>("/v1/estimate", { body: { scan: body }, signal });
    });
  }

  /** Switch a term off or on again. */
  toggle(at: number): void {
    const off = new Set(this.#off);
    if (!off.delete(at)) off.add(at);
    this.#off = off;
    this.playAgain();
  }

  /** Look at another session. */
  moveTo(frame: string): void {
    this.asOf = frame;
    this.playAgain();
  }

  playAgain(): void {
    if (!this.checked?.ok) return;
    this.#again();
    const body = JSON.parse(this.#body) as ScanBody;
    this.#in(0, (signal) => this.#play(body, signal));
  }

  close(): void {
    this.#again();
    this.#body = "";
  }

  async #play(scan: ScanBody, signal: AbortSignal): Promise<void> {
    const asked = { scan, off: [...this.#off], as_of: this.asOf || null, sessions: SESSIONS, near: NEAR };
    this.played = await ask<Played>("/v1/play", { body: asked, signal });
  }

  #again(): void {
    for (const each of this.#timers) clearTimeout(each);
    this.#timers = [];
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  #nothing(): void {
    this.checked = this.selectivity = this.played = this.estimate = null;
  }

  /** Do it in a moment, unless something else is asked before. */
  #in(pause: number, does: (signal: AbortSignal) => Promise<void>): void {
    const signal = this.#stop.signal;
    const run = async () => {
      try {
        await does(signal);
      } catch (cause) {
        if (signal.aborted) return;
        const found = problem(cause);
        if (found.status !== 422) this.problem = found;
      }
    };
    this.#timers.push(setTimeout(() => void run(), pause));
  }
}

/** A text with another number in the place of one. */
export function moved(text: string, number: NumberIn, value: number): string {
  return text.slice(0, number.start) + written(value, number.step) + text.slice(number.end);
}

/** A number on its own steps, as it is written in a condition. */
export function written(value: number, step: number): string {
  const places = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return String(Number(value.toFixed(places)));
}
