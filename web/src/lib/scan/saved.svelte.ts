import { ask } from "$lib/api/client";
import { type ScanBody, scanOf, taken, EMPTY, type Written } from "$lib/state/draft.svelte";

export interface Saved {
  readonly name: string;
  readonly version: number;
  readonly saved?: string;
  readonly note?: string;
  readonly scan: ScanBody;
}

export interface Ready {
  readonly name: string;
  readonly title: string;
  readonly interval: string;
  readonly scan: ScanBody;
}

/** Where a scan that is being written comes from. */
export interface Origin {
  readonly kind: "saved" | "library";
  readonly name: string;
  readonly title: string;
  readonly version: number | null;
  /** Whether it was changed since. */
  readonly edited: boolean;
}

const path = (name: string) => `/v1/scans/${encodeURIComponent(name)}`;

/** The scans that were saved, and those that come with it. */
class SavedScans {
  #all = $state.raw<readonly Saved[]>([]);
  #library = $state.raw<readonly Ready[]>([]);

  get all(): readonly Saved[] {
    return this.#all;
  }

  get library(): readonly Ready[] {
    return this.#library;
  }

  async load(): Promise<void> {
    const [own, ready] = await Promise.all([
      ask<{ scans: readonly Saved[] }>("/v1/scans"),
      this.#library.length ? null : ask<{ scans: readonly Ready[] }>("/v1/library"),
    ]);
    this.#all = own.scans;
    if (ready) this.#library = ready.scans;
  }

  /** Every version of one, the latest first. */
  async versions(name: string): Promise<readonly Saved[]> {
    const found = await ask<{ versions: readonly Saved[] }>(`${path(name)}/versions`);
    return found.versions.toSorted((a, b) => b.version - a.version);
  }

  /** Save it; under a name that is known, as the next version. */
  async save(name: string, scan: ScanBody): Promise<Saved> {
    const known = this.#all.some((each) => each.name === name);
    const made = known
      ? await ask<Saved>(path(name), { method: "PUT", body: { scan } })
      : await ask<Saved>("/v1/scans", { body: { name, scan } });
    await this.load();
    return made;
  }

  /** Take one away; the answer is all its versions, for who regrets it. */
  async remove(name: string): Promise<readonly Saved[]> {
    const versions = await this.versions(name);
    await ask(path(name), { method: "DELETE" });
    await this.load();
    return versions;
  }

  /** Put versions under a name, the oldest first. */
  async restore(name: string, versions: readonly Saved[]): Promise<void> {
    const [first, ...later] = versions.toSorted((a, b) => a.version - b.version);
    if (!first) return;
    await ask("/v1/scans", { body: { name, scan: first.scan } });
    for (const each of later) await ask(path(name), { method: "PUT", body: { scan: each.scan } });
    await this.load();
  }

  /** Give one another name, with all its versions. */
  async rename(before: string, after: string): Promise<void> {
    await this.restore(after, await this.versions(before));
    await ask(path(before), { method: "DELETE" });
    await this.load();
  }

  /** Where the scan that is being written comes from; null where it is new. */
  originOf(written: Written): Origin | null {
    const { name } = written;
    const own = this.#all.find((each) => each.name === name);
    if (own)
      return { kind: "saved", name, title: name, version: own.version, edited: !same(own.scan, written) };
    const ready = this.#library.find((each) => each.name === name);
    if (!ready) return null;
    return { kind: "library", name, title: titled(name), version: null, edited: !same(ready.scan, written) };
  }
}

export const saved = new SavedScans();

/** A library name as people read it: `golden_cross` is "Golden cross". */
export function titled(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Whether both mean the same scan; the moment that it looks at is not of it. */
export function same(scan: ScanBody, written: Written): boolean {
  const plain = (each: Written) =>
    JSON.stringify({ ...scanOf({ ...each, asOf: "" }), where: each.where.replace(/\s+/g, " ").trim() });
  return plain({ ...EMPTY, ...taken(scan) }) === plain(written);
}
