import { ask } from "$lib/api/client";
import { type Receipt, Run } from "./run.svelte";

/** A run as the server lists it. */
export interface Listed {
  readonly id: string;
  readonly status: "running" | "finished" | "interrupted";
  readonly started: string;
  readonly ended: string | null;
  readonly reason: string | null;
  readonly hits: number;
  readonly scan: {
    readonly where: string;
    readonly name?: string | null;
    readonly universe?: string;
    readonly interval?: string;
  };
  readonly receipt: Receipt | null;
  /** Whose it is, where the server has keys. */
  readonly by?: string;
}

interface Ran {
  readonly scan: unknown;
  readonly order: unknown;
  readonly stop: unknown;
  readonly fresh: unknown;
}

/** The runs that were opened here: an open one stays followed while the person looks elsewhere. */
class Runs {
  #open = new Map<string, Run>();

  get(id: string): Run {
    let run = this.#open.get(id);
    if (!run) {
      run = new Run(id);
      this.#open.set(id, run);
      run.open();
      this.#forget();
    }
    return run;
  }

  /** Start one; the answer is its id, at once. */
  async start(body: unknown): Promise<string> {
    const made = await ask<{ id: string }>("/v1/runs", { body });
    return made.id;
  }

  /** Start the same scan once more, as it was run. */
  async again(id: string): Promise<string> {
    const { scan, order, stop, fresh } = await ask<Ran>(`/v1/runs/${encodeURIComponent(id)}`);
    return this.start({ scan, order, stop, fresh });
  }

  async stop(id: string): Promise<void> {
    await ask(`/v1/runs/${id}`, { method: "DELETE" });
  }

  async goOn(id: string): Promise<void> {
    await ask(`/v1/runs/${id}/continue`, { method: "POST" });
    this.get(id).again();
  }

  async latest(most = 30): Promise<readonly Listed[]> {
    return (await ask<{ runs: readonly Listed[] }>(`/v1/runs?most=${most}`)).runs;
  }

  /** Those that were looked at long ago are asked for again when they are opened. */
  #forget(): void {
    for (const [id, run] of this.#open) {
      if (this.#open.size <= KEPT) return;
      run.close();
      this.#open.delete(id);
    }
  }
}

const KEPT = 8;
export const runs = new Runs();
