import { expect, it } from "vitest";
import { fitting } from "./palette";

const command = (group: string, title: string) => ({ group, title, does: () => undefined });
const all = [
  command("Go to", "History"),
  command("Scan", "Run the scan"),
  command("Go to", "Scan"),
  command("View", "Chart"),
];

it("finds commands by their words and those of their group, the title first", () => {
  expect(fitting(all, "scan").map((each) => each.title)).toEqual(["Run the scan", "Scan"]);
  expect(fitting(all, "go hist").map((each) => each.title)).toEqual(["History"]);
  expect(fitting(all, "view").map((each) => each.title)).toEqual(["Chart"]);
  expect(fitting(all, " ")).toHaveLength(4);
  expect(fitting(all, "nothing")).toEqual([]);
});
