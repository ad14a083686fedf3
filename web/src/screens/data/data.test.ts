import { expect, test } from "vitest";
import { age, bytes, going, origin, share } from "./shapes";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [7_168_195, "7.2 MB"],
  [190_000_000, "190 MB"],
])("%d bytes are %s", (value, text) => {
  expect(bytes(value)).toBe(text);
});

test("age is told in sessions", () => {
  expect([null, 0, 1, 226].map(age)).toEqual([
    "age not known",
    "up to date",
    "1 session behind",
    "226 sessions behind",
  ]);
});

test("a tier that was never asked has no share", () => {
  const tier = { hits: 0, misses: 0, stale: 0, bytes_read: 0, bytes_written: 0, failures: 0 };
  expect(share(tier)).toBeNull();
  expect(share({ ...tier, hits: 3, misses: 1 })).toBe(75);
});

test("an update says what it does, and of trouble only where there is some", () => {
  const quiet = { requests: 120, cached: 0, told_to_wait: 0, failed: 0, retries: 0, dollars: 0 };
  expect(
    going({ done: 120, total: 500, rate: 38.2, eta: { seconds: 10, low: 9, high: 12 }, ...quiet }),
  ).toEqual(["120 of 500 requests", "38 a second", "9 s to 12 s to go"]);
  const hard = { ...quiet, told_to_wait: 1, retries: 2, failed: 3, dollars: 0.5 };
  expect(going({ done: 1, total: 1, rate: null, eta: null, ...hard })).toEqual([
    "1 of 1 request",
    "told to wait 1 time",
    "2 retries",
    "3 failed",
    "$0.50",
  ]);
});

test("a source says how late its bars are", () => {
  const source = {
    source: "massive",
    symbols: 1,
    first: "2020-01-02",
    last: "2025-12-31",
    delayed: 900,
    asked: null,
  };
  expect(origin(source)).toBe("massive: 1 symbol to 2025-12-31, 15 min late");
});
