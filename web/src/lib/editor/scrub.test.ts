import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { afterEach, describe, expect, it } from "vitest";
import type { NumberIn } from "$lib/scan/shapes";
import { scanLanguage } from "./language";
import { numbersOf, scrubbing, step } from "./scrub";

const TEXT = 'close > sma(50) and sector == "G7 3" and rsi(14) < 40 # 9';
const known: NumberIn[] = [
  { start: 12, end: 14, value: 50, kind: "window", of: "sma", low: 1, high: 51, step: 1, term: 0 },
];
let view: EditorView | undefined;

function opened(cursor: number): EditorView {
  view = new EditorView({
    parent: document.body,
    state: EditorState.create({
      doc: TEXT,
      selection: { anchor: cursor },
      extensions: [scanLanguage(() => undefined), scrubbing(() => known)],
    }),
  });
  return view;
}

const press = (editor: EditorView, key: string, shiftKey = false) =>
  editor.contentDOM.dispatchEvent(
    new KeyboardEvent("keydown", { key, altKey: true, shiftKey, bubbles: true }),
  );

afterEach(() => view?.destroy());

describe("numbers in the editor", () => {
  it("are those of the condition, not those of texts and notes", () => {
    const { state } = opened(0);
    expect(numbersOf(state).map(({ from, to }) => state.sliceDoc(from, to))).toEqual(["50", "14", "40"]);
    expect(document.querySelectorAll(".cm-scrub")).toHaveLength(3);
  });

  it("move within what the server says of them", () => {
    const { state } = opened(0);
    expect(step(state, { from: 12, to: 14 }, 1, () => known)?.changes.insert).toBe("51");
    expect(step(state, { from: 12, to: 14 }, 5, () => known)?.changes.insert).toBe("51");
    expect(step(state, { from: 12, to: 14 }, 0, () => known)).toBeNull();
  });

  it("follow Alt with the arrow keys", () => {
    const editor = opened(13);
    press(editor, "ArrowDown");
    press(editor, "ArrowDown", true);
    expect(editor.state.doc.toString()).toContain("sma(39)");
  });

  it("follow the pointer, and a click moves nothing", () => {
    const editor = opened(0);
    const number = document.querySelector(".cm-scrub");
    const mouse = (type: string, clientX: number) =>
      new MouseEvent(type, { clientX, bubbles: true, cancelable: true, button: 0, detail: 1 });
    number?.dispatchEvent(mouse("mousedown", 100));
    dispatchEvent(mouse("mousemove", 89));
    expect(editor.state.doc.toString()).toContain("sma(48)");
    dispatchEvent(mouse("mousemove", 70));
    dispatchEvent(mouse("mouseup", 70));
    dispatchEvent(mouse("mousemove", 20));
    expect(editor.state.doc.toString()).toContain("sma(44)");
  });
});
