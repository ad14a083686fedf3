import { syntaxTree } from "@codemirror/language";
import type { EditorState, Extension, Range } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  keymap,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { moved, POINTS, rangeOf } from "$lib/scan/scrubbing";
import type { NumberIn } from "$lib/scan/shapes";

/** What is known of the numbers of the present text. */
export type Numbers = () => readonly NumberIn[];
interface Place {
  readonly from: number;
  readonly to: number;
}

/** The numbers of the text, not those in strings and notes. */
export function numbersOf(state: EditorState): Place[] {
  const found: Place[] = [];
  syntaxTree(state).iterate({
    enter: ({ name, from, to }) => {
      if (name === "number") found.push({ from, to });
    },
  });
  return found;
}

/** The change that moves a number by so many steps; nothing where it is at its end. */
export function step(state: EditorState, place: Place, by: number, numbers: Numbers) {
  const written = state.sliceDoc(place.from, place.to);
  const known = numbers().find((each) => each.start === place.from && each.end === place.to);
  const insert = moved(written, by, rangeOf(written, known));
  if (insert === written) return null;
  return {
    changes: { ...place, insert },
    selection: { anchor: place.from + insert.length },
    userEvent: "scrub",
  };
}

/** A number that is held by the pointer. */
class Held {
  readonly #range;
  readonly #written: string;
  #to: number;
  #moved = false;

  constructor(
    readonly view: EditorView,
    readonly place: Place,
    readonly x: number,
    numbers: Numbers,
  ) {
    this.#written = view.state.sliceDoc(place.from, place.to);
    this.#to = place.to;
    const known = numbers().find((each) => each.start === place.from && each.end === place.to);
    this.#range = rangeOf(this.#written, known);
  }

  readonly move = (event: MouseEvent): void => {
    if (!this.#moved && Math.abs(event.clientX - this.x) < 3) return;
    this.#moved = true;
    const steps = Math.trunc(((event.clientX - this.x) * (event.shiftKey ? 10 : 1)) / POINTS);
    const insert = moved(this.#written, steps, this.#range);
    if (insert === this.view.state.sliceDoc(this.place.from, this.#to)) return;
    this.view.dispatch({ changes: { from: this.place.from, to: this.#to, insert }, userEvent: "scrub" });
    this.#to = this.place.from + insert.length;
  };

  readonly leave = (event: MouseEvent): void => {
    removeEventListener("mousemove", this.move);
    removeEventListener("mouseup", this.leave);
    document.documentElement.classList.remove("scrubbing");
    if (this.#moved) return;
    // A click is a click: the cursor goes where it was.
    const anchor = this.view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? this.place.from;
    this.view.focus();
    this.view.dispatch({ selection: { anchor }, userEvent: "select.pointer" });
  };

  hold(): void {
    addEventListener("mousemove", this.move);
    addEventListener("mouseup", this.leave);
    document.documentElement.classList.add("scrubbing");
  }
}

const mark = Decoration.mark({
  class: "cm-scrub",
  attributes: { title: "Drag it, or Alt with the arrow keys" },
});

function marked(view: EditorView): DecorationSet {
  const ranges: Range<Decoration>[] = numbersOf(view.state).map(({ from, to }) => mark.range(from, to));
  return Decoration.set(ranges);
}

function pressed(view: EditorView, event: MouseEvent, numbers: Numbers): boolean {
  const plain =
    event.button === 0 && event.detail === 1 && !event.shiftKey && !event.altKey && !event.metaKey;
  const number = event.target instanceof Element ? event.target.closest(".cm-scrub") : null;
  if (!plain || !number) return false;
  const at = view.posAtDOM(number);
  const place = numbersOf(view.state).find((each) => each.from <= at && at <= each.to);
  if (!place) return false;
  event.preventDefault();
  new Held(view, place, event.clientX, numbers).hold();
  return true;
}

/** Numbers that can be dragged, and moved by Alt with the arrow keys. */
export function scrubbing(numbers: Numbers): Extension {
  const by = (steps: number) => (view: EditorView) => {
    const { head } = view.state.selection.main;
    const place = numbersOf(view.state).find((each) => each.from <= head && head <= each.to);
    const change = place && step(view.state, place, steps, numbers);
    if (change) view.dispatch(change);
    return place != null;
  };
  const plugin = ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = marked(view);
      }

      update(update: ViewUpdate): void {
        const parsed = syntaxTree(update.startState) !== syntaxTree(update.state);
        if (update.docChanged || parsed) this.decorations = marked(update.view);
      }
    },
    { decorations: (held) => held.decorations },
  );
  return [
    plugin,
    EditorView.domEventHandlers({ mousedown: (event, view) => pressed(view, event, numbers) }),
    keymap.of([
      { key: "Alt-ArrowUp", run: by(1), shift: by(10) },
      { key: "Alt-ArrowDown", run: by(-1), shift: by(-10) },
    ]),
  ];
}
