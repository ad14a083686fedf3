/** Where dots with their intervals stand: one row a group, zero where there is no difference. */
import { scaleLinear } from "d3-scale";
import type { Tick } from "./lines";

export interface Group {
  readonly key: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly counted: number;
  /** What can be said of it: "not enough evidence", "better than the universe". */
  readonly evidence: string;
}

export interface Row extends Group {
  readonly y: number;
  readonly dot: number;
  readonly from: number;
  readonly to: number;
  /** Beyond the edge of the picture. */
  readonly cutLeft: boolean;
  readonly cutRight: boolean;
  readonly kind: "better" | "worse" | "open" | "little";
}

export interface Rows {
  readonly rows: readonly Row[];
  readonly ticks: readonly Tick[];
  readonly zero: number;
  readonly height: number;
}

const TALL = 22;
const LOW_SHARE = 0.1;

export function kindOf(evidence: string): Row["kind"] {
  if (evidence.startsWith("not enough")) return "little";
  if (evidence.startsWith("better")) return "better";
  return evidence.startsWith("worse") ? "worse" : "open";
}

/** What the axis spans: every interval that says something, and zero. What says little may be cut. */
export function span(groups: readonly Group[]): [number, number] {
  const told = groups.filter((each) => kindOf(each.evidence) !== "little");
  const ends = (told.length ? told : groups).flatMap((each) => [each.low, each.high, each.value]);
  const known = [0, ...ends.filter((each): each is number => each != null && Number.isFinite(each))];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const more = (high - low || 1) * LOW_SHARE;
  return [low - more, high + more];
}

export function rowsOf(groups: readonly Group[], left: number, right: number, top = 4): Rows {
  const x = scaleLinear(span(groups), [left, right]);
  const within = (at: number) => Math.min(Math.max(at, left), right);
  const rows = groups.map((each, at): Row => {
    const [from, to] = [x(each.low ?? each.value ?? 0), x(each.high ?? each.value ?? 0)];
    return {
      ...each,
      y: top + at * TALL + TALL / 2,
      dot: within(x(each.value ?? 0)),
      from: within(from),
      to: within(to),
      cutLeft: from < left,
      cutRight: to > right,
      kind: kindOf(each.evidence),
    };
  });
  const height = top + groups.length * TALL;
  const ticks = x
    .ticks(Math.max(Math.floor((right - left) / 70), 2))
    .map((value) => ({ at: x(value), text: signed(value) }));
  return { rows, ticks, zero: x(0), height };
}

function signed(value: number): string {
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value)}%`;
}
