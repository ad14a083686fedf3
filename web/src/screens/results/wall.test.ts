import { expect, it } from "vitest";
import { across, line } from "./wall";

it("draws the highest at the top and the lowest at the bottom", () => {
  expect(line([1, 3, 2], 20, 10)).toBe("M0,8L10,2L20,5");
});

it("draws a price that never moved in the middle", () => {
  expect(line([5, 5], 10, 10)).toBe("M0,5L10,5");
});

it("closes an area down to its ground", () => {
  expect(line([1, 2], 10, 10, true)).toBe("M0,8L10,2L10,10L0,10Z");
});

it.each([
  [100, 1],
  [341, 2],
  [513, 3],
])("stands as many cards in %s pixels as fit: %s", (width, many) => expect(across(width, 170)).toBe(many));
