import type { Component } from "svelte";

/** The screens of the page. A screen's code is loaded when it is first opened. */
export interface Screen {
  readonly path: string;
  readonly title: string;
  readonly keys: string;
  readonly load: () => Promise<{ default: Component }>;
  /** Reached from other screens, not by a tab. */
  readonly hidden?: boolean;
}

export const SCREENS: readonly Screen[] = [
  { path: "scan", title: "Scan", keys: "g s", load: () => import("./scan/ScanScreen.svelte") },
  { path: "history", title: "History", keys: "g h", load: () => import("./history/HistoryScreen.svelte") },
  { path: "compare", title: "Compare", keys: "g c", load: () => import("./compare/CompareScreen.svelte") },
  { path: "runs", title: "Runs", keys: "g r", load: () => import("./runs/RunsScreen.svelte") },
  { path: "lists", title: "Lists", keys: "g l", load: () => import("./lists/ListsScreen.svelte") },
  { path: "data", title: "Data", keys: "g d", load: () => import("./data/DataScreen.svelte") },
  {
    path: "symbol",
    title: "Symbol",
    keys: "",
    hidden: true,
    load: () => import("./symbol/SymbolScreen.svelte"),
  },
];

/** The screen of a path; `/` and what is not known open the scan. */
export function screenOf(parts: readonly string[]): Screen {
  const found = SCREENS.find((each) => each.path === parts[0]) ?? SCREENS[0];
  if (!found) throw new Error("there are no screens");
  return found;
}
