import { ask, type Problem, problem } from "$lib/api/client";
import type { Completeness, Quarantine, Status } from "./shapes";

/** What is in the market, as the server tells it now. */
export class Held {
  status = $state.raw<Status | null>(null);
  complete = $state.raw<Completeness | null>(null);
  quarantine = $state.raw<Quarantine | null>(null);
  wrong = $state.raw<Problem | null>(null);

  async load(interval: string): Promise<void> {
    try {
      this.status = await ask<Status>("/v1/data/status");
      const shown =
        this.status.intervals.find((each) => each.interval === interval) ?? this.status.intervals[0];
      if (shown) await this.#look(shown.interval);
      this.wrong = null;
    } catch (cause) {
      this.wrong = problem(cause);
    }
  }

  async #look(interval: string): Promise<void> {
    const words = new URLSearchParams({ interval }).toString();
    [this.complete, this.quarantine] = await Promise.all([
      ask<Completeness>(`/v1/data/completeness?${words}`),
      ask<Quarantine>(`/v1/data/quarantine?${words}`),
    ]);
  }
}
