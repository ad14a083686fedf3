import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Run, type Told } from "./run.svelte";

const at = "2026-01-05T15:00:00Z";
const event = (seq: number, type: string, more: Record<string, unknown> = {}): Told => ({
  seq,
  type,
  at,
  ...more,
});
const hit = (seq: number, symbol: string, more: Record<string, unknown> = {}) =>
  event(seq, "hit", { symbol, ts: "2026-01-05", rank: seq, columns: { rsi: 30 + seq }, ...more });

function told(...events: Told[]): Run {
  const run = new Run("r");
  for (const each of events) run.hear(each);
  run.take();
  return run;
}

describe("a run", () => {
  beforeEach(() => {
    vi.stubGlobal("requestAnimationFrame", () => 0);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("takes every event once, whatever is sent again", () => {
    const run = told(
      event(1, "started", { scan: {} }),
      hit(2, "A"),
      hit(3, "B"),
      hit(2, "A", { rank: 99 }),
      hit(3, "B"),
    );
    expect([...run.hits.keys()]).toEqual(["A", "B"]);
    expect(run.hits.get("A")?.rank).toBe(2);
    expect(run.last).toBe(3);
  });

  it("shows what came between two frames in one go", () => {
    const run = new Run("r");
    for (let seq = 1; seq <= 5000; seq++) run.hear(hit(seq, `S${seq}`));
    expect(run.hits.size).toBe(0);
    run.take();
    expect([run.hits.size, run.version]).toEqual([5000, 1]);
  });

  it("revises a provisional hit, and takes back one that was none", () => {
    const run = told(hit(1, "A", { provisional: true }), hit(2, "B", { provisional: true }));
    run.hear(event(3, "rank", { symbol: "A", rank: 7.5 }));
    run.hear(event(4, "rank", { symbol: "B", withdrawn: true }));
    run.take();
    expect([...run.hits.values()]).toMatchObject([
      { symbol: "A", rank: 7.5, provisional: false, columns: { rsi: 31 } },
    ]);
  });

  it("keeps the latest of each stage, and its receipt", () => {
    const stage = { done: 1, total: 5, requests: 0, cached: 0, dollars: 0 };
    const receipt = { universe: 5, judged: 5 };
    const run = told(
      event(1, "stage", { stage: "universe", ...stage }),
      event(2, "stage", { stage: "bars", ...stage }),
      event(3, "stage", { stage: "bars", ...stage, done: 4 }),
      event(4, "finished", { reason: "complete", receipt }),
    );
    expect(run.stages.map((each) => [each.stage, each.done])).toEqual([
      ["universe", 1],
      ["bars", 4],
    ]);
    expect([run.state, run.reason, run.receipt?.universe]).toEqual(["finished", "complete", 5]);
  });

  it("knows who could not be judged", () => {
    expect([...told(event(1, "miss", { symbol: "X", reason: "no_bar" })).misses]).toEqual([["X", "no_bar"]]);
  });
});
