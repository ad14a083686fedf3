import { describe, expect, it } from "vitest";
import type { Listed } from "$lib/run/runs.svelte";
import { comparison, isWanted, standing, took } from "./listing";

const run = (more: Partial<Listed> = {}): Listed => ({
  id: "7f3a",
  status: "finished",
  started: "2026-01-05T15:00:00Z",
  ended: "2026-01-05T15:00:04Z",
  reason: "complete",
  hits: 5,
  scan: { where: "close > sma(200)", name: "dips", universe: "list:mine" },
  receipt: null,
  ...more,
});

describe("a run in the list", () => {
  it.each([
    [{ status: "running" as const, reason: null }, "Running", "going"],
    [{ status: "interrupted" as const, reason: null }, "Interrupted", "bad"],
    [{}, "Complete", "good"],
    [{ reason: "enough" }, "Enough found", "short"],
    [{ reason: "failed" }, "Failed", "bad"],
  ])("stands as %j says: %s", (more, text, tone) => expect(standing(run(more))).toEqual({ text, tone }));

  it("is found by words of its scan, in any order", () => {
    expect([isWanted(run(), "", "SMA dips"), isWanted(run(), "", "rsi"), isWanted(run(), "", "")]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("is of one kind", () => {
    const early = run({ reason: "budget" });
    expect([isWanted(early, "stopped", ""), isWanted(early, "complete", "")]).toEqual([true, false]);
  });

  it("took what its record says, or has been going until now", () => {
    expect(took(run(), 0)).toBe("4 s");
    expect(took(run({ ended: null }), Date.parse("2026-01-05T15:00:30Z"))).toBe("30 s");
  });

  it("is compared with another at an address", () => {
    expect(comparison("a", "b")).toBe("/compare?first=run%3Aa&second=run%3Ab");
  });
});
