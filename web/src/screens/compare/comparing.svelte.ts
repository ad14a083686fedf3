import { ask, type Problem, problem } from "$lib/api/client";
import type { Which } from "$lib/scan/which";
import type { Compared } from "./shapes";

/** Two scans, versions or runs beside each other; the latest question is the one that counts. */
export class Comparing {
  found = $state.raw<Compared | null>(null);
  wrong = $state.raw<Problem | null>(null);
  waiting = $state(false);
  #asking: AbortController | undefined;

  async show(first: Which, second: Which): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.wrong = null;
    this.waiting = true;
    try {
      const body = { first, second, sessions: 252 };
      const found = await ask<Compared>("/v1/compare", { body, signal: asking.signal });
      if (asking.signal.aborted) return;
      this.found = found;
    } catch (cause) {
      if (asking.signal.aborted) return;
      this.found = null;
      this.wrong = problem(cause);
    }
    this.waiting = false;
  }

  close(): void {
    this.#asking?.abort();
  }
}
