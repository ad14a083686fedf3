import { count, plural, span } from "$lib/format";
import type { Reason, Receipt } from "$lib/run/run.svelte";

const WHY: Readonly<Record<Reason, string>> = {
  complete: "Complete",
  enough: "Stopped: enough was found",
  budget: "Stopped: the budget was spent",
  cancelled: "Stopped by you",
  failed: "Failed",
};

const MISSES: Readonly<Record<string, string>> = {
  no_bar: "no bar in the frame",
  warm_up: "too little history for the scan",
  missing_value: "a value that the scan needs is missing",
  delisted: "delisted",
  not_named: "not in the universe",
};

/** How a run ended, in a line. */
export function ended(reason: Reason | null, receipt: Receipt): string {
  const judged = `${count(receipt.judged)} of ${count(receipt.universe)} symbols judged`;
  const left = receipt.not_reached ? `, ${count(receipt.not_reached)} not reached` : "";
  return `${WHY[reason ?? "complete"]}: ${plural(receipt.hits, "hit")}, ${judged}${left}, ${span(receipt.seconds)}`;
}

/** Why a symbol was not judged. */
export function missed(reason: string): string {
  return MISSES[reason] ?? reason.replaceAll("_", " ");
}

/** What a run did and did not look at, a sentence each. */
export function sentences(reason: Reason | null, receipt: Receipt): readonly string[] {
  const missing = Object.values(receipt.missed).reduce((all, each) => all + each, 0);
  const outside = Object.entries(receipt.outside ?? {});
  return [
    `${plural(receipt.universe, "symbol")} were asked about: ${count(receipt.judged)} were judged, ${count(missing)} could not be, ${count(receipt.not_reached)} were not reached.`,
    outside.length
      ? `Outside the universe: ${outside.map(([why, many]) => `${count(many)} ${missed(why)}`).join(", ")}.`
      : "",
    receipt.not_reached && reason === "enough"
      ? "Who was not reached may hold further hits: the run stopped when it had enough."
      : "",
    receipt.requests
      ? `${plural(receipt.requests, "request")} were sent, ${count(receipt.cached)} answers came from the cache${receipt.dollars ? `, for ${count(receipt.dollars)} dollars` : ""}.`
      : "No request was sent: all bars were at hand.",
    receipt.worth
      ? `The bars end on ${receipt.worth.to}${receipt.worth.behind ? `, ${plural(receipt.worth.behind, "session")} behind` : ""}, from ${receipt.worth.sources.join(", ") || "nobody"}.`
      : "",
  ].filter(Boolean);
}
