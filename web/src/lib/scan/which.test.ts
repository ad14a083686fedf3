import { expect, test } from "vitest";
import { whichOf } from "./which";

const written = { where: "close > 5" };

test.each([
  ["draft", { scan: written }],
  ["saved:dips", { saved: "dips" }],
  ["saved:dips@12", { saved: "dips", version: 12 }],
  ["saved:a@b", { saved: "a@b" }],
  ["library:golden_cross", { library: "golden_cross" }],
  ["run:7f3a", { run: "7f3a" }],
])("%s names a scan", (words, which) => {
  expect(whichOf(words, written)).toEqual(which);
});

test("what names nothing asks for nothing", () => {
  expect(whichOf("elsewhere:x", written)).toBeUndefined();
  expect(whichOf("saved:", written)).toBeUndefined();
  expect(whichOf("draft", { where: "  " })).toBeUndefined();
});
