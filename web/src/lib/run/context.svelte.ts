import { ask } from "$lib/api/client";
import type { Cell } from "./run.svelte";

interface Answer {
  readonly frame: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly fresh?: readonly string[];
  readonly dropped?: readonly string[];
  readonly previous?: { readonly run: string } | null;
}

export type Facts = Readonly<Record<string, Cell>>;

const PAUSE = 150;
const MOST = 1000;

/** What the page shows of every hit beside the scan's own columns: asked for in groups, as hits come. */
export class Context {
  version = $state(0);
  fresh = $state.raw<ReadonlySet<string>>(new Set());
  dropped = $state.raw<readonly string[]>([]);
  previous = $state("");
  #facts = new Map<string, Facts>();
  #asked = new Set<string>();
  #lacking = new Set<string>();
  #compared = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(readonly run: string) {}

  get(symbol: string): Facts | undefined {
    return this.#facts.get(symbol);
  }

  /** See to it that these symbols' facts come: those who are not asked for yet, a group at a time. */
  want(symbols: Iterable<string>): void {
    for (const each of symbols) if (!this.#asked.has(each)) this.#lacking.add(each);
    if (this.#lacking.size && this.#timer === undefined)
      this.#timer = setTimeout(() => void this.#next(), PAUSE);
  }

  async #next(): Promise<void> {
    const group = [...this.#lacking].slice(0, MOST);
    for (const each of group) {
      this.#asked.add(each);
      this.#lacking.delete(each);
    }
    await this.#take({ run: this.run, symbols: group });
    this.#timer = undefined;
    if (!this.#closed) this.want([]);
  }

  /** The run is over: which of its hits the last run of the scan did not have, and which it had. */
  finish(): void {
    if (this.#compared) return;
    this.#compared = true;
    void this.#take({ run: this.run, symbols: [] });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #take(body: unknown): Promise<void> {
    try {
      const found = await ask<Answer>("/v1/context", { body });
      if (this.#closed) return;
      for (const row of found.rows) {
        const facts = Object.fromEntries(found.columns.map((name, at) => [name, row[at] ?? null]));
        this.#facts.set(String(facts.symbol), facts);
      }
      if (found.fresh) this.fresh = new Set(found.fresh);
      if (found.dropped) this.dropped = found.dropped;
      this.previous = found.previous?.run ?? this.previous;
      this.version += 1;
    } catch {
      // These columns are beside what was asked: without them the results stand all the same.
    }
  }
}
