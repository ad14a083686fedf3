import { expect, test } from "vitest";
import { boundsOf, calendarOf, LEVELS, shade } from "./calendar";
import { binText, histogramOf, trimmed } from "./histogram";
import { kindOf, rowsOf, span, type Group } from "./intervals";
import { dayTicks, linesOf, reach, smoothed, type Series } from "./lines";
import { fileName } from "./saving";

const box = { width: 220, height: 120, left: 10, right: 10, top: 10, bottom: 10 };
const plain = (value: number) => String(value);

function group(part: Partial<Group>): Group {
  return { key: "2024", value: 1, low: 0, high: 2, counted: 40, evidence: "no clear difference", ...part };
}

test("levels of a calendar hold as many days each, and zero stands alone", () => {
  expect(boundsOf([0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual([0, 2, 4, 6, 8, 10]);
  expect(boundsOf([0, 1, 1, 1])).toEqual([0, 1]);
  expect(boundsOf([0, 0])).toEqual([0]);
});

test("few levels are as far apart as many", () => {
  expect([0, 1, 2].map((level) => shade(level, 3))).toEqual([0, 3, LEVELS]);
});

test("a day is found again where it was drawn", () => {
  const days = ["2024-12-30", "2024-12-31", "2025-01-02", "2025-01-03"];
  const drawn = calendarOf(days, [1, 0, 2, 3], 700);
  expect(drawn.blocks.map((each) => each.year)).toEqual([2024, 2025]);
  const second = drawn.blocks[1];
  // The second of January 2025 is a Thursday, in the first week of its year.
  const cell = 12;
  expect(drawn.at((second?.x ?? 0) + 2, (second?.y ?? 0) + 3 * cell + 4)).toBe(2);
  expect(drawn.at((second?.x ?? 0) + 2, (second?.y ?? 0) + 2)).toBe(-1);
  expect(drawn.paths.join("").match(/M/g)).toHaveLength(4);
});

test("a market that trades on Sundays has seven rows", () => {
  const week = calendarOf(["2025-01-05"], [1], 700).height;
  expect(week).toBeGreaterThan(calendarOf(["2025-01-06"], [1], 700).height);
});

test("bars stand on zero; a line has its own reach", () => {
  const values = [5, 8];
  expect(reach([{ name: "a", values, tone: 1 }])).toEqual([5, 8]);
  expect(reach([{ name: "a", values, tone: 1, as: "bars" }])).toEqual([0, 8]);
  expect(reach([{ name: "a", values: [], tone: 1 }])).toEqual([0, 1]);
});

test("what is not known is a gap, never a zero", () => {
  const series: Series[] = [{ name: "a", values: [1, null, 3, 4], tone: 1 }];
  const drawn = linesOf(["2025-01-01", "2025-01-02", "2025-01-03", "2025-01-06"], series, box, plain);
  expect(drawn.paths[0]?.match(/M/g)).toHaveLength(2);
  expect(drawn.place(drawn.x(2) + 3)).toBe(2);
  expect(drawn.place(-50)).toBe(0);
});

test("ticks of days stand where a month begins, and are never more than there is room for", () => {
  const days = Array.from({ length: 730 }, (_, at) =>
    new Date(Date.UTC(2024, 0, 1 + at)).toISOString().slice(0, 10),
  );
  const ticks = dayTicks(days, 8);
  expect(ticks.map((each) => each.text)).toEqual([
    "2024-04",
    "2024-07",
    "2024-10",
    "2025",
    "2025-04",
    "2025-07",
    "2025-10",
  ]);
  expect(dayTicks(days, 2).map((each) => each.text)).toEqual(["2025"]);
});

test("a mean of the last values is not known before there are as many", () => {
  expect(smoothed([1, 2, 3, 4], 2)).toEqual([null, 1.5, 2.5, 3.5]);
});

test("tails that nobody sees are gathered, and nothing is lost", () => {
  const edges = Array.from({ length: 41 }, (_, at) => at - 20);
  const hits = edges.slice(1).map((edge) => (Math.abs(edge) < 8 ? 6.6 : 0.04));
  const found = trimmed({ edges, hits, universe: hits });
  const total = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0);
  expect(found.hits.length).toBeLessThan(hits.length);
  expect(found.edges).toHaveLength(found.hits.length + 1);
  expect(total(found.hits)).toBeCloseTo(total(hits), 9);
});

test("bars of a distribution are as high as their share", () => {
  const drawn = histogramOf({ edges: [-2, 0, 2], hits: [20, 80], universe: [50, 50] }, box);
  const [low, high] = drawn.bars;
  expect((high?.height ?? 0) / (low?.height ?? 1)).toBeCloseTo(4, 9);
  expect([low?.below, high?.below]).toEqual([true, false]);
  expect(drawn.bin(drawn.x(1))).toBe(1);
});

test("the outermost bins say that more lies beyond", () => {
  const edges = [-2, -1, 0, 1];
  expect([0, 1, 2].map((at) => binText(edges, at))).toEqual(["below −1%", "−1% to 0%", "above 0%"]);
});

test("an interval that says little does not stretch the axis, and is cut where it leaves", () => {
  const wide = group({ key: "2023", low: -90, high: 90, evidence: "not enough evidence" });
  expect(span([group({}), wide])[1]).toBeCloseTo(2.2, 9);
  const [, cut] = rowsOf([group({}), wide], 100, 300).rows;
  expect(cut).toMatchObject({ from: 100, to: 300, cutLeft: true, cutRight: true, kind: "little" });
});

test("evidence has four kinds", () => {
  const words = [
    "better than the universe",
    "worse than the universe",
    "no clear difference",
    "not enough evidence",
  ];
  expect(words.map(kindOf)).toEqual(["better", "worse", "open", "little"]);
});

test("a picture's file is named by what it shows", () => {
  expect(fileName("By year, after 5 days")).toBe("by-year-after-5-days");
});
