import type { ColumnState } from "ag-grid-community";
import { Context } from "$lib/run/context.svelte";
import { runs } from "$lib/run/runs.svelte";
import { desk } from "$lib/state/desk.svelte";
import { marks } from "$lib/state/marks.svelte";
import { Remembered } from "$lib/state/remembered.svelte";
import { FACTS, type Field, ownFields } from "./fields";
import { isWanted, type Row, Rows, type Show } from "./rows";

const LEAST = 60;
/** Taking rows in may use up to about a third of the time: typing and scrolling have the rest. */
const PART = 2;

/** The results as a person looks at them: which run, which of its rows, which columns. */
class Results {
  /** The run in the address: the same while other words of the address change. */
  readonly id = $derived(desk.run);
  readonly run = $derived(this.id ? runs.get(this.id) : null);
  context = $state.raw<Context | null>(null);
  search = $state("");
  show = $state<Show>("all");
  receipt = $state(false);
  /** The symbol that a note is being written on. */
  noting = $state("");
  /** How many hits stand below because the person reads. */
  late = $state(0);
  #order: (() => void) | null = null;
  readonly layout = new Remembered<readonly ColumnState[]>("columns", []);
  readonly hidden = new Remembered<readonly string[]>("hidden-columns", []);
  readonly grouped = new Remembered("grouped", false);
  #all = $state.raw<readonly Row[]>([]);
  #rows = new Rows();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next = 0;
  #taken = -1;

  /** Changes with whatever a row shows. */
  readonly version = $derived((this.run?.version ?? 0) + (this.context?.version ?? 0) + marks.version);

  /** Every field that the run's rows have. */
  readonly fields = $derived.by((): readonly Field[] => {
    const columns = (this.run?.scan?.columns ?? {}) as Record<string, string>;
    return [...ownFields(Object.keys(columns), Boolean(this.run?.scan?.rank)), ...FACTS];
  });
  readonly chosen = $derived(this.fields.filter((each) => !this.hidden.value.includes(each.id)));
  readonly wanted = $derived.by((): readonly Row[] => {
    const { show } = this;
    const search = this.search.trim().toUpperCase();
    return this.#all.filter((each) => isWanted(each, show, search));
  });

  get all(): readonly Row[] {
    return this.#all;
  }

  /** Follow the run in the address; an effect of the pane. */
  follow(id: string): () => void {
    this.#rows = new Rows();
    this.#all = [];
    this.show = "all";
    this.context = id ? new Context(id) : null;
    this.#taken = -1;
    this.plan(this.version);
    const made = this.context;
    return () => made?.close();
  }

  /** Take in what is new, soon: at once where nothing was for a while, and never without a pause between. */
  plan(version: number): void {
    if (this.#timer !== undefined || version === this.#taken) return;
    this.#timer = setTimeout(() => this.#take(), Math.max(0, this.#next - performance.now()));
  }

  spent(took: number): void {
    this.#next = performance.now() + Math.max(LEAST, PART * took);
  }

  #take(): void {
    this.#timer = undefined;
    this.#taken = this.version;
    const { run, context } = this;
    if (!run) return;
    const began = performance.now();
    this.#all = this.#rows.of(run.hits, (each) => context?.get(each), context?.fresh ?? new Set(), marks);
    this.spent(performance.now() - began);
    context?.want(run.hits.keys());
  }

  /** Whoever shows the rows says how they are put in order; the answer forgets it. */
  ordered(does: () => void): () => void {
    this.#order = does;
    return () => {
      if (this.#order !== does) return;
      this.#order = null;
      this.late = 0;
    };
  }

  /** Put those who came while the person read where they belong. */
  order(): void {
    this.#order?.();
  }

  /** Another symbol is looked at: what was being noted belongs to the one before. */
  look(symbol: string): void {
    if (this.noting !== symbol) this.noting = "";
  }

  toggle(id: string): void {
    const { hidden } = this;
    hidden.value = hidden.value.includes(id)
      ? hidden.value.filter((each) => each !== id)
      : [...hidden.value, id];
  }

  reset(): void {
    this.hidden.value = [];
    this.layout.value = [];
  }
}

export const results = new Results();
