import { ask, problem, type Problem } from "$lib/api/client";
import { draft, scanOf, type Written } from "$lib/state/draft.svelte";
import { link } from "$lib/state/link.svelte";
import { checking } from "./checking.svelte";
import { Latest } from "./latest";
import type { Played } from "./shapes";
import { without } from "./texts";

const SESSIONS = 60;
const NEAR = 24;

/** A scan played with: numbers are moved, terms switched off, the session changed, and hits follow at once. */
class Playing {
  #answer = $state.raw<Played | null>(null);
  #trouble = $state.raw<Problem | null>(null);
  #off = $state.raw<ReadonlySet<number>>(new Set());
  #terms = 0;

  readonly #play = new Latest<object, Played>(
    (body, signal) => ask("/v1/play", { body, signal }),
    (answer) => {
      this.#answer = answer;
      this.#trouble = null;
    },
    (cause) => (this.#trouble = problem(cause)),
  );

  get answer(): Played | null {
    return this.#answer;
  }

  get trouble(): Problem | null {
    return this.#trouble;
  }

  /** Numbers of the terms that are switched off. */
  get off(): ReadonlySet<number> {
    return this.#off;
  }

  /** The condition as it is played, for a run of it; null where every term is off. */
  get where(): string | null {
    const terms = checking.checked?.terms ?? [];
    return this.#off.size && checking.where === draft.now.where ? without(terms, this.#off) : draft.now.where;
  }

  turn(at: number): void {
    const next = new Set(this.#off);
    if (!next.delete(at)) next.add(at);
    this.#off = next;
  }

  /** Take the terms that are off out of the text. */
  settle(): void {
    const { where } = this;
    if (where == null || !this.#off.size) return;
    this.#off = new Set();
    draft.set({ where });
  }

  allOn(): void {
    this.#off = new Set();
  }

  /** Ask for what is written now. */
  follow(written: Written): () => void {
    const { checked } = checking;
    if (!written.where.trim()) {
      this.#answer = null;
      this.#play.drop();
    }
    if (!checked?.ok || checking.where !== written.where) return () => undefined;
    const terms = checked.terms?.length ?? 0;
    if (terms !== this.#terms && this.#off.size) this.#off = new Set();
    this.#terms = terms;
    const { as_of, ...scan } = scanOf(written);
    const body = { scan, off: [...this.#off], as_of: as_of ?? null, sessions: SESSIONS, near: NEAR };
    this.#play.ask(body);
    return link.whenBack(() => this.#play.ask(body));
  }
}

export const playing = new Playing();
