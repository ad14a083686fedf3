import { untrack } from "svelte";

/** Keys and commands have one definition: what the map (`?`) shows, the palette offers, and the keyboard does. */
export interface Command {
  /** What it does: "Run the scan". */
  readonly title: string;
  /** Where it stands in the palette and the map: "Scan", "Results", "Go to", "View". */
  readonly group: string;
  /** `mod+enter`, `g h`, `?`, `j`; mod is Ctrl, on a Mac the command key. Without keys it is in the palette alone. */
  readonly keys?: string;
  /** Also while a person is typing in a field. */
  readonly typing?: boolean;
  /** Whether the palette leaves it out (moving by a row is no command to pick). */
  readonly quiet?: boolean;
  readonly does: (event?: KeyboardEvent) => void;
}

const AGAIN = 900;
export const isMac = /Mac|iP(hone|ad)/.test(navigator.userAgent);

class Keyboard {
  #commands = $state.raw<readonly Command[]>([]);
  #before = "";
  #at = 0;

  get commands(): readonly Command[] {
    return this.#commands;
  }

  /** Add commands while a screen is open: `$effect(() => keyboard.add([...]))`. The answer takes them away again. */
  add(commands: readonly Command[]): () => void {
    this.#commands = [...untrack(() => this.#commands), ...commands];
    return () => (this.#commands = this.#commands.filter((each) => !commands.includes(each)));
  }

  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || isItsOwn(event)) return;
    const key = named(event);
    const two = event.timeStamp - this.#at < AGAIN ? `${this.#before} ${key}` : key;
    [this.#before, this.#at] = [key, event.timeStamp];
    const typing = isTyping(event.target);
    const fits = (each: Command) => (each.keys === two || each.keys === key) && (!typing || each.typing);
    // The last that was added: a dialog's keys go before those of the screen below it.
    const found =
      this.#commands.findLast((each) => each.keys === two && fits(each)) ?? this.#commands.findLast(fits);
    if (!found) return;
    event.preventDefault();
    this.#before = "";
    found.does(event);
  }
}

export const keyboard = new Keyboard();

function named(event: KeyboardEvent): string {
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const shift = event.shiftKey && key.length > 1;
  return [mod && "mod", event.altKey && "alt", shift && "shift", key].filter(Boolean).join("+");
}

const PRESSES = new Set([" ", "Enter"]);
const MOVES = new Set([
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
  "PageUp",
  "PageDown",
]);

/** Whether the key is what the focused control itself is worked with: a button is pressed, a slider is moved. */
function isItsOwn(event: KeyboardEvent): boolean {
  const { target, key } = event;
  if (!(target instanceof Element) || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (PRESSES.has(key)) return target.closest("button, a, summary, input, [role=button], [role=tab]") != null;
  return MOVES.has(key) && target.closest("input, [role=slider], [role=separator], [role=tab]") != null;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable || target.matches("input:not([type=range],[type=checkbox]), textarea, select")
  );
}

/** Keys as people read them: `mod+enter` is `Ctrl ⏎`. */
export function shown(keys: string): string[] {
  const signs: Record<string, string> = {
    mod: isMac ? "⌘" : "Ctrl",
    shift: "⇧",
    alt: isMac ? "⌥" : "Alt",
    enter: "⏎",
    escape: "Esc",
    space: "Space",
    arrowup: "↑",
    arrowdown: "↓",
    arrowleft: "←",
    arrowright: "→",
  };
  return keys.split(/[+ ]/).map((key) => signs[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}
