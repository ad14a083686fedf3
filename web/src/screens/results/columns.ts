import type { ColDef, ValueFormatterParams } from "ag-grid-community";
import type { Cell } from "$lib/run/run.svelte";
import { compared, type Field, ground } from "./fields";
import { isHead, type Line } from "./sections";
import { SymbolCell } from "./symbolCell";

/** What a figure is filtered by: what people ask for most comes first. */
const BOUNDS = ["greaterThan", "lessThan", "inRange", "equals", "notBlank"];

/** A field as a column of the grid. */
export function columnOf(field: Field): ColDef<Line> {
  const { heat } = field;
  const figure = field.kind === "figure";
  return {
    colId: field.id,
    headerName: field.title,
    headerTooltip: field.hint,
    width: field.width,
    filter: figure ? "agNumberColumnFilter" : "agTextColumnFilter",
    filterParams: { buttons: ["reset"], maxNumConditions: 2, ...(figure && { filterOptions: BOUNDS }) },
    valueGetter: ({ data }) => (data && !isHead(data) ? field.value(data) : null),
    valueFormatter: ({ value }: ValueFormatterParams<Line, Cell>) => field.say(value ?? null),
    comparator: unknownLast,
    ...(figure && { type: "rightAligned" }),
    ...(field.own && { headerClass: ["of-scan", "ag-right-aligned-header"] }),
    ...(field.id === "rank" && { initialSort: "desc" as const }),
    ...(heat && { cellStyle: ({ value }) => ({ backgroundColor: ground(heat(value as Cell)) }) }),
  };
}

/** The grid turns the answer round where the highest come first: what is not known stays last all the same. */
function unknownLast(one: Cell, other: Cell, _one: unknown, _other: unknown, turned: boolean): number {
  const found = compared(one, other, turned);
  return turned ? -found : found;
}

/** The first column: the symbol with its flag, note and name. */
export const SYMBOL: ColDef<Line> = {
  colId: "symbol",
  headerName: "Symbol",
  pinned: "left",
  lockPosition: "left",
  lockPinned: true,
  suppressMovable: true,
  minWidth: 110,
  filter: "agTextColumnFilter",
  filterParams: { buttons: ["reset"] },
  valueGetter: ({ data }) => (data && !isHead(data) ? data.symbol : ""),
  sortingOrder: ["asc", "desc", null],
  cellRenderer: SymbolCell,
  // The flag, the note and the name are drawn in it too: a changed row is drawn anew.
  equals: () => false,
};
