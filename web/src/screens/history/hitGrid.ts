import {
  type CellClassParams,
  type ColDef,
  createGrid,
  type GridApi,
  InfiniteRowModelModule,
  ModuleRegistry,
} from "ag-grid-community";
import { nonce } from "$lib/api/nonce";
import { change, day, number, price, UNKNOWN } from "$lib/format";
import type { Which } from "$lib/scan/which";
import { LOOK } from "$screens/results/gridLook";
import { hitsOf } from "./past.svelte";

ModuleRegistry.registerModules([InfiniteRowModelModule]);

export type Line = Readonly<Record<string, number | string | boolean | null>>;
const PAGE = 200;

/** What the table tells its screen. */
export interface Ears {
  readonly open: (symbol: string) => void;
  readonly failed: (cause: unknown) => void;
}

/** The table of all hits: rows come by pages as they are scrolled to, sorted by the server. */
export function hitGrid(
  place: HTMLElement,
  columns: readonly string[],
  which: Which,
  ears: Ears,
): GridApi<Line> {
  const api = createGrid<Line>(place, {
    theme: LOOK,
    styleNonce: nonce,
    rowModelType: "infinite",
    cacheBlockSize: PAGE,
    maxBlocksInCache: 20,
    columnDefs: columns.map(columnOf),
    defaultColDef: {
      sortable: true,
      resizable: true,
      suppressHeaderMenuButton: true,
      minWidth: 70,
      sortingOrder: ["desc", "asc", null],
    },
    onRowClicked: ({ data }) => data && ears.open(String(data.symbol)),
    onCellKeyDown: ({ data, event }) => {
      if (data && event instanceof KeyboardEvent && event.key === "Enter") ears.open(String(data.symbol));
    },
    datasource: {
      getRows: (asked) => {
        const [by] = asked.sortModel;
        const sort = by ? `${by.sort === "desc" ? "-" : ""}${by.colId}` : "-ts";
        hitsOf(which, Math.floor(asked.startRow / PAGE) + 1, PAGE, sort).then(
          (found) =>
            asked.successCallback(
              found.rows.map((row) => lineOf(found.columns, row)),
              found.total,
            ),
          (cause: unknown) => {
            asked.failCallback();
            ears.failed(cause);
          },
        );
      },
    },
  });
  api.setGridAriaProperty("label", "All hits");
  return api;
}

export function lineOf(columns: readonly string[], row: readonly Line[string][]): Line {
  return Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null]));
}

/** What heads a column: `ret_5` is the return after five bars. */
export function titleOf(name: string): string {
  const [, bars] = /^ret_(\d+)$/.exec(name) ?? [];
  if (bars) return bars === "1" ? "After 1 bar" : `After ${bars} bars`;
  return { symbol: "Symbol", ts: "Day", close: "Close", rank: "Rank" }[name] ?? name;
}

export function textOf(name: string, value: Line[string] | undefined): string {
  if (value == null) return UNKNOWN;
  if (name === "ts")
    return String(value).length > 10 ? String(value).replace("T", " ").replace("Z", "") : day(String(value));
  if (typeof value !== "number") return typeof value === "boolean" ? (value ? "yes" : "no") : value;
  if (name.startsWith("ret_")) return change(value);
  return name === "close" ? price(value) : number(value);
}

function columnOf(name: string): ColDef<Line> {
  const words = name === "symbol" || name === "ts";
  return {
    field: name,
    headerName: titleOf(name),
    flex: 1,
    minWidth: 86,
    maxWidth: 190,
    ...(name === "ts" && { sort: "desc" }),
    ...(name === "symbol" && { cellClass: "ticker" }),
    ...(!words && { type: "rightAligned" }),
    valueFormatter: ({ value }: { value?: Line[string] }) => textOf(name, value),
    ...(name.startsWith("ret_") && {
      cellClass: ({ value }: CellClassParams<Line, number | null>) =>
        `ag-right-aligned-cell ${value == null || value === 0 ? "" : value > 0 ? "up" : "down"}`,
    }),
  };
}
