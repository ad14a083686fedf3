import { ask, type Problem, problem } from "$lib/api/client";
import { told } from "$lib/state/told.svelte";
import type { Progress, Update } from "./shapes";

/** What one asks of an update. */
export interface Wish {
  readonly interval: string;
  readonly universe: string;
  /** Seconds at most. */
  readonly deadline?: number;
}

const NOTES = 50;

/** Updates of the market: started, watched, ended. One that goes on is followed after a reload too. */
export class Updating {
  provider = $state<string | null>(null);
  known = $state(false);
  all = $state.raw<readonly Update[]>([]);
  now = $state.raw<Progress | null>(null);
  notes = $state.raw<readonly string[]>([]);
  wrong = $state.raw<Problem | null>(null);
  #stream: EventSource | undefined;
  readonly #ended: () => void;

  constructor(ended: () => void) {
    this.#ended = ended;
  }

  get running(): Update | undefined {
    return this.all.find((each) => each.status === "running");
  }

  async load(): Promise<void> {
    try {
      const found = await ask<{ provider: readonly string[] | string | null; updates: readonly Update[] }>(
        "/v1/data/updates",
      );
      const asked = found.provider;
      this.provider = asked == null || typeof asked === "string" ? asked : asked.join(", ");
      this.all = found.updates;
      this.known = true;
    } catch (cause) {
      this.wrong = problem(cause);
      return;
    }
    if (this.running && !this.#stream) this.#follow(this.running.id);
  }

  async start(wish: Wish): Promise<void> {
    this.wrong = null;
    this.notes = [];
    try {
      const made = await ask<Update>("/v1/data/updates", { body: wish });
      this.all = [made, ...this.all];
      this.#follow(made.id);
    } catch (cause) {
      this.wrong = problem(cause);
    }
  }

  async stop(): Promise<void> {
    const { running } = this;
    if (!running) return;
    try {
      await ask(`/v1/data/updates/${running.id}`, { method: "DELETE" });
    } catch (cause) {
      this.wrong = problem(cause);
    }
  }

  close(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  #follow(id: string): void {
    this.close();
    this.now = null;
    const stream = new EventSource(`/v1/data/updates/${encodeURIComponent(id)}/events`);
    this.#stream = stream;
    stream.addEventListener("stage", (event: MessageEvent<string>) => {
      const said = JSON.parse(event.data) as Progress & { stage: string; note?: string };
      if (said.stage === "note") this.notes = [...this.notes, said.note ?? ""].slice(-NOTES);
      else this.now = said;
    });
    stream.addEventListener("finished", (event: MessageEvent<string>) => {
      const { sentence } = JSON.parse(event.data) as { sentence?: string | null };
      this.close();
      this.now = null;
      told.say(sentence ?? "The update has ended");
      void this.load();
      this.#ended();
    });
  }
}
