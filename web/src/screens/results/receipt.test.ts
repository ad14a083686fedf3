import { describe, expect, it } from "vitest";
import type { Receipt } from "$lib/run/run.svelte";
import { ended, left, missed, sentences } from "./receipt";

const receipt: Receipt = {
  frame: "2026-01-05",
  universe: 100,
  judged: 60,
  hits: 5,
  missed: { no_bar: 3 },
  outside: { delisted: 2 },
  not_reached: 37,
  seconds: 1.24,
  requests: 61,
  cached: 4,
  dollars: 0,
  warnings: [],
  plan_hash: "a",
  data_hash: "b",
  result_hash: "c",
  worth: { to: "2026-01-05", behind: 2, sources: ["us.csv"] },
};

describe("a receipt", () => {
  it("says in a line how the run ended", () => {
    expect(ended("enough", receipt)).toBe(
      "Stopped: enough was found: 5 hits, 60 of 100 judged, 37 not reached, in 1 s",
    );
  });

  it("never hides who was not looked at", () => {
    const told = sentences("enough", receipt).join(" ");
    for (const part of [
      "60 were judged",
      "3 could not be",
      "37 were not reached",
      "may hold further hits",
      "2 delisted",
      "61 requests were sent",
      "2 sessions behind",
    ])
      expect(told).toContain(part);
  });

  it("says that nothing was sent where all bars were at hand", () => {
    const told = sentences("complete", { ...receipt, not_reached: 0, requests: 0, cached: 0 }).join(" ");
    expect(told).toContain("No request was sent");
    expect(told).not.toContain("further hits");
  });

  it("names reasons that it does not know as they are", () => {
    expect([missed("no_bar"), missed("odd_thing")]).toEqual([
      "no bar in the frame that was looked at",
      "odd thing",
    ]);
  });

  it.each([
    [{ seconds: 40, low: 30, high: 80 }, "40 s left (30 s to 80 s)"],
    [{ seconds: 40, low: 40, high: 40 }, "40 s left"],
  ])("says how long it may take: %j", (eta, text) => expect(left(eta)).toBe(text));
});
