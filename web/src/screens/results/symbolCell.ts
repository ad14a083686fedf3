import type { ICellRendererComp, ICellRendererParams } from "ag-grid-community";
import { isHead, type Line } from "./sections";
import type { Row } from "./rows";

/** A symbol with its flag, its name, and whether the last run did not have it: plain elements, as grids draw them fast. */
export class SymbolCell implements ICellRendererComp<Line> {
  readonly #place = document.createElement("div");

  init(params: ICellRendererParams<Line>): void {
    this.#place.className = "symbol-cell";
    this.refresh(params);
  }

  getGui(): HTMLElement {
    return this.#place;
  }

  refresh({ data }: ICellRendererParams<Line>): boolean {
    this.#place.replaceChildren(...(data && !isHead(data) ? parts(data) : []));
    return true;
  }
}

function parts(row: Row): HTMLElement[] {
  return [
    part("flag", row.flagged ? "⚑" : "", row.flagged ? "flagged" : ""),
    part("ticker", row.symbol),
    ...(row.isFresh ? [part("tag", "new", "The last run of this scan did not have it")] : []),
    ...(row.hit.provisional ? [part("tag", "forming", "The bar is still forming: it may change")] : []),
    ...(row.note ? [part("noted", "✎", row.note)] : []),
    part("title", String(row.facts?.name ?? "")),
  ];
}

function part(name: string, text: string, hint = ""): HTMLElement {
  const found = document.createElement("span");
  found.className = name;
  found.textContent = text;
  if (hint) found.title = hint;
  return found;
}
