/** A scan named in an address: `draft`, `saved:dips`, `saved:dips@2`, `library:golden_cross`, `run:7f3a`. */
import type { ScanBody } from "$lib/state/draft.svelte";

export type Which =
  | { readonly scan: ScanBody }
  | { readonly saved: string; readonly version?: number }
  | { readonly library: string }
  | { readonly run: string };

/** What the server is asked with; undefined where the words name nothing, or nothing has been written yet. */
export function whichOf(words: string, written: ScanBody): Which | undefined {
  if (words === "draft") return written.where.trim() ? { scan: written } : undefined;
  const [, kind, name] = /^(saved|library|run):(.+)$/s.exec(words) ?? [];
  if (!name) return undefined;
  if (kind === "run") return { run: name };
  if (kind === "library") return { library: name };
  const [, plain, version] = /^(.+)@(\d+)$/s.exec(name) ?? [];
  return plain ? { saved: plain, version: Number(version) } : { saved: name };
}
