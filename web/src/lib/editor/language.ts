import { HighlightStyle, StreamLanguage, type StreamParser, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { Tag, tags } from "@lezer/highlight";

export const FIELDS = new Set(
  "open high low close volume hl2 hlc3 ohlc4 dollar_volume sector industry exchange country currency name".split(
    " ",
  ),
);
export const JOINING = new Set(["and", "or", "not", "in", "True", "False"]);
const NUMBER = /^(\d+\.?\d*([eE][-+]?\d+)?|\.\d+)/;
const NAME = /^[A-Za-z_]\w*/;
const OPERATOR = /^([<>]=?|[=!]=|[-+*/%]|\*\*)/;
/** What looks across symbols or over longer bars is read differently from what looks at one symbol. */
const WIDE = new Set(["cross", "resample", "group", "other"]);

/** The kind of a word in the language, or nothing where it is no word of it. */
export type KindOf = (name: string) => string | undefined;

/** The kind of what stands at the place. */
export function parserOf(known: KindOf): StreamParser<null> {
  return {
    name: "scan",
    startState: () => null,
    token(stream) {
      if (stream.eatSpace()) return null;
      if (stream.match(/^#.*/)) return "comment";
      if (stream.match(/^"[^"]*"?|^'[^']*'?/)) return "string";
      if (stream.match(NUMBER)) return "number";
      const name = stream.match(NAME);
      if (name && name !== true) return kindOf(name[0], stream.string, stream.pos, known);
      if (stream.match(OPERATOR)) return "operator";
      stream.next();
      return "punctuation";
    },
    tokenTable: { word: tags.function(tags.variableName), wide },
    languageData: { closeBrackets: { brackets: ["(", "[", '"'] }, commentTokens: { line: "#" } },
  };
}

const wide = Tag.define(tags.variableName);

function kindOf(name: string, line: string, end: number, known: KindOf): string {
  if (JOINING.has(name)) return "keyword";
  const rest = line.slice(end);
  // `n=14` names an argument; what follows a dot is one of a word's values.
  if (/^\s*=(?!=)/.test(rest)) return "propertyName";
  if (line[end - name.length - 1] === ".") return "propertyName";
  const kind = known(name);
  if (kind) return WIDE.has(kind) ? "wide" : "word";
  if (FIELDS.has(name)) return "typeName";
  return /^\s*\(/.test(rest) ? "word" : "variableName";
}

const style = HighlightStyle.define([
  { tag: tags.keyword, class: "t-join" },
  { tag: tags.typeName, class: "t-field" },
  { tag: wide, class: "t-wide" },
  { tag: tags.function(tags.variableName), class: "t-word" },
  { tag: tags.propertyName, class: "t-part" },
  { tag: tags.variableName, class: "t-name" },
  { tag: tags.number, class: "t-number" },
  { tag: tags.string, class: "t-text" },
  { tag: tags.operator, class: "t-sign" },
  { tag: tags.punctuation, class: "t-sign" },
  { tag: tags.comment, class: "t-note" },
]);

export function scanLanguage(known: KindOf): Extension {
  return [StreamLanguage.define(parserOf(known)), syntaxHighlighting(style)];
}
