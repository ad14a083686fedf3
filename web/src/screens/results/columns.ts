import type { ColDef, ValueFormatterParams } from "ag-grid-community";
import { change, count, number, percent, price, short, UNKNOWN } from "$lib/format";
import type { Cell, Hit } from "$lib/run/run.svelte";
import type { Facts } from "$lib/run/context.svelte";

/** A row of the results. */
export interface Row {
  readonly symbol: string;
  readonly hit: Hit;
  readonly facts: Facts | undefined;
  readonly flagged: boolean;
  readonly note: string;
  readonly isFresh: boolean;
}

type Say = (value: number | null | undefined) => string;

const LOW_TO_HIGH = 3;

function figure(field: string, title: string, hint: string, say: Say, more: ColDef<Row> = {}): ColDef<Row> {
  return {
    colId: field,
    headerName: title,
    headerTooltip: hint,
    type: "rightAligned",
    filter: "agNumberColumnFilter",
    valueGetter: (row) => row.data?.facts?.[field] ?? null,
    valueFormatter: (row: ValueFormatterParams<Row, number | null>) => say(row.value),
    width: 88,
    ...more,
  };
}

/** A heat of the change: the further from zero, the stronger; the sign stands in the text. */
export function heat(value: unknown): Record<string, string> | null {
  if (typeof value !== "number" || !Number.isFinite(value) || value === 0) return null;
  const strength = Math.min(Math.abs(value) / LOW_TO_HIGH, 1) * 0.26 + 0.03;
  return { backgroundColor: `rgb(var(--${value > 0 ? "up" : "down"}-rgb) / ${strength.toFixed(3)})` };
}

/** What every result shows of a symbol, in the order of a screener. */
export function ownColumns(): ColDef<Row>[] {
  return [
    figure("last", "Last", "Close of the frame", price),
    figure("change", "Chg", "Change to the close before, percent", change, {
      cellStyle: (cell) => heat(cell.value),
      width: 84,
    }),
    figure("volume", "Volume", "Shares of the frame", short, { width: 84 }),
    figure("rvol", "RVol", "Volume over its usual", (value) => number(value, 2), { width: 70 }),
    figure("dollar_volume", "$ Vol", "Close times volume", short, { width: 80 }),
    figure("atr", "ATR %", "Average true range of 14 bars, percent of the close", (value) => percent(value), {
      width: 78,
    }),
    figure(
      "high_52w",
      "52w high",
      "Distance to the highest high of 252 bars, percent",
      (value) => change(value, 1),
      { width: 86 },
    ),
    figure(
      "bars_true",
      "True for",
      "Bars in a row on which the condition holds",
      (value) => (value == null ? UNKNOWN : count(value)),
      { width: 76 },
    ),
    figure(
      "days_to_earnings",
      "Earnings",
      "Days until the next earnings",
      (value) => (value == null ? UNKNOWN : `${count(value)} d`),
      { width: 82 },
    ),
    {
      colId: "sector",
      headerName: "Sector",
      filter: "agTextColumnFilter",
      valueGetter: (row) => row.data?.facts?.sector ?? "",
      width: 130,
    },
  ];
}

/** The scan's own columns, as its hits have them. */
export function scanColumns(names: readonly string[], ranked: boolean): ColDef<Row>[] {
  const own = names.map((name): ColDef<Row> => ({
    colId: `scan ${name}`,
    headerName: name,
    headerClass: "of-scan",
    cellClass: "of-scan",
    type: "rightAligned",
    filter: "agNumberColumnFilter",
    valueGetter: (row) => row.data?.hit.columns[name] ?? null,
    valueFormatter: (row: ValueFormatterParams<Row, Cell>) => shown(row.value),
    width: Math.min(60 + 8 * name.length, 140),
  }));
  const rank: ColDef<Row> = {
    colId: "rank",
    headerName: "Rank",
    headerTooltip: "The scan's ranking: the highest first",
    type: "rightAligned",
    valueGetter: (row) => row.data?.hit.rank ?? null,
    valueFormatter: (row: ValueFormatterParams<Row, number | null>) => number(row.value),
    width: 84,
    ...(ranked && { sort: "desc" as const }),
  };
  return ranked ? [rank, ...own] : own;
}

export function shown(value: Cell | undefined): string {
  if (value == null) return UNKNOWN;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  return Math.abs(value) >= 100_000 ? short(value) : number(value);
}
