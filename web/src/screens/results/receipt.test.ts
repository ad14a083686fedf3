import { describe, expect, it } from "vitest";
import type { Receipt } from "$lib/run/run.svelte";
import { ended, sentences } from "./receipt";

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
};

describe("a receipt", () => {
  it("says in a line how the run ended", () => {
    expect(ended("enough", receipt)).toBe(
      "Stopped: enough was found: 5 hits, 60 of 100 symbols judged, 37 not reached, 1 s",
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
    ])
      expect(told).toContain(part);
  });
});
