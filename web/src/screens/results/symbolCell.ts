import type { ColDef, ICellRendererComp, ICellRendererParams } from "ag-grid-community";
import type { Row } from "./columns";

/** A symbol with its flag, its name, and whether the last run did not have it: plain elements, made once and changed. */
class SymbolCell implements ICellRendererComp<Row> {
  readonly #place = document.createElement("div");

  init(params: ICellRendererParams<Row>): void {
    this.#place.className = "symbol-cell";
    this.refresh(params);
  }

  getGui(): HTMLElement {
    return this.#place;
  }

  refresh(params: ICellRendererParams<Row>): boolean {
    const row = params.data;
    const parts = row
      ? [
          part("flag", row.flagged ? "⚑" : "", row.flagged ? "flagged" : ""),
          part("ticker", row.symbol),
          ...(row.isFresh ? [part("new", "new", "not in the last run")] : []),
          part("title", String(row.facts?.name ?? "")),
        ]
      : [];
    this.#place.replaceChildren(...parts);
    return true;
  }
}

function part(name: string, text: string, hint = ""): HTMLElement {
  const found = document.createElement("span");
  found.className = name;
  found.textContent = text;
  if (hint) found.title = hint;
  return found;
}

export const symbolColumn: ColDef<Row> = {
  colId: "symbol",
  headerName: "Symbol",
  pinned: "left",
  lockPosition: "left",
  width: 188,
  filter: "agTextColumnFilter",
  valueGetter: (row) => row.data?.symbol ?? "",
  cellRenderer: SymbolCell,
  // The facts and marks are drawn too, so a row with the same symbol is drawn anew when they come.
  equals: () => false,
};
