import type { NumberIn } from "./shapes";

/** How a number may be moved. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

const NUMBER = /(?<![\w.])\d+(?:\.\d+)?(?![\w.])/g;
/** So many points of the pointer are one step. */
export const POINTS = 5;

/** Where the numbers of a text stand. */
export function numbersIn(text: string): { from: number; to: number }[] {
  return [...text.matchAll(NUMBER)].map((found) => ({
    from: found.index,
    to: found.index + found[0].length,
  }));
}

/** How a number moves: as the server says for it, else by its own size and places. */
export function rangeOf(written: string, known?: NumberIn): Range {
  const value = Number(written);
  const places = written.split(".")[1]?.length ?? 0;
  if (known?.kind === "window") return { low: known.low, high: known.high, step: 1 };
  if (known) {
    const step = rounded(known.step, value, places);
    return { low: Math.min(known.low, value), high: Math.max(known.high, value), step };
  }
  const step = places ? 10 ** -places : roundStep(Math.abs(value) / 50);
  return { low: 0, high: Math.max(Math.abs(value) * 4, step * 100), step: places ? step : Math.max(1, step) };
}

/** Steps that people count in: 1, 2, 5 and their tens; a whole number of some size moves by whole steps. */
function rounded(step: number, value: number, places: number): number {
  const round = roundStep(step);
  return places === 0 && Math.abs(value) >= 5 ? Math.max(1, round) : round;
}

function roundStep(step: number): number {
  const ten = 10 ** Math.floor(Math.log10(Math.max(step, 1e-9)));
  const ratio = step / ten;
  return Number(((ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10) * ten).toPrecision(1));
}

/** The number so many steps on, as it is written: on the grid of its steps, within its range. */
export function moved(written: string, steps: number, range: Range): string {
  const { low, high, step } = range;
  const next = Math.round(Number(written) / step + steps) * step;
  return plain(Math.min(Math.max(next, low), high), step, written);
}

/** A value on the grid of the steps, as it is written. */
export function plain(value: number, step: number, like = ""): string {
  const grid = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const kept = Math.max(grid, like.split(".")[1]?.length ?? 0);
  return Number(value.toFixed(kept)).toFixed(
    Number.isInteger(Number(value.toFixed(kept))) && grid === 0 ? 0 : grid,
  );
}

/** The text with the characters from one place to another written anew. */
export function replaced(text: string, from: number, to: number, written: string): string {
  return text.slice(0, from) + written + text.slice(to);
}

/** How many steps a key moves a number; null for keys that do not. */
export function stepsOf(key: string, shift: boolean): number | null {
  const times = shift ? 10 : 1;
  switch (key) {
    case "ArrowUp":
    case "ArrowRight":
      return times;
    case "ArrowDown":
    case "ArrowLeft":
      return -times;
    case "PageUp":
      return 10;
    case "PageDown":
      return -10;
    default:
      return null;
  }
}
