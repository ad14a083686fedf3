/** Whether the server answers. Who notices that it does not says so; then it is asked until it is back. */
const PAUSE = 1500;

class Link {
  #away = $state(false);
  #back = new Set<() => void>();

  get away(): boolean {
    return this.#away;
  }

  /** A call or a stream found nobody. */
  lost(): void {
    this.#away = true;
  }

  /** What to do when the server is back; the answer forgets it. */
  whenBack(does: () => void): () => void {
    this.#back.add(does);
    return () => this.#back.delete(does);
  }

  /** Ask while it is away; an effect that ends with the page. */
  watch(): (() => void) | undefined {
    if (!this.#away) return undefined;
    const timer = setInterval(() => void this.#ask(), PAUSE);
    return () => clearInterval(timer);
  }

  async #ask(): Promise<void> {
    try {
      if (!(await fetch("/healthz")).ok) return;
    } catch {
      return;
    }
    this.#away = false;
    for (const does of this.#back) does();
  }
}

export const link = new Link();
