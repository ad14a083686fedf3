import { expect, it } from "vitest";
import { line } from "./wall";

it("draws the highest at the top and the lowest at the bottom", () => {
  expect(line([1, 3, 2], 20, 10)).toBe("M0,8L10,2L20,5");
});

it("draws a price that never moved as a level line", () => {
  expect(line([5, 5], 10, 10)).toBe("M0,8L10,8");
});
