/** Short words that appear in a corner and go: "Copied 12 symbols". Readers by ear hear them too, politely. */
export interface Word {
  readonly id: number;
  readonly text: string;
  readonly bad: boolean;
  readonly undo?: () => void;
}

const LASTS = 5000;

class Told {
  #words = $state.raw<readonly Word[]>([]);
  #next = 0;
  /** What is only heard: new hits while they arrive. */
  heard = $state("");

  get words(): readonly Word[] {
    return this.#words;
  }

  say(text: string, { bad = false, undo }: { bad?: boolean; undo?: () => void } = {}): void {
    const word: Word = { id: this.#next++, text, bad, ...(undo && { undo }) };
    this.#words = [...this.#words, word];
    setTimeout(() => this.drop(word.id), LASTS);
  }

  drop(id: number): void {
    this.#words = this.#words.filter((each) => each.id !== id);
  }
}

export const told = new Told();
