import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pause, Run } from "./run.svelte";

/** A stream that a test plays: what the browser's own would do, by hand. */
class Stream extends EventTarget {
  static all: Stream[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;

  constructor(readonly address: string) {
    super();
    Stream.all.push(this);
  }

  close(): void {
    this.closed = true;
  }

  tell(seq: number, type: string, more: object = {}): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify({ seq, type, at: "", ...more }) }));
  }
}

const LONG = 60_000;
let status: number;
let found: string;
let isAway: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  [Stream.all, status, found, isAway] = [[], 200, "running", false];
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("requestAnimationFrame", (does: () => void) => setTimeout(does, 0));
  vi.stubGlobal("fetch", () =>
    isAway
      ? Promise.reject(new TypeError("away"))
      : Promise.resolve(new Response(JSON.stringify({ status: found }), { status })),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function lost(): Promise<Run> {
  const run = new Run("r");
  run.open();
  const [stream] = Stream.all;
  stream?.onopen?.();
  stream?.tell(1, "started", { scan: {} });
  stream?.tell(2, "hit", { symbol: "A" });
  await vi.advanceTimersByTimeAsync(1);
  stream?.onerror?.();
  await vi.advanceTimersByTimeAsync(0);
  return run;
}

describe("a stream that broke", () => {
  it("says so, comes back by itself after the last event that was seen, and loses nothing", async () => {
    const run = await lost();
    expect([run.state, run.hits.size]).toEqual(["away", 1]);
    await vi.advanceTimersByTimeAsync(LONG);
    const again = Stream.all.at(-1);
    expect(again?.address).toBe("/v1/runs/r/events?after=2");
    again?.onopen?.();
    again?.tell(2, "hit", { symbol: "A" });
    again?.tell(3, "hit", { symbol: "B" });
    await vi.advanceTimersByTimeAsync(1);
    expect([run.state, [...run.hits.keys()]]).toEqual(["running", ["A", "B"]]);
  });

  it("says that the run was interrupted, and goes on where somebody continues it", async () => {
    found = "interrupted";
    const run = await lost();
    expect([run.state, run.going]).toEqual(["interrupted", false]);
    found = "running";
    await vi.advanceTimersByTimeAsync(LONG);
    expect(Stream.all.at(-1)?.address).toBe("/v1/runs/r/events?after=2");
  });

  it("says that there is no such run", async () => {
    status = 404;
    expect((await lost()).state).toBe("absent");
  });

  it("waits for a server that is away", async () => {
    isAway = true;
    const run = await lost();
    expect([run.state, Stream.all.length]).toEqual(["away", 1]);
    run.close();
  });

  it("is not asked for again once the run has finished", async () => {
    const run = new Run("r");
    run.open();
    Stream.all[0]?.tell(1, "finished", { reason: "complete" });
    await vi.advanceTimersByTimeAsync(1);
    Stream.all[0]?.onerror?.();
    await vi.advanceTimersByTimeAsync(LONG);
    expect([run.state, Stream.all.length, Stream.all[0]?.closed]).toEqual(["finished", 1, true]);
  });
});

it("waits longer each time, and never longer than ten seconds", () => {
  expect([0, 1, 2, 10].map(pause)).toEqual([600, 1200, 2400, 10_000]);
});
