import { ask, problem, type Problem } from "$lib/api/client";
import { link } from "$lib/state/link.svelte";
import { type ScanBody, scanOf, type Written } from "$lib/state/draft.svelte";
import { Latest } from "./latest";
import type { Checked, Estimate, Played, Selectivity, Wrong } from "./shapes";
import { without } from "./texts";

/** Between two looks at a text while it changes, and how long it must rest for what takes longer, in milliseconds. */
const EACH = 60;
const MEANING = 220;
const EXPECTED = 700;
const SESSIONS = 60;
const NEAR = 30;

interface Question {
  readonly scan: ScanBody;
  readonly asOf: string | null;
}

/**
 * What the server says of the scan that is being written. Errors come first, a moment after the first key; what it finds
 * today and found lately follows every number that moves; how often it was true and what is to be expected wait for a pause.
 */
export class Check {
  #checked = $state.raw<Checked | null>(null);
  #sound = $state.raw<Checked | null>(null);
  #where = $state.raw("");
  #counted = $state.raw("");
  #selectivity = $state.raw<Selectivity | null>(null);
  #played = $state.raw<Played | null>(null);
  #estimate = $state.raw<Estimate | null>(null);
  #expected = $state.raw("");
  #problem = $state.raw<Problem | null>(null);
  #off = $state.raw<readonly number[]>([]);
  #question: Question | null = null;
  #asked = 0;
  #timers: ReturnType<typeof setTimeout>[] = [];
  #soon: ReturnType<typeof setTimeout> | undefined;

  readonly #check = this.#latest<Question, Checked>(
    ({ scan }, signal) => ask("/v1/check", { body: { scan, selectivity: false }, signal }),
    (answer, question) => this.#take(answer, question),
  );
  readonly #count = this.#latest<Question, Selectivity>(
    ({ scan }, signal) => ask("/v1/check/selectivity", { body: { scan }, signal }),
    (answer, { scan }) => ([this.#selectivity, this.#counted] = [answer, scan.where]),
  );
  readonly #expect = this.#latest<Question, Estimate>(
    ({ scan }, signal) => ask("/v1/estimate", { body: { scan }, signal }),
    (answer, { scan }) => ([this.#estimate, this.#expected] = [answer, scan.where]),
  );
  readonly #play = this.#latest<object, Played>(
    (body, signal) => ask("/v1/play", { body, signal }),
    (answer) => (this.#played = answer),
  );

  /** Of the text that was looked at last: while one types, that of a moment ago. */
  get checked(): Checked | null {
    return this.#checked;
  }

  /** The latest that was right: what is shown of a scan stays while one types on. */
  get sound(): Checked | null {
    return this.#sound;
  }

  /** The condition that `sound` speaks of; places in it are places in this text. */
  get where(): string {
    return this.#where;
  }

  get errors(): readonly Wrong[] {
    return this.#checked?.errors ?? [];
  }

  /** How often it was true in the last year. */
  get selectivity(): Selectivity | null {
    return this.#selectivity;
  }

  /** Whether `selectivity` speaks of the present text, not of the one before. */
  get counted(): boolean {
    return this.#selectivity != null && this.#counted === this.#where;
  }

  get played(): Played | null {
    return this.#played;
  }

  /** What is to be expected of the present text. */
  get estimate(): Estimate | null {
    return this.#expected === this.#where ? this.#estimate : null;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  /** Numbers of the terms that are switched off. */
  get off(): readonly number[] {
    return this.#off;
  }

  /** The condition without them; null where none is left. */
  get left(): string | null {
    return this.#off.length ? without(this.#sound?.terms ?? [], this.#off) : this.#where;
  }

  /** Ask about this scan, now that it was changed. */
  about(written: Written): void {
    const { as_of, ...scan } = scanOf(written);
    this.#question = { scan, asOf: as_of ?? null };
    clearTimeout(this.#soon);
    if (!written.where.trim()) {
      this.#nothing();
      return;
    }
    const wait = Math.max(0, EACH - (performance.now() - this.#asked));
    this.#soon = setTimeout(() => this.#look(), wait);
  }

  /** Switch a term off or on again. */
  toggle(at: number): void {
    this.#off = this.#off.includes(at) ? this.#off.filter((each) => each !== at) : [...this.#off, at];
    this.#playNow();
  }

  allOn(): void {
    this.#off = [];
    this.#playNow();
  }

  /** Ask again when a server that was away is back, until the screen is left. */
  follow(): () => void {
    const forget = link.whenBack(() => this.#look());
    return () => {
      forget();
      this.#rest();
    };
  }

  #look(): void {
    if (!this.#question) return;
    this.#asked = performance.now();
    this.#check.ask(this.#question);
  }

  #take(answer: Checked, question: Question): void {
    this.#checked = answer;
    this.#problem = null;
    for (const each of this.#timers) clearTimeout(each);
    if (!answer.ok) return;
    if (answer.terms?.length !== this.#sound?.terms?.length) this.#off = [];
    this.#sound = answer;
    this.#where = question.scan.where;
    this.#playNow(question);
    this.#timers = [
      setTimeout(() => this.#count.ask(question), MEANING),
      setTimeout(() => this.#expect.ask(question), EXPECTED),
    ];
  }

  #playNow(question = this.#question): void {
    if (!this.#checked?.ok || !question) return;
    const { scan, asOf } = question;
    this.#play.ask({ scan, off: this.#off, as_of: asOf, sessions: SESSIONS, near: NEAR });
  }

  #rest(): void {
    clearTimeout(this.#soon);
    for (const each of this.#timers) clearTimeout(each);
    for (const each of [this.#check, this.#count, this.#expect, this.#play]) each.drop();
  }

  #nothing(): void {
    this.#rest();
    this.#checked = this.#sound = this.#selectivity = this.#played = this.#estimate = null;
    this.#where = "";
    this.#off = [];
  }

  #latest<Q, A>(
    call: (question: Q, signal: AbortSignal) => Promise<A>,
    take: (answer: A, question: Q) => void,
  ) {
    return new Latest(call, take, (cause) => this.#fail(cause));
  }

  #fail(cause: unknown): void {
    const found = problem(cause);
    if (found.status === 0) link.lost();
    else if (found.status !== 422) this.#problem = found;
  }
}
