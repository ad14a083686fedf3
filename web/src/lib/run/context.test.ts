import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Context } from "./context.svelte";

const asked: string[][] = [];

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  vi.stubGlobal("fetch", (_path: string, init: RequestInit) => {
    const { symbols } = JSON.parse(init.body as string) as { symbols: string[] };
    asked.push(symbols);
    const answer = {
      frame: "2026-01-05",
      columns: ["symbol", "last"],
      rows: symbols.map((each) => [each, 10]),
      fresh: ["A"],
      dropped: ["Z"],
      previous: { run: "before" },
    };
    return Promise.resolve(new Response(JSON.stringify(answer)));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("asks for each symbol once, also for those who come while an answer is under way", async () => {
  const context = new Context("r");
  context.want(["A", "B"]);
  context.want(["A", "B", "C"]);
  await vi.advanceTimersByTimeAsync(200);
  context.want(["C", "D"]);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toEqual([["A", "B", "C"], ["D"]]);
  expect(context.get("D")).toEqual({ symbol: "D", last: 10 });
});

it("asks for thousands in groups, until all have come", async () => {
  const context = new Context("r");
  context.want(Array.from({ length: 2500 }, (_, at) => `S${at}`));
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked.map((each) => each.length)).toEqual([1000, 1000, 500]);
});

it("says once, at the end, who is new and who was dropped", async () => {
  const context = new Context("r");
  context.finish();
  context.finish();
  await vi.advanceTimersByTimeAsync(1);
  expect([asked.length, [...context.fresh], context.dropped, context.previous]).toEqual([
    1,
    ["A"],
    ["Z"],
    "before",
  ]);
});
