import { ask, type Problem, problem } from "$lib/api/client";
import type { Which } from "$lib/scan/which";
import type { ScanBody } from "$lib/state/draft.svelte";
import type { Page, Summary } from "./shapes";

/** Bars ahead that outcomes are counted over. */
export const HORIZONS = [1, 5, 20];
const KEPT = 6;

const answered = new Map<string, Summary>();

/** What a scan would have found, and what came of it. The latest question is the one that counts. */
export class Past {
  summary = $state.raw<Summary | null>(null);
  wrong = $state.raw<Problem | null>(null);
  waiting = $state(false);
  /** What is asked of the server for the table of hits. */
  which = $state.raw<Which | null>(null);
  #asking: AbortController | undefined;

  async show(which: Which): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.wrong = null;
    this.waiting = true;
    try {
      const counted = await counting(which, asking.signal);
      const key = JSON.stringify(counted);
      const found =
        answered.get(key) ??
        (await ask<Summary>("/v1/history/summary", {
          body: { ...counted, horizons: HORIZONS },
          signal: asking.signal,
        }));
      if (asking.signal.aborted) return;
      keep(key, found);
      this.which = counted;
      this.summary = found;
      this.waiting = false;
    } catch (cause) {
      if (asking.signal.aborted) return;
      this.summary = null;
      this.waiting = false;
      this.wrong = problem(cause);
    }
  }

  close(): void {
    this.#asking?.abort();
  }
}

/** A page of the table of all hits. */
export async function hitsOf(which: Which, page: number, size: number, sort: string): Promise<Page> {
  return ask<Page>("/v1/history/hits", { body: { ...which, page, size, ...(sort && { sort }) } });
}

/** All hits as a file. */
export async function hitsFile(which: Which, format: "csv" | "parquet"): Promise<Blob> {
  const answer = await fetch("/v1/history/hits", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...which, format }),
  });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return answer.blob();
}

/** A run is counted as the scan that it ran, over all of the past. */
async function counting(which: Which, signal: AbortSignal): Promise<Which> {
  if ("run" in which) {
    const ran = await ask<{ scan: Record<string, unknown> }>(`/v1/runs/${encodeURIComponent(which.run)}`, {
      signal,
    });
    const known = Object.entries(ran.scan).filter(([name, value]) => value != null && name !== "as_of");
    return { scan: Object.fromEntries(known) as unknown as ScanBody };
  }
  if (!("scan" in which)) return which;
  const known = Object.entries(which.scan).filter(([name]) => name !== "as_of");
  return { scan: Object.fromEntries(known) as ScanBody };
}

function keep(key: string, found: Summary): void {
  answered.delete(key);
  answered.set(key, found);
  const [oldest] = answered.keys();
  if (answered.size > KEPT && oldest != null) answered.delete(oldest);
}
