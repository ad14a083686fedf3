/**
 * The order of a table that is read while it grows. Free, it is the sorted order. Held, whoever was shown stays where
 * they were and whoever comes later stands below, in the order they came, until the person asks for the order anew.
 */
export class Calm {
  #places = new Map<string, number>();
  #held = false;
  #late = new Set<string>();

  /** How many stand below because the order is held. */
  get late(): number {
    return this.#late.size;
  }

  get held(): boolean {
    return this.#held;
  }

  hold(): void {
    this.#held = true;
  }

  /** Let the next `arrange` take the sorted order. */
  free(): void {
    this.#held = false;
  }

  /** Take the sorted order once and hold that: what a person asks for while reading. */
  anew(): void {
    this.#places.clear();
    this.#late.clear();
  }

  /** Those that are sorted, as they are to be shown. */
  arrange<T>(sorted: readonly T[], name: (each: T) => string): T[] {
    if (!this.#held || !this.#places.size) {
      this.#places = new Map(sorted.map((each, at) => [name(each), at]));
      this.#late.clear();
      return [...sorted];
    }
    for (const each of sorted) {
      const symbol = name(each);
      if (this.#places.has(symbol)) continue;
      this.#places.set(symbol, this.#places.size);
      this.#late.add(symbol);
    }
    const placed = new Array<T | undefined>(this.#places.size);
    for (const each of sorted) placed[this.#places.get(name(each)) ?? 0] = each;
    return placed.filter((each) => each !== undefined);
  }
}

const MOVED = 3000;

/** What a person does with a table, and whether they are reading it now. */
export class Reader {
  #acted = false;
  #moved = -Infinity;

  /** They clicked, scrolled or moved by keys: from then on they read. */
  act(): void {
    this.#acted = true;
  }

  /** The pointer moved over the rows: for a moment they may be about to click. */
  move(now: number): void {
    this.#moved = now;
  }

  /** Another run: nothing of it has been read. */
  begin(): void {
    this.#acted = false;
    this.#moved = -Infinity;
  }

  reads(now: number, scrolled: boolean): boolean {
    return this.#acted || scrolled || now - this.#moved < MOVED;
  }
}
