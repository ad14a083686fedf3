import { ask } from "$lib/api/client";

/** A word of the language, as `/v1/language` describes it. */
export interface WordOf {
  readonly name: string;
  readonly signature: string;
  readonly kind: string;
  readonly gives: string;
  readonly unit: string;
  readonly doc: string;
  readonly example: string;
  readonly warmup: number;
  readonly source: string;
}

/** A field of the market: `sector`, with the values that it has. */
export interface FieldOf {
  readonly name: string;
  readonly type?: string;
  readonly values?: readonly string[];
}

interface Language {
  readonly words: readonly WordOf[];
  readonly fields?: readonly FieldOf[];
}

/** The language, asked for once. */
class Words {
  all = $state.raw<readonly WordOf[]>([]);
  fields = $state.raw<readonly FieldOf[]>([]);
  #byName = new Map<string, WordOf>();
  #asked: Promise<void> | undefined;

  load(): Promise<void> {
    this.#asked ??= ask<Language>("/v1/language").then(
      (found) => {
        this.all = found.words;
        this.fields = found.fields ?? [];
        this.#byName = new Map(found.words.map((each) => [each.name, each]));
      },
      () => {
        this.#asked = undefined;
      },
    );
    return this.#asked;
  }

  get(name: string): WordOf | undefined {
    return this.#byName.get(name);
  }
}

export const words = new Words();
