import type { ColumnState } from "ag-grid-community";
import { compared, type Field } from "./fields";
import type { Row } from "./rows";

/** How wide the symbol is where there is little room. */
const NARROW = 148;
const WIDE = 196;

/**
 * Where columns stand: as the person left them; the scan's own that were never seen before come right after the
 * symbol, other new ones at the end.
 */
export function placed(
  fields: readonly Field[],
  layout: readonly ColumnState[],
  narrow = false,
): ColumnState[] {
  if (narrow) return [{ colId: "symbol", width: NARROW }, ...fields.map((each) => ({ colId: each.id }))];
  const there = new Map(fields.map((each) => [each.id, each]));
  const seen = new Set(layout.map((each) => each.colId));
  const left = fields.filter((each) => !seen.has(each.id));
  const kept = layout.filter((each) => there.has(each.colId));
  const first = layout.filter((each) => each.colId === "symbol");
  return [
    ...(first.length ? first : [{ colId: "symbol", width: WIDE }]),
    ...left.filter((each) => each.own).map((each) => ({ colId: each.id })),
    ...kept,
    ...left.filter((each) => !each.own).map((each) => ({ colId: each.id })),
  ];
}

/** Rows in the order that the table is sorted by, for those who show them otherwise. */
export function sorted(
  rows: readonly Row[],
  fields: readonly Field[],
  layout: readonly ColumnState[],
): readonly Row[] {
  const { value, descending } = sortOf(fields, layout);
  if (!value) return rows;
  return [...rows].sort((one, other) => compared(value(one), value(other), descending));
}

function sortOf(
  fields: readonly Field[],
  layout: readonly ColumnState[],
): { value: Field["value"] | null; descending: boolean } {
  const state = layout.find((each) => each.sort);
  if (state?.colId === "symbol") return { value: (row) => row.symbol, descending: state.sort === "desc" };
  const field = fields.find((each) => each.id === state?.colId);
  if (field) return { value: field.value, descending: state?.sort === "desc" };
  const rank = fields.find((each) => each.id === "rank");
  const isTaken = layout.some((each) => each.colId === "rank");
  return { value: rank && !isTaken ? rank.value : null, descending: true };
}
