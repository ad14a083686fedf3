import { problem, ask } from "$lib/api/client";
import { link } from "./link.svelte";

interface Who {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly market?: string;
}

/** Who uses the page: nobody needs to say so on a server without keys. */
class Session {
  #who = $state.raw<Who | null>(null);
  #needed = $state(false);

  constructor() {
    void this.ask();
    link.whenBack(() => void this.ask());
  }

  get known(): boolean {
    return this.#who != null;
  }

  /** A key has to be given first. */
  get needed(): boolean {
    return this.#needed;
  }

  get market(): string {
    return this.#who?.market ?? "";
  }

  may(scope: "read" | "run" | "admin"): boolean {
    return this.#who?.scopes.includes(scope) ?? false;
  }

  async ask(): Promise<void> {
    try {
      this.#who = await ask<Who>("/v1/session");
      this.#needed = false;
    } catch (cause) {
      const found = problem(cause);
      if (found.status === 401) this.#needed = true;
      else link.lost();
    }
  }

  /** Give a key once; the browser then holds a cookie that no script reads. */
  async enter(key: string): Promise<void> {
    await ask("/v1/session", { body: { key } });
    await this.ask();
  }

  async leave(): Promise<void> {
    await ask("/v1/session", { method: "DELETE" });
    this.#who = null;
    await this.ask();
  }
}

export const session = new Session();
