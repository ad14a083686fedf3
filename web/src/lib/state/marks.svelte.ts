import { ask, problem } from "$lib/api/client";
import { told } from "./told.svelte";

interface Note {
  readonly text: string;
  readonly changed: string;
}

/** The person's own marks on symbols: flags, dismissals, notes. The server keeps them; here they change at once. */
class Marks {
  #flagged = $state.raw<ReadonlySet<string>>(new Set());
  #dismissed = $state.raw<ReadonlySet<string>>(new Set());
  #notes = $state.raw<Readonly<Record<string, Note>>>({});
  version = $state(0);

  async load(): Promise<void> {
    try {
      const found = await ask<{ flagged: string[]; dismissed: string[]; notes: Record<string, Note> }>(
        "/v1/marks",
      );
      this.#flagged = new Set(found.flagged);
      this.#dismissed = new Set(found.dismissed);
      this.#notes = found.notes;
      this.version += 1;
    } catch {
      // Without marks the results stand all the same; writing one says what is wrong.
    }
  }

  get flagged(): ReadonlySet<string> {
    return this.#flagged;
  }

  get dismissed(): ReadonlySet<string> {
    return this.#dismissed;
  }

  get notes(): Readonly<Record<string, Note>> {
    return this.#notes;
  }

  flag(symbol: string): Promise<void> {
    const flagged = !this.#flagged.has(symbol);
    this.#flagged = changed(this.#flagged, symbol, flagged);
    return this.#put({ symbol, flagged });
  }

  dismiss(symbol: string): Promise<void> {
    const dismissed = !this.#dismissed.has(symbol);
    this.#dismissed = changed(this.#dismissed, symbol, dismissed);
    if (dismissed) told.say(`Dismissed ${symbol}`, { undo: () => void this.dismiss(symbol) });
    return this.#put({ symbol, dismissed });
  }

  note(symbol: string, note: string): Promise<void> {
    const others = Object.entries(this.#notes).filter(([name]) => name !== symbol);
    const own = note ? [[symbol, { text: note, changed: new Date().toISOString() }] as const] : [];
    this.#notes = Object.fromEntries([...others, ...own]);
    return this.#put({ symbol, note });
  }

  async #put(body: object): Promise<void> {
    this.version += 1;
    try {
      await ask("/v1/marks", { method: "PUT", body });
    } catch (cause) {
      told.say(problem(cause).detail, { bad: true });
      await this.load();
    }
  }
}

function changed(set: ReadonlySet<string>, symbol: string, there: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (there) next.add(symbol);
  else next.delete(symbol);
  return next;
}

export const marks = new Marks();
