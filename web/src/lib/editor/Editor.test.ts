import { render, screen } from "@testing-library/svelte";
import { EditorView } from "@codemirror/view";
import { beforeEach, describe, expect, it, vi } from "vitest";
import Editor from "./Editor.svelte";

function shown() {
  const found = EditorView.findFromDOM(screen.getByLabelText("Condition"));
  if (!found) throw new Error("no editor");
  return found;
}

describe("the editor", () => {
  beforeEach(() => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify({ words: [], fields: [] }))));
  });

  it("is the same while its text changes from within and from without", async () => {
    const onchange = vi.fn();
    const { rerender } = render(Editor, { value: "close > 5", label: "Condition", onchange });
    const editor = shown();
    editor.dispatch({ changes: { from: 9, insert: "0" }, selection: { anchor: 3 } });
    expect(onchange).toHaveBeenCalledWith("close > 50");
    await rerender({ value: "close > 50 and volume > 3" });
    expect(shown()).toBe(editor);
    expect(editor.state.doc.toString()).toBe("close > 50 and volume > 3");
    expect(editor.state.selection.main.head).toBe(3);
  });

  it("underlines what is wrong at its place", async () => {
    const { rerender } = render(Editor, { value: "close > foo", label: "Condition", onchange: vi.fn() });
    await rerender({ wrong: [{ line: 1, column: 9, text: "nobody knows foo" }] });
    expect(document.querySelector(".cm-lintRange-error")?.textContent).toBe("foo");
  });
});
