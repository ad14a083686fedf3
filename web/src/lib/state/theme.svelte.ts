import { Remembered } from "./remembered.svelte";

export type Choice = "system" | "light" | "dark";
export type Theme = "light" | "dark";

const asked = matchMedia("(prefers-color-scheme: dark)");

class Look {
  readonly #choice = new Remembered<Choice>("theme", "system");
  #systemDark = $state(asked.matches);

  constructor() {
    asked.addEventListener("change", (event) => (this.#systemDark = event.matches));
  }

  get choice(): Choice {
    return this.#choice.value;
  }

  set choice(choice: Choice) {
    this.#choice.value = choice;
  }

  /** What is seen. Charts that paint by themselves read it, and paint again when it changes. */
  get theme(): Theme {
    if (this.choice !== "system") return this.choice;
    return this.#systemDark ? "dark" : "light";
  }

  turn(): void {
    this.choice = this.theme === "dark" ? "light" : "dark";
  }
}

export const look = new Look();

/** A colour of the present theme, for what paints on a canvas: `colour("up")`. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
