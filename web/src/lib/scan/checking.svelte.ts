import { ask, problem, type Problem } from "$lib/api/client";
import { link } from "$lib/state/link.svelte";
import { scanOf, type Written } from "$lib/state/draft.svelte";
import { Latest } from "./latest";
import type { Checked, Fault, Selectivity } from "./shapes";

const TYPED = 60;
const PAUSED = 260;

/** A scan as it was asked about; `now` is the moment it looks at. */
interface Question {
  readonly where: string;
  readonly body: { readonly scan: object };
}

/** What the server says while a scan is being written: what is wrong and where, what it means, how often it was true. */
class Checking {
  #checked = $state.raw<Checked | null>(null);
  #where = $state.raw("");
  #selectivity = $state.raw<Selectivity | null>(null);
  #counted = $state.raw("");
  #trouble = $state.raw<Problem | null>(null);
  #typed: ReturnType<typeof setTimeout> | undefined;
  #paused: ReturnType<typeof setTimeout> | undefined;

  readonly #check = new Latest<Question, Checked>(
    (asked, signal) => ask("/v1/check", { body: { ...asked.body, selectivity: false }, signal }),
    (answer, asked) => this.#take(answer, asked),
    (cause) => this.#fail(cause),
  );
  readonly #count = new Latest<Question, Selectivity>(
    (asked, signal) => ask("/v1/check/selectivity", { body: asked.body, signal }),
    (answer, asked) => {
      this.#selectivity = answer;
      this.#counted = asked.where;
    },
    (cause) => this.#fail(cause),
    2000,
  );

  /** Of the latest text that was looked at; the one of before while one is typing. */
  get checked(): Checked | null {
    return this.#checked;
  }

  /** The condition that `checked` speaks of: places in it are places in this text. */
  get where(): string {
    return this.#where;
  }

  /** How often it was true in the last year; of the text of before while the new one is counted. */
  get selectivity(): Selectivity | null {
    return this.#selectivity;
  }

  /** Whether `selectivity` speaks of what `checked` speaks of. */
  get counted(): boolean {
    return this.#selectivity != null && this.#counted === this.#where;
  }

  get trouble(): Problem | null {
    return this.#trouble;
  }

  /** What is wrong with a part of the scan: `where`, `rank`, a column's name. */
  wrong(part: string): readonly Fault[] {
    return this.#checked?.errors.filter((each) => each.part === part) ?? [];
  }

  /** Look at what is written, a moment after the last stroke. */
  follow(written: Written): () => void {
    const { as_of: _, ...scan } = scanOf(written);
    const question = { where: written.where, body: { scan } };
    clearTimeout(this.#typed);
    clearTimeout(this.#paused);
    if (!written.where.trim()) this.#empty();
    else this.#typed = setTimeout(() => this.#check.ask(question), TYPED);
    return link.whenBack(() => this.#check.ask(question));
  }

  #take(answer: Checked, asked: Question): void {
    this.#checked = answer;
    this.#where = asked.where;
    this.#trouble = null;
    clearTimeout(this.#paused);
    if (answer.ok) this.#paused = setTimeout(() => this.#count.ask(asked), PAUSED);
    else this.#count.drop();
  }

  #empty(): void {
    this.#check.drop();
    this.#count.drop();
    this.#checked = null;
    this.#selectivity = null;
    this.#where = "";
  }

  #fail(cause: unknown): void {
    this.#trouble = problem(cause);
    if (this.#trouble.status === 0) link.lost();
  }
}

export const checking = new Checking();
