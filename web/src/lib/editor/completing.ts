import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippet,
} from "@codemirror/autocomplete";
import { FIELDS, JOINING } from "./language";
import { words, type WordOf } from "./words.svelte";

const NAME = /[A-Za-z_]\w*$/;
const IN_TEXT = /(\w+)\s*(?:==|!=|in)\s*\(?\s*(?:"[^"]*",\s*)*"([^"]*)$/;
const IN_WORD = /([A-Za-z_]\w*)(?:\([^()]*\))?\.(\w*)$/;

/** What can stand at the cursor: values of a category inside quotes, values of a word after a dot, else names. */
export async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  await words.load();
  const line = context.state.doc.lineAt(context.pos);
  return completed(line.text.slice(0, context.pos - line.from), context.pos, context.explicit);
}

/** The same for the text of a line before the cursor. */
export function completed(before: string, place: number, explicit: boolean): CompletionResult | null {
  const [, field = "", value = ""] = IN_TEXT.exec(before) ?? [];
  if (field) return valuesOf(field, place - value.length);
  if (isQuiet(before)) return null;
  const [, word, member = ""] = IN_WORD.exec(before) ?? [];
  return word ? membersOf(word, place - member.length) : namesOf(before, place, explicit);
}

function namesOf(before: string, place: number, explicit: boolean): CompletionResult | null {
  const typed = NAME.exec(before)?.[0] ?? "";
  const inNumber = /\d$/.test(before.slice(0, before.length - typed.length));
  if (inNumber || (!typed && !explicit)) return null;
  return { from: place - typed.length, options: options(), validFor: /^\w*$/ };
}

/** Inside a text or a note nothing is offered. */
function isQuiet(before: string): boolean {
  const plain = before.replace(/"[^"]*"|'[^']*'/g, "");
  return /["'#]/.test(plain);
}

function valuesOf(field: string, from: number): CompletionResult | null {
  const values = words.fields.find((each) => each.name === field)?.values ?? [];
  if (!values.length) return null;
  return { from, options: values.map((label) => ({ label, type: "text" })), validFor: /^[^"]*$/ };
}

function membersOf(name: string, from: number): CompletionResult | null {
  const signature = words.get(name)?.signature ?? "";
  const names = [...signature.matchAll(/ \.(\w+)/g)].map((found) => found[1] ?? "");
  return names.length
    ? { from, options: names.map((label) => ({ label, type: "field" })), validFor: /^\w*$/ }
    : null;
}

export function options(): Completion[] {
  const joining = [...JOINING].filter((each) => each === each.toLowerCase());
  const known = new Set([...FIELDS, ...words.all.map((each) => each.name)]);
  return [
    ...[...FIELDS].map((label) => ({ label, type: "field", boost: 2 })),
    ...joining.map((label) => ({ label, type: "join", boost: 1 })),
    ...words.fields
      .map((each) => each.name)
      .filter((each, at, all) => !known.has(each) && all.indexOf(each) === at)
      .map((label) => ({ label, type: "field" })),
    ...words.all.map(option),
  ];
}

/** One word; TA-Lib's long tail stands behind what most people look for. */
function option(word: WordOf): Completion {
  return {
    label: word.name,
    type: word.kind,
    detail: word.signature.slice(word.name.length),
    apply: word.signature.includes("(") ? snippet(templateOf(word)) : word.name,
    boost: word.kind === "foreign" ? -20 : 0,
    info: () => card(word),
  };
}

/** A call with its usual lengths as places to go through: `rsi(${1:14})`. */
export function templateOf(word: WordOf): string {
  const call = /^\w+\([\w., ]*\)(\.\w+)?$/.test(word.example) && word.example.startsWith(`${word.name}(`);
  if (!call) return `${word.name}(\${})`;
  let place = 0;
  return word.example.replace(/(?<=[(,] ?)[\w.]+(?=[,)])/g, (each) => `\${${++place}:${each}}`);
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
