import {
  type ColDef,
  type ColumnState,
  createGrid,
  type GridApi,
  type GridOptions,
  type IRowNode,
} from "ag-grid-community";
import { nonce } from "$lib/api/nonce";
import { Calm, Reader } from "./calm";
import { SYMBOL } from "./columns";
import { LOOK, ROW } from "./gridLook";
import { HeadRow } from "./headRow";
import { changes, type Row } from "./rows";
import { arranged, headsOf, isHead, type Line, type Sum } from "./sections";

/** What the keeper of a grid tells. */
export interface Ears {
  /** The symbols as they stand now, from the top. */
  readonly shown: (symbols: readonly string[]) => void;
  readonly chosen: (symbol: string) => void;
  readonly layout: (state: ColumnState[]) => void;
  /** How many stand below because the person reads. */
  readonly late: (count: number) => void;
  /** How long it took to take the latest rows in, in milliseconds. */
  readonly spent: (took: number) => void;
}

const MARKED = 4000;
/** Rows of the first moments are all new: marking all of them would mark none. */
const FIRST = 600;

/** Keeps a grid of streaming rows calm: the order, the scroll and the choice stay the person's. */
export class Keeper {
  readonly api: GridApi<Line>;
  readonly #place: HTMLElement;
  readonly #ears: Ears;
  readonly #calm = new Calm();
  readonly #reader = new Reader();
  #known: ReadonlyMap<string, Line> = new Map();
  #run = "";
  #began = 0;
  #grouped = false;
  #closed = new Set<string>();
  #sums: ReadonlyMap<string, Sum> = new Map();
  #telling = false;
  #fading: ReturnType<typeof setTimeout> | undefined;

  constructor(place: HTMLElement, ears: Ears) {
    this.#place = place;
    this.#ears = ears;
    this.api = createGrid<Line>(place, this.#options());
    this.api.setGridAriaProperty("label", "Hits");
    for (const act of ["pointerdown", "wheel", "keydown", "touchmove"] as const)
      place.addEventListener(act, () => this.#reader.act(), { passive: true });
    place.addEventListener("pointermove", () => this.#reader.move(performance.now()), { passive: true });
  }

  close(): void {
    clearTimeout(this.#fading);
    this.api.destroy();
  }

  /** Show these columns, where and as wide as the person left them. */
  columns(columns: readonly ColDef<Line>[], state: ColumnState[]): void {
    this.api.setGridOption("columnDefs", [SYMBOL, ...columns]);
    this.api.applyColumnState({ state, applyOrder: true });
  }

  /** Show these rows of a run; another run begins with an empty table. */
  show(rows: readonly Row[], run: string, grouped: boolean): void {
    const began = performance.now();
    if (run !== this.#run) this.#begin(run);
    if (grouped !== this.#grouped) this.#calm.anew();
    this.#grouped = grouped;
    if (rows.length && !this.#began) this.#began = began;
    if (this.#reader.reads(began, this.api.getVerticalPixelRange().top > 0)) this.#calm.hold();
    else this.#calm.free();
    const lines = grouped ? [...headsOf(rows, this.#known), ...rows] : rows;
    const { add, update, remove, now } = changes<Line>(this.#known, lines);
    this.#known = now;
    if (!add.length && !update.length && !remove.length) return;
    const top = this.#top(remove);
    this.api.applyTransaction({ add, update, remove });
    this.#stay(top);
    this.#fade();
    this.#ears.spent(performance.now() - began);
  }

  /** The sorted order, now: asked for by who reads. */
  order(): void {
    this.#calm.anew();
    this.api.refreshClientSideRowModel("sort");
    const [node] = this.api.getSelectedNodes();
    if (node) this.#see(node);
  }

  /** Choose a row and see to it that it is seen. */
  choose(symbol: string): void {
    const node = this.api.getRowNode(symbol);
    if (!node) {
      this.api.deselectAll();
      return;
    }
    if (node.isSelected()) return;
    node.setSelected(true, true);
    this.#reader.act();
    this.#see(node);
  }

  /** Bring a row into view; where the keyboard is in the grid, it goes there too. */
  #see(node: IRowNode<Line>): void {
    if (node.rowIndex == null) return;
    this.api.ensureNodeVisible(node);
    const focused = this.api.getFocusedCell();
    if (focused && this.#place.contains(document.activeElement) && focused.rowIndex !== node.rowIndex)
      this.api.setFocusedCell(node.rowIndex, focused.column);
  }

  #options(): GridOptions<Line> {
    return {
      theme: LOOK,
      styleNonce: nonce,
      popupParent: document.body,
      defaultColDef: {
        sortable: true,
        resizable: true,
        minWidth: 54,
        sortingOrder: ["desc", "asc", null],
        // The space bar flags and Enter opens: both are the page's.
        suppressKeyboardEvent: ({ event }) => event.key === " " || event.key === "Enter",
      },
      getRowId: (row) => row.data.symbol,
      rowSelection: {
        mode: "singleRow",
        checkboxes: false,
        enableClickSelection: true,
        isRowSelectable: (node) => !isHead(node.data),
      },
      rowClassRules: {
        arrived: ({ data }) => this.#isArrived(data),
        provisional: ({ data }) => !isHead(data) && data?.hit.provisional === true,
        dismissed: ({ data }) => !isHead(data) && data?.dismissed === true,
      },
      isFullWidthRow: ({ rowNode }) => isHead(rowNode.data),
      alwaysPassFilter: ({ data }) => isHead(data),
      fullWidthCellRenderer: HeadRow,
      fullWidthCellRendererParams: {
        sum: (name: string) => this.#sums.get(name),
        closed: (name: string) => this.#closed.has(name),
        turn: (name: string) => this.#turn(name),
      },
      postSortRows: ({ nodes }) => this.#arrange(nodes),
      animateRows: false,
      suppressNoRowsOverlay: true,
      suppressDragLeaveHidesColumns: true,
      tooltipShowDelay: 500,
      onRowClicked: ({ data }) => data && !isHead(data) && this.#ears.chosen(data.symbol),
      onCellFocused: ({ rowIndex }) => {
        const data = rowIndex == null ? undefined : this.api.getDisplayedRowAtIndex(rowIndex)?.data;
        if (data && !isHead(data)) this.#ears.chosen(data.symbol);
      },
      onModelUpdated: () => this.#tell(),
      onSortChanged: ({ source }) => {
        if (source !== "uiColumnSorted") return;
        this.order();
        this.#ears.layout(this.api.getColumnState());
      },
      onColumnMoved: ({ finished }) => finished && this.#ears.layout(this.api.getColumnState()),
      onColumnResized: ({ finished, source }) =>
        finished && source === "uiColumnResized" && this.#ears.layout(this.api.getColumnState()),
    };
  }

  #begin(run: string): void {
    this.#run = run;
    this.#began = 0;
    this.#known = new Map();
    this.#reader.begin();
    this.#calm.anew();
    this.api.setGridOption("rowData", []);
  }

  /** Put the sorted rows into the order in which they are shown. */
  #arrange(nodes: IRowNode<Line>[]): void {
    const heads = nodes.filter((each) => isHead(each.data));
    const rows = heads.length ? nodes.filter((each) => !isHead(each.data)) : nodes;
    let lines: readonly IRowNode<Line>[] = this.#calm.arrange(rows, (each) => each.data?.symbol ?? "");
    if (this.#grouped) {
      const sections = arranged([...heads, ...lines], (each) => each.data, this.#closed);
      lines = sections.lines;
      this.#sums = sections.sums;
    }
    nodes.length = 0;
    for (const each of lines) nodes.push(each);
  }

  #turn(name: string): void {
    if (!this.#closed.delete(name)) this.#closed.add(name);
    this.api.refreshClientSideRowModel("sort");
  }

  /** Once for each frame of the screen: what stands where. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    requestAnimationFrame(() => {
      this.#telling = false;
      if (this.api.isDestroyed()) return;
      const symbols: string[] = [];
      this.api.forEachNodeAfterFilterAndSort(({ data }) => {
        if (data && !isHead(data)) symbols.push(data.symbol);
      });
      this.#ears.shown(symbols);
      this.#ears.late(this.#calm.late);
      this.#redrawHeads();
    });
  }

  #redrawHeads(): void {
    if (!this.#grouped) return;
    const heads = this.api.getRenderedNodes().filter((each) => isHead(each.data));
    if (heads.length) this.api.redrawRows({ rowNodes: heads });
  }

  /** The first row that is seen, where rows above it go. */
  #top(remove: readonly Line[]): { symbol: string; index: number } | null {
    if (!remove.length) return null;
    const index = this.api.getFirstDisplayedRowIndex();
    const symbol = this.api.getDisplayedRowAtIndex(index)?.data?.symbol;
    return symbol ? { symbol, index } : null;
  }

  /** What was at the top of the view is there again. */
  #stay(top: { symbol: string; index: number } | null): void {
    const index = top && this.api.getRowNode(top.symbol)?.rowIndex;
    if (!top || index == null || index === top.index) return;
    const view = this.#place.querySelector(".ag-body-viewport");
    if (view && view.scrollTop > 0) view.scrollTop += (index - top.index) * ROW;
  }

  #isArrived(data: Line | undefined): boolean {
    if (!data || isHead(data)) return false;
    return data.hit.at - this.#began > FIRST && performance.now() - data.hit.at < MARKED;
  }

  /** Take the mark off rows that have had it long enough. */
  #fade(): void {
    if (this.#fading !== undefined) return;
    this.#fading = setTimeout(() => {
      this.#fading = undefined;
      const marked = [...this.#place.querySelectorAll(".ag-row.arrived")];
      const old = marked.filter((each) => {
        const id = each.getAttribute("row-id");
        return id != null && !this.#isArrived(this.#known.get(id));
      });
      for (const each of old) each.classList.remove("arrived");
      if (old.length < marked.length) this.#fade();
    }, MARKED / 4);
  }
}
