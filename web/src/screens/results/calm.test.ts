import { describe, expect, it } from "vitest";
import { Calm, Reader } from "./calm";

const arrange = (calm: Calm, text: string) => calm.arrange(text.match(/./g) ?? [], (each) => each).join("");

describe("a calm order", () => {
  it("is the sorted one while nobody reads", () => {
    const calm = new Calm();
    arrange(calm, "BD");
    expect([arrange(calm, "ABCD"), calm.late]).toEqual(["ABCD", 0]);
  });

  it("keeps everyone where they are while somebody reads, and puts those who come below", () => {
    const calm = new Calm();
    arrange(calm, "BD");
    calm.hold();
    expect([arrange(calm, "ABD"), calm.late]).toEqual(["BDA", 1]);
    expect([arrange(calm, "ABCD"), calm.late]).toEqual(["BDAC", 2]);
  });

  it("does not move rows whose values changed", () => {
    const calm = new Calm();
    arrange(calm, "ABC");
    calm.hold();
    expect(arrange(calm, "CBA")).toBe("ABC");
  });

  it("is sorted when the person asks, and held again from there", () => {
    const calm = new Calm();
    arrange(calm, "BD");
    calm.hold();
    arrange(calm, "ABD");
    calm.anew();
    expect([arrange(calm, "ABD"), calm.late]).toEqual(["ABD", 0]);
    expect(arrange(calm, "ABCD")).toBe("ABDC");
  });

  it("has no hole where one went, and the place again when it comes back", () => {
    const calm = new Calm();
    arrange(calm, "ABC");
    calm.hold();
    expect([arrange(calm, "AC"), arrange(calm, "CBA")]).toEqual(["AC", "ABC"]);
  });

  it("begins sorted, also where it is held from the first", () => {
    const calm = new Calm();
    calm.hold();
    expect([arrange(calm, "AB"), calm.late]).toEqual(["AB", 0]);
  });
});

describe("a reader", () => {
  it("reads once they acted, while they scrolled, and a moment after the pointer moved", () => {
    const reader = new Reader();
    expect([reader.reads(0, false), reader.reads(0, true)]).toEqual([false, true]);
    reader.move(1000);
    expect([reader.reads(2000, false), reader.reads(9000, false)]).toEqual([true, false]);
    reader.act();
    expect(reader.reads(9000, false)).toBe(true);
    reader.begin();
    expect(reader.reads(9000, false)).toBe(false);
  });
});
