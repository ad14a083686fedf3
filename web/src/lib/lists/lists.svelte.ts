import { ask, problem } from "$lib/api/client";
import { plural } from "$lib/format";
import { marks } from "$lib/state/marks.svelte";
import { told } from "$lib/state/told.svelte";

export interface Named {
  readonly name: string;
  readonly symbols: number;
}

export interface Entry {
  readonly symbol: string;
  readonly section: string;
  readonly added: string;
  readonly note: string;
}

export interface Watchlist {
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly unknown: readonly string[];
}

interface Changed {
  readonly entries: number;
  readonly added: number;
  readonly removed: number;
  readonly present: number;
}

/** Watch lists, which the server keeps. A list is a universe or an exclusion as `list:NAME`. */
class Lists {
  all = $state.raw<readonly Named[]>([]);
  known = $state(false);
  version = $state(0);

  /** Those that a person made; flags and dismissals are lists too, and have their own keys. */
  get own(): readonly Named[] {
    return this.all.filter((each) => !isMark(each.name));
  }

  async load(): Promise<void> {
    this.all = (await ask<{ lists: readonly Named[] }>("/v1/lists")).lists;
    this.known = true;
    this.version += 1;
  }

  read(name: string): Promise<Watchlist> {
    return ask<Watchlist>(path(name));
  }

  /** Put symbols on a list, which is made where it is not there; says what came of it. */
  async add(name: string, symbols: readonly string[]): Promise<boolean> {
    return this.#change(async () => {
      const found = await ask<Changed>(path(name), { body: { symbols } });
      const there = found.present ? `, ${found.present} were on it` : "";
      told.say(`Put ${plural(found.added, "symbol")} on ${name}${there}`, {
        undo: () => void this.remove(name, symbols),
      });
    });
  }

  async remove(name: string, symbols: readonly string[]): Promise<boolean> {
    const words = new URLSearchParams(symbols.map((each) => ["symbol", each]));
    return this.#change(() => ask(`${path(name)}?${words.toString()}`, { method: "DELETE" }));
  }

  async replace(name: string, symbols: readonly string[]): Promise<boolean> {
    return this.#change(() => ask(path(name), { method: "PUT", body: { symbols } }));
  }

  /** Take the whole list away; what was on it can be put back. */
  async drop(name: string): Promise<boolean> {
    const before = await this.read(name);
    return this.#change(async () => {
      await ask(path(name), { method: "DELETE" });
      const symbols = before.entries.map((each) => each.symbol);
      told.say(`Removed the list ${name}`, { undo: () => void this.replace(name, symbols) });
    });
  }

  async #change(does: () => Promise<unknown>): Promise<boolean> {
    try {
      await does();
      await this.load();
      await marks.load();
      return true;
    } catch (cause) {
      const { detail, hint } = problem(cause);
      told.say(hint ? `${detail} ${hint}` : detail, { bad: true });
      return false;
    }
  }
}

export const lists = new Lists();

export function isMark(name: string): boolean {
  return name === "flagged" || name === "dismissed";
}

function path(name: string): string {
  return `/v1/lists/${encodeURIComponent(name)}`;
}

/** Symbols in a text that somebody pasted: a column, a line with commas, an export with exchanges before a colon. */
export function pasted(text: string): readonly string[] {
  const words = text
    .split(/[\s,;|]+/)
    .map((each) => each.replace(/^["'$]+|["']+$/g, ""))
    .map((each) => each.slice(each.lastIndexOf(":") + 1).toUpperCase())
    .filter((each) => /^[A-Z0-9^][A-Z0-9./^=-]{0,19}$/.test(each));
  return [...new Set(words)];
}
