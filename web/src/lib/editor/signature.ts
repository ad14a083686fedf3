import { completionStatus } from "@codemirror/autocomplete";
import { type EditorState, type Extension, StateField } from "@codemirror/state";
import { showTooltip, type Tooltip } from "@codemirror/view";
import { words, type WordOf } from "./words.svelte";

/** The call in which a place stands. */
export interface Called {
  readonly name: string;
  /** Where its name begins. */
  readonly from: number;
  /** How many commas of its own stand before the place. */
  readonly argument: number;
  /** What the argument at the place begins with. */
  readonly first: string;
}

interface Bracket {
  readonly at: number;
  readonly called: boolean;
  commas: number;
}

/** The innermost call whose brackets are open at the place. */
export function calledAt(text: string, place: number): Called | null {
  const inner = openAt(text, place).findLast((each) => each.called);
  const name = inner && /[A-Za-z_]\w*$/.exec(text.slice(0, inner.at))?.[0];
  if (!name) return null;
  const first = text.slice(inner.at + 1).trimStart();
  return { name, from: inner.at - name.length, argument: inner.commas, first };
}

/** The brackets that are open at a place, the innermost last; what stands in quotes counts as nothing. */
function openAt(text: string, place: number): Bracket[] {
  const plain = text.slice(0, place).replace(/"[^"]*"?|'[^']*'?/g, (quoted) => " ".repeat(quoted.length));
  const open: Bracket[] = [];
  for (const { 0: sign, index: at } of plain.matchAll(/[()[\],]/g)) {
    const inner = open.at(-1);
    if (sign === "(" || sign === "[")
      open.push({ at, commas: 0, called: /\w\($/.test(plain.slice(0, at + 1)) });
    else if (sign !== ",") open.pop();
    else if (inner) inner.commas += 1;
  }
  return open;
}

/** The parts of a signature: `sma(x=close, n)` is `sma(`, `x=close`, `n`, `)`. */
export function partsOf(signature: string): { head: string; takes: readonly string[]; tail: string } {
  const [, head = signature, inside = "", tail = ""] = /^(\w+\()(.*?)(\).*)?$/s.exec(signature) ?? [];
  return { head, takes: inside ? inside.split(/,\s*/) : [], tail };
}

/** Which part is being written: `sma(200)` begins with the length, since what it is taken of has a default. */
export function argumentOf(called: Called, takes: readonly string[]): number {
  const skipped = /^\d/.test(called.first) && /^\w+=[a-z]/.test(takes[0] ?? "") ? 1 : 0;
  return Math.min(called.argument + skipped, takes.length - 1);
}

function tooltips(state: EditorState): readonly Tooltip[] {
  const { main } = state.selection;
  if (!main.empty || completionStatus(state) === "active") return [];
  const called = calledAt(state.doc.toString(), main.head);
  const word = called && words.get(called.name);
  if (!called || !word?.signature.includes("(")) return [];
  return [
    {
      pos: called.from,
      above: true,
      strictSide: false,
      arrow: false,
      create: () => ({ dom: hint(word, called) }),
    },
  ];
}

function hint(word: WordOf, called: Called): HTMLElement {
  const { head, takes, tail } = partsOf(word.signature);
  const now = argumentOf(called, takes);
  const box = document.createElement("div");
  box.className = "call-hint";
  const code = document.createElement("code");
  code.append(head);
  for (const [at, part] of takes.entries()) {
    const piece = document.createElement(at === now ? "b" : "span");
    piece.textContent = part;
    code.append(at ? ", " : "", piece);
  }
  code.append(tail);
  const meaning = document.createElement("span");
  meaning.textContent = word.doc.split("\n\n")[0] ?? "";
  box.append(code, meaning);
  return box;
}

/** Shows, inside a call, what the word takes and which part is being written. */
export function signatureHelp(): Extension {
  return StateField.define<readonly Tooltip[]>({
    create: () => [],
    update: (before, transaction) => {
      const changed =
        transaction.docChanged || transaction.selection != null || transaction.effects.length > 0;
      // It comes with the person's own strokes and moves, not with a text that was put in.
      if (!changed) return before;
      return transaction.isUserEvent("input") ||
        transaction.isUserEvent("delete") ||
        transaction.isUserEvent("select")
        ? tooltips(transaction.state)
        : transaction.docChanged
          ? []
          : before.length
            ? tooltips(transaction.state)
            : before;
    },
    provide: (field) => showTooltip.computeN([field], (state) => state.field(field)),
  });
}
