import { ask } from "$lib/api/client";
import type { ScanBody } from "$lib/state/draft.svelte";

export interface Saved {
  readonly name: string;
  readonly version: number;
  readonly saved?: string;
  readonly scan: ScanBody;
}

export interface Ready {
  readonly name: string;
  readonly title: string;
  readonly interval: string;
  readonly scan: ScanBody;
}

/** The scans that were saved, and those that come with it. */
class SavedScans {
  all = $state.raw<readonly Saved[]>([]);
  library = $state.raw<readonly Ready[]>([]);

  async load(): Promise<void> {
    const [own, ready] = await Promise.all([
      ask<{ scans: readonly Saved[] }>("/v1/scans"),
      this.library.length ? null : ask<{ scans: readonly Ready[] }>("/v1/library"),
    ]);
    this.all = own.scans;
    if (ready) this.library = ready.scans;
  }

  async remove(name: string): Promise<void> {
    await ask(`/v1/scans/${encodeURIComponent(name)}`, { method: "DELETE" });
    await this.load();
  }

  async put(name: string, scan: ScanBody): Promise<void> {
    await ask("/v1/scans", { body: { name, scan } });
    await this.load();
  }
}

export const saved = new SavedScans();
