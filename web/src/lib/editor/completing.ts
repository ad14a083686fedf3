import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { FIELDS, JOINING } from "./language";
import { words, type WordOf } from "./words.svelte";

const WHEN_TYPED = /[A-Za-z_]\w*$/;
const IN_TEXT = /(\w+)\s*(?:==|!=|in)\s*\(?\s*"[^"]*$/;

/** Names of the language with signature, meaning and an example; inside quotes the values of the field before. */
export async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  await words.load();
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const quoted = IN_TEXT.exec(before);
  if (quoted) {
    const values = words.fields.find((each) => each.name === quoted[1])?.values ?? [];
    const from = context.pos - (before.length - before.lastIndexOf('"') - 1);
    return values.length
      ? { from, options: values.map((label) => ({ label, type: "text" })), validFor: /[^"]*/ }
      : null;
  }
  const typed = WHEN_TYPED.exec(before);
  if (!typed && !context.explicit) return null;
  return { from: context.pos - (typed?.[0].length ?? 0), options: options(), validFor: /^\w*$/ };
}

export function options(): Completion[] {
  const joining = [...JOINING].filter((each) => each === each.toLowerCase());
  return [
    ...[...FIELDS].map((label) => ({ label, type: "field", boost: 2 })),
    ...joining.map((label) => ({ label, type: "join", boost: 1 })),
    ...words.fields
      .filter((each) => !FIELDS.has(each.name))
      .map((each) => ({ label: each.name, type: "field" })),
    ...words.all.map(option),
  ];
}

/** One word; TA-Lib's long tail stands behind what most people look for. */
function option(word: WordOf): Completion {
  const takes = word.signature.includes("(");
  const template =
    word.example.startsWith(word.name) && !word.example.includes(" ") ? word.example : `${word.name}(`;
  return {
    label: word.name,
    type: word.kind,
    detail: word.signature.slice(word.name.length),
    apply: takes ? template : word.name,
    boost: word.kind === "foreign" ? -20 : 0,
    info: () => card(word),
  };
}

/** What a word is, for the box beside the list and under the pointer. */
export function card(word: WordOf): HTMLElement {
  const box = document.createElement("div");
  box.className = "word-card";
  const [lead = "", ...more] = word.doc.split("\n\n");
  box.append(part("code", word.signature), part("p", lead));
  if (more.length) box.append(part("p", more.join(" "), "more"));
  const facts = [word.unit, word.warmup ? `warm-up ${word.warmup} bars` : "", word.source].filter(Boolean);
  if (facts.length) box.append(part("p", facts.join(" · "), "facts"));
  if (word.example) box.append(part("code", word.example, "example"));
  return box;
}

function part(tag: string, text: string, name = ""): HTMLElement {
  const found = document.createElement(tag);
  found.textContent = text;
  found.className = name;
  return found;
}
