import { span } from "$lib/format";
import type { Listed } from "$lib/run/runs.svelte";

const ENDS: Readonly<Record<string, string>> = {
  complete: "Complete",
  enough: "Enough found",
  budget: "Budget spent",
  cancelled: "Stopped",
  failed: "Failed",
};

export type Tone = "good" | "going" | "short" | "bad";

/** How a run stands, in two words, and how that is to be taken. */
export function standing(run: Listed): { readonly text: string; readonly tone: Tone } {
  if (run.status === "running") return { text: "Running", tone: "going" };
  if (run.status === "interrupted") return { text: "Interrupted", tone: "bad" };
  const text = ENDS[run.reason ?? "complete"] ?? run.reason ?? "";
  return { text, tone: run.reason === "complete" ? "good" : run.reason === "failed" ? "bad" : "short" };
}

export type Kind = "" | "running" | "interrupted" | "complete" | "stopped" | "failed";

export const KINDS: readonly (readonly [Kind, string])[] = [
  ["", "All runs"],
  ["running", "Running"],
  ["complete", "Complete"],
  ["stopped", "Stopped early"],
  ["interrupted", "Interrupted"],
  ["failed", "Failed"],
];

function kindOf(run: Listed): Kind {
  if (run.status !== "finished") return run.status;
  if (run.reason === "complete" || run.reason === "failed") return run.reason;
  return "stopped";
}

/** Whether a run is of a kind, and its scan has these words. */
export function isWanted(run: Listed, kind: Kind, search: string): boolean {
  if (kind && kindOf(run) !== kind) return false;
  const { name = "", where, universe = "" } = run.scan;
  const text = `${run.id} ${name ?? ""} ${where} ${universe}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** How long a run took, or has been going. */
export function took(run: Listed, now: number): string {
  const began = Date.parse(run.started);
  if (run.receipt) return span(run.receipt.seconds);
  const end = run.ended ? Date.parse(run.ended) : now;
  return span(Math.max(0, end - began) / 1000);
}

/** When it began: the time alone where that was today. */
export function when(stamp: string, now: Date): string {
  const began = new Date(stamp);
  const time = began.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (began.toDateString() === now.toDateString()) return time;
  const year = began.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return `${began.toLocaleDateString([], { month: "short", day: "numeric", ...year })}, ${time}`;
}

/** The address at which two runs are compared. */
export function comparison(first: string, second: string): string {
  return `/compare?${new URLSearchParams({ first: `run:${first}`, second: `run:${second}` }).toString()}`;
}
