import { type StreamParser, StreamLanguage, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";

export const FIELDS = new Set([
  "open",
  "high",
  "low",
  "close",
  "volume",
  "hl2",
  "hlc3",
  "ohlc4",
  "dollar_volume",
  "sector",
  "industry",
  "exchange",
  "country",
  "currency",
  "name",
]);
export const JOINING = new Set(["and", "or", "not", "in", "True", "False"]);
const NUMBER = /^(\d+\.?\d*([eE][-+]?\d+)?|\.\d+)/;
const NAME = /^[A-Za-z_]\w*/;
const OPERATOR = /^([<>]=?|[=!]=|[-+*/%]|\*\*)/;

/** The kind of what stands at the place; a name before a bracket is a function. */
export const parser: StreamParser<null> = {
  name: "scan",
  startState: () => null,
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^"[^"]*"?|^'[^']*'?/)) return "string";
    if (stream.match(NUMBER)) return "number";
    const name = stream.match(NAME);
    if (name && name !== true) return kindOf(name[0], stream.string.slice(stream.pos));
    if (stream.match(OPERATOR)) return "operator";
    stream.next();
    return "punctuation";
  },
  languageData: { closeBrackets: { brackets: ["(", "[", '"'] }, commentTokens: { line: "#" } },
};

export function kindOf(name: string, rest: string): string {
  if (JOINING.has(name)) return "keyword";
  if (/^\s*[([]/.test(rest) && !FIELDS.has(name)) return "function";
  return FIELDS.has(name) ? "typeName" : "variableName";
}

const style = HighlightStyle.define([
  { tag: tags.keyword, class: "t-join" },
  { tag: tags.typeName, class: "t-field" },
  { tag: tags.function(tags.variableName), class: "t-word" },
  { tag: tags.variableName, class: "t-name" },
  { tag: tags.number, class: "t-number" },
  { tag: tags.string, class: "t-text" },
  { tag: tags.operator, class: "t-sign" },
  { tag: tags.punctuation, class: "t-sign" },
  { tag: tags.comment, class: "t-note" },
]);

const language = StreamLanguage.define({
  ...parser,
  tokenTable: { function: tags.function(tags.variableName) },
});

export function scanLanguage(): Extension {
  return [language, syntaxHighlighting(style)];
}
