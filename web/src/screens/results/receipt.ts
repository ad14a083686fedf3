import { count, plural, span } from "$lib/format";
import type { Eta, Reason, Receipt } from "$lib/run/run.svelte";

const WHY: Readonly<Record<Reason, string>> = {
  complete: "Complete",
  enough: "Stopped: enough was found",
  budget: "Stopped: the budget was spent",
  cancelled: "Stopped by you",
  failed: "Failed",
};

const MISSES: Readonly<Record<string, string>> = {
  no_bar: "no bar in the frame that was looked at",
  warm_up: "too little history for the scan",
  missing_value: "a value that the scan needs is missing",
  delisted: "delisted before the frame",
  not_named: "not in the universe",
  refused: "the provider refused",
  unavailable: "the provider did not answer",
};

/** How a run ended, in a line. */
export function ended(reason: Reason | null, receipt: Receipt): string {
  const judged = `${count(receipt.judged)} of ${count(receipt.universe)} judged`;
  const rest = receipt.not_reached ? `, ${count(receipt.not_reached)} not reached` : "";
  return `${WHY[reason ?? "complete"]}: ${plural(receipt.hits, "hit")}, ${judged}${rest}, in ${span(receipt.seconds)}`;
}

/** Whether some of the universe were not looked at. */
export function isShort(receipt: Receipt): boolean {
  return receipt.not_reached > 0;
}

/** How long it may still take: the middle, and the span in which four of five end. */
export function left(eta: Eta): string {
  const [low, high] = [span(eta.low), span(eta.high)];
  return low === high ? `${span(eta.seconds)} left` : `${span(eta.seconds)} left (${low} to ${high})`;
}

/** Why a symbol was not judged. */
export function missed(reason: string): string {
  return MISSES[reason] ?? reason.replaceAll("_", " ");
}

/** What a run did and did not look at, a sentence each. */
export function sentences(reason: Reason | null, receipt: Receipt): readonly string[] {
  const missing = Object.values(receipt.missed).reduce((all, each) => all + each, 0);
  return [
    `${plural(receipt.universe, "symbol")} were asked about: ${count(receipt.judged)} were judged, ${count(missing)} could not be, ${count(receipt.not_reached)} were not reached.`,
    outside(receipt),
    notReached(reason, receipt),
    spent(receipt),
    worth(receipt),
  ].filter(Boolean);
}

function outside(receipt: Receipt): string {
  const some = Object.entries(receipt.outside ?? {});
  const parts = some.map(([why, many]) => `${count(many)} ${missed(why)}`);
  return parts.length ? `Not asked about: ${parts.join(", ")}.` : "";
}

function notReached(reason: Reason | null, receipt: Receipt): string {
  if (!receipt.not_reached) return "";
  const why: Partial<Record<Reason, string>> = {
    enough: "the run stopped when it had enough",
    budget: "the budget was spent",
    cancelled: "the run was stopped",
    failed: "the run failed",
  };
  return `Those that were not reached may hold further hits: ${why[reason ?? "failed"] ?? "the run ended"}.`;
}

function spent(receipt: Receipt): string {
  if (!receipt.requests && !receipt.cached) return "No request was sent: all bars were at hand.";
  const money = receipt.dollars ? `, for ${receipt.dollars.toFixed(2)} dollars` : "";
  return `${plural(receipt.requests, "request")} ${receipt.requests === 1 ? "was" : "were"} sent, ${plural(receipt.cached, "answer")} came from the cache${money}.`;
}

function worth(receipt: Receipt): string {
  const { worth: bars } = receipt;
  if (!bars) return "";
  const late = bars.behind ? `, ${plural(bars.behind, "session")} behind today` : "";
  const sources = bars.sources.join(", ");
  return `The bars end on ${bars.to.slice(0, 10)}${late}.${sources ? ` Source: ${sources}.` : ""}`;
}
