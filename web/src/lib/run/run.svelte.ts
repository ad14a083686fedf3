import { link } from "$lib/state/link.svelte";
import { told } from "$lib/state/told.svelte";

export type Cell = number | string | boolean | null;

export interface Hit {
  readonly symbol: string;
  readonly ts: string;
  readonly rank: number | null;
  readonly columns: Readonly<Record<string, Cell>>;
  readonly provisional: boolean;
  /** When this reader heard of it: a new row is marked for a while. */
  readonly at: number;
}

export interface Eta {
  readonly seconds: number;
  readonly low: number;
  readonly high: number;
}

export interface Stage {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly rate?: number;
  readonly eta?: Eta;
  readonly requests: number;
  readonly cached: number;
  readonly dollars: number;
  readonly frame?: string;
}

export interface Receipt {
  readonly frame: string;
  readonly universe: number;
  readonly judged: number;
  readonly hits: number;
  readonly missed: Readonly<Record<string, number>>;
  readonly outside?: Readonly<Record<string, number>>;
  readonly not_reached: number;
  readonly seconds: number;
  readonly requests: number;
  readonly cached: number;
  readonly dollars: number;
  readonly warnings: readonly string[];
  readonly plan_hash: string;
  readonly data_hash: string;
  readonly result_hash: string;
  readonly worth?: {
    readonly to: string;
    readonly behind: number | null;
    readonly sources: readonly string[];
  };
}

export type State = "waiting" | "running" | "away" | "finished" | "interrupted" | "absent";
export type Reason = "complete" | "enough" | "budget" | "cancelled" | "failed";

/** What the server tells, in the words of its events. */
export type Told = { readonly seq: number; readonly type: string; readonly at: string } & Readonly<
  Record<string, unknown>
>;

const HEARD_EVERY = 2000;
const RETRY = 600;
const LONGEST = 10_000;

/** A value that is another with each version, though it is the same object. */
function at<T>(_version: number, value: T): T {
  return value;
}

/** How long to wait before a stream is asked for again: longer each time, up to ten seconds. */
export function pause(tries: number): number {
  return Math.min(RETRY * 2 ** tries, LONGEST);
}

/**
 * A run as one reader knows it. Events are taken in once, whatever is sent again; the stream comes back by itself
 * after the last one that was seen. What arrives between two frames of the screen is shown at once, in one go.
 */
export class Run {
  state = $state<State>("waiting");
  stage = $state.raw<Stage | null>(null);
  stages = $state.raw<readonly Stage[]>([]);
  scan = $state.raw<Readonly<Record<string, unknown>> | null>(null);
  receipt = $state.raw<Receipt | null>(null);
  reason = $state<Reason | null>(null);
  error = $state.raw<{ code: string; text: string } | null>(null);
  started = $state("");
  /** Changes with every group of events: grids look at it instead of at each hit. */
  version = $state(0);
  last = 0;
  #hits = new Map<string, Hit>();
  #misses = new Map<string, string>();
  #tries = 0;
  #waiting: Told[] = [];
  #planned = false;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heard = 0;
  #forget: () => void = () => undefined;

  constructor(readonly id: string) {}

  /** The hits as they are now. One sign for all of them: a table of thousands is not woken by each. */
  get hits(): ReadonlyMap<string, Hit> {
    return at(this.version, this.#hits);
  }

  /** Who could not be judged, and why. */
  get misses(): ReadonlyMap<string, string> {
    return at(this.version, this.#misses);
  }

  /** It goes on, or may go on as soon as the server is back. */
  get going(): boolean {
    return this.state === "running" || this.state === "waiting" || this.state === "away";
  }

  /** Follow it until `close`. */
  open(): void {
    this.#forget = link.whenBack(() => this.#connect());
    this.#connect();
  }

  close(): void {
    this.#source?.close();
    clearTimeout(this.#timer);
    this.#forget();
  }

  #connect(): void {
    if (this.state === "finished" || this.state === "absent") return;
    this.#source?.close();
    const source = new EventSource(`/v1/runs/${encodeURIComponent(this.id)}/events?after=${this.last}`);
    this.#source = source;
    source.onopen = () => {
      this.#tries = 0;
      if (this.state !== "finished") this.state = "running";
    };
    source.onerror = () => void this.#lost(source);
    for (const type of ["started", "stage", "hit", "rank", "miss", "finished"])
      source.addEventListener(type, (event) =>
        this.hear(JSON.parse((event as MessageEvent<string>).data) as Told),
      );
  }

  /** The stream ended: the run was interrupted, is not there, or the server is away. */
  async #lost(source: EventSource): Promise<void> {
    source.close();
    if (source !== this.#source || this.reason) return;
    this.state = "away";
    await this.#ask();
  }

  async #ask(): Promise<void> {
    try {
      const answer = await fetch(`/v1/runs/${encodeURIComponent(this.id)}`);
      if (answer.status === 404) this.state = "absent";
      else if (answer.ok) this.#known((await answer.json()) as { status: string });
      else link.lost();
    } catch {
      link.lost();
    }
  }

  /** An interrupted run is asked about now and then: whoever continues it, it is read on from where it stopped. */
  #known(found: { status: string }): void {
    clearTimeout(this.#timer);
    if (found.status === "interrupted") {
      this.state = "interrupted";
      this.#timer = setTimeout(() => void this.#ask(), LONGEST);
    } else this.#timer = setTimeout(() => this.#connect(), pause(this.#tries++));
  }

  /** Go on reading a run that somebody continues. */
  again(): void {
    clearTimeout(this.#timer);
    this.state = "waiting";
    this.#connect();
  }

  /** Take an event in, with the next frame of the screen. */
  hear(event: Told): void {
    this.#waiting.push(event);
    if (this.#planned) return;
    this.#planned = true;
    const later =
      typeof document !== "undefined" && document.hidden
        ? (does: () => void) => setTimeout(does, 250)
        : requestAnimationFrame;
    later(() => this.take());
  }

  /** Take in what has come; the tests call it themselves. */
  take(): void {
    this.#planned = false;
    const events = this.#waiting;
    this.#waiting = [];
    let fresh = 0;
    for (const event of events) {
      if (event.seq <= this.last) continue;
      this.last = event.seq;
      if (event.type === "hit") fresh += 1;
      this.#apply(event);
    }
    this.version += 1;
    if (fresh || events.some((each) => each.type === "finished")) this.#say();
  }

  #apply(event: Told): void {
    switch (event.type) {
      case "started":
        this.scan = event.scan as Record<string, unknown>;
        this.started = event.at;
        this.state = "running";
        break;
      case "stage":
        this.#stage(event as unknown as Stage);
        break;
      case "hit":
        this.#hit(event);
        break;
      case "rank":
        this.#moved(event);
        break;
      case "miss":
        this.#misses.set(String(event.symbol), String(event.reason));
        break;
      case "finished":
        this.#finished(event);
    }
  }

  #stage(stage: Stage): void {
    this.stage = stage;
    const others = this.stages.filter((each) => each.stage !== stage.stage);
    this.stages = [...others, stage];
  }

  #hit(event: Told): void {
    const symbol = String(event.symbol);
    this.#hits.set(symbol, {
      symbol,
      ts: String(event.ts),
      rank: (event.rank as number | null | undefined) ?? null,
      columns: (event.columns as Record<string, Cell> | undefined) ?? {},
      provisional: event.provisional === true,
      at: performance.now(),
    });
  }

  /** A hit that was told has moved, has other values, or was none. */
  #moved(event: Told): void {
    const symbol = String(event.symbol);
    const known = this.#hits.get(symbol);
    if (event.withdrawn === true) this.#hits.delete(symbol);
    else if (known)
      this.#hits.set(symbol, {
        ...known,
        rank: event.rank === undefined ? known.rank : (event.rank as number | null),
        columns: (event.columns as Record<string, Cell> | undefined) ?? known.columns,
        provisional: event.provisional === true,
      });
  }

  #finished(event: Told): void {
    this.state = "finished";
    this.reason = event.reason as Reason;
    this.receipt = (event.receipt as Receipt | null) ?? null;
    this.error = (event.error as { code: string; text: string } | undefined) ?? null;
    this.#source?.close();
  }

  /** For who reads by ear: how many there are, now and then. */
  #say(): void {
    const now = performance.now();
    if (!this.reason && now - this.#heard < HEARD_EVERY) return;
    this.#heard = now;
    const count = this.#hits.size;
    const hits = `${count} ${count === 1 ? "hit" : "hits"}`;
    told.heard = this.reason ? `Finished: ${hits}` : `${hits} so far`;
  }
}
