import type { ICellRendererComp, ICellRendererParams } from "ag-grid-community";
import { change, plural } from "$lib/format";
import { isHead, type Line, type Sum } from "./sections";

export interface HeadParams {
  readonly sum: (name: string) => Sum | undefined;
  readonly closed: (name: string) => boolean;
  readonly turn: (name: string) => void;
}

/** The heading of a section, across the table: its name, how many it has, and their mean change. */
export class HeadRow implements ICellRendererComp<Line> {
  readonly #place = document.createElement("button");

  init(params: ICellRendererParams<Line> & HeadParams): void {
    const { data } = params;
    if (!isHead(data)) return;
    const { head } = data;
    const found = params.sum(head);
    this.#place.className = "head-row";
    this.#place.type = "button";
    this.#place.ariaExpanded = String(!params.closed(head));
    this.#place.onclick = () => params.turn(head);
    this.#place.append(
      part("turn", params.closed(head) ? "▸" : "▾"),
      part("name", head),
      part("count", plural(found?.count ?? 0, "hit")),
    );
    if (found?.change != null)
      this.#place.append(part(found.change < 0 ? "down" : "up", `${change(found.change)} on average`));
  }

  getGui(): HTMLElement {
    return this.#place;
  }

  refresh(): boolean {
    return false;
  }
}

function part(name: string, text: string): HTMLElement {
  const found = document.createElement("span");
  found.className = name;
  found.textContent = text;
  return found;
}
