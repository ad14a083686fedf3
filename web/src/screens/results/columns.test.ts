import { describe, expect, it } from "vitest";
import { heat, shown } from "./columns";

describe("cells", () => {
  it.each([
    [null, "–"],
    [true, "yes"],
    ["Energy", "Energy"],
    [1234567, "1.23M"],
    [43.219, "43.22"],
  ])("show %s as %s", (value, text) => expect(shown(value)).toBe(text));

  it("are warmer the further a change is from zero, and not at all without one", () => {
    const strengths = [0.1, 1, 3, 9].map((each) =>
      Number(/\/ ([\d.]+)/.exec(heat(each)?.backgroundColor ?? "")?.[1]),
    );
    expect(strengths).toEqual([...strengths].sort((a, b) => a - b));
    expect([heat(0), heat(null), heat(-1)?.backgroundColor?.includes("--down-rgb")]).toEqual([
      null,
      null,
      true,
    ]);
  });
});
