import { SvelteMap } from "svelte/reactivity";
import { ask } from "$lib/api/client";

interface Answer {
  readonly charts: readonly { readonly symbol: string; readonly close: readonly number[] }[];
}

const BARS = 120;
const GROUP = 100;

/** The closes of small charts: asked for in groups when they come into view, and kept. */
class Charts {
  readonly #closes = new SvelteMap<string, readonly number[]>();
  #asked = new Set<string>();
  #lacking = new Set<string>();
  #planned = false;
  #about = "";

  get(symbol: string): readonly number[] | undefined {
    return this.#closes.get(symbol);
  }

  /** The charts of this interval up to this frame; those of others are forgotten. */
  about(interval: string, asOf: string | null): void {
    const about = `${interval} ${asOf ?? ""}`;
    if (about === this.#about) return;
    this.#about = about;
    this.#asked.clear();
    this.#closes.clear();
    this.#ask = (symbols) =>
      ask<Answer>("/v1/charts", { body: { symbols, bars: BARS, interval, ...(asOf && { as_of: asOf }) } });
  }

  want(symbols: Iterable<string>): void {
    for (const each of symbols) if (!this.#asked.has(each)) this.#lacking.add(each);
    if (!this.#lacking.size || this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => void this.#next());
  }

  #ask: (symbols: readonly string[]) => Promise<Answer> = (symbols) =>
    ask<Answer>("/v1/charts", { body: { symbols, bars: BARS } });

  async #next(): Promise<void> {
    const group = [...this.#lacking].slice(0, GROUP);
    for (const each of group) {
      this.#lacking.delete(each);
      this.#asked.add(each);
    }
    const about = this.#about;
    try {
      const found = await this.#ask(group);
      if (about === this.#about) for (const each of found.charts) this.#closes.set(each.symbol, each.close);
    } catch {
      // A chart that does not come stays empty; what it would show stands in the table too.
      for (const each of group) this.#asked.delete(each);
    }
    this.#planned = false;
    if (about === this.#about && this.#lacking.size) this.want([]);
  }
}

export const charts = new Charts();
