import { Remembered } from "./remembered.svelte";
import { route } from "./route.svelte";

/** What is looked at: the run and the symbol stand in the address, so that a link shows the same to somebody else. */
class Desk {
  readonly #view = new Remembered<"table" | "wall">("view", "table");
  readonly #sidebar = new Remembered("sidebar", true);
  readonly #chart = new Remembered("chart", true);
  /** The symbols as the results show them now: who moves by keyboard moves along these. */
  shown = $state.raw<readonly string[]>([]);

  get run(): string {
    return route.query.get("run") ?? "";
  }

  set run(id: string) {
    route.set({ run: id, scan: null }, { replace: false });
  }

  get symbol(): string {
    return route.query.get("symbol") ?? "";
  }

  set symbol(symbol: string) {
    route.set({ symbol });
  }

  get view(): "table" | "wall" {
    return this.#view.value;
  }

  set view(view: "table" | "wall") {
    this.#view.value = view;
  }

  get sidebar(): boolean {
    return this.#sidebar.value;
  }

  set sidebar(open: boolean) {
    this.#sidebar.value = open;
  }

  get chart(): boolean {
    return this.#chart.value;
  }

  set chart(open: boolean) {
    this.#chart.value = open;
  }

  /** Go on by so many of the symbols that are shown; from none to the first or the last. */
  move(by: number): void {
    const count = this.shown.length;
    if (!count) return;
    const at = this.shown.indexOf(this.symbol);
    const next = at < 0 ? (by > 0 ? 0 : count - 1) : Math.min(Math.max(at + by, 0), count - 1);
    this.symbol = this.shown[next] ?? "";
  }
}

export const desk = new Desk();
