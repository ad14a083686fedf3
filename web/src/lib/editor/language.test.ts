import { StringStream } from "@codemirror/language";
import { describe, expect, it } from "vitest";
import { parserOf } from "./language";

const kinds = new Map([
  ["sma", "indicator"],
  ["market_cap", "figure"],
  ["rank", "cross"],
]);
const parser = parserOf((name) => kinds.get(name));

/** Each token with its kind, blanks left out. */
function tokens(line: string): string[] {
  const stream = new StringStream(line, 2, 2);
  const found: string[] = [];
  while (!stream.eol()) {
    stream.start = stream.pos;
    const kind = parser.token(stream, null);
    if (kind) found.push(`${line.slice(stream.start, stream.pos)}:${kind}`);
  }
  return found;
}

describe("the scan language", () => {
  it("tells fields, words, numbers and signs apart", () => {
    expect(tokens("close > sma(200) and rank(volume) <= 1.5")).toEqual([
      "close:typeName",
      ">:operator",
      "sma:word",
      "(:punctuation",
      "200:number",
      "):punctuation",
      "and:keyword",
      "rank:wide",
      "(:punctuation",
      "volume:typeName",
      "):punctuation",
      "<=:operator",
      "1.5:number",
    ]);
  });

  it("knows words without brackets, arguments and values by name, and what nobody knows", () => {
    expect(tokens("market_cap foo bar(n=3).up == close")).toEqual([
      "market_cap:word",
      "foo:variableName",
      "bar:word",
      "(:punctuation",
      "n:propertyName",
      "=:punctuation",
      "3:number",
      "):punctuation",
      ".:punctuation",
      "up:propertyName",
      "==:operator",
      "close:typeName",
    ]);
  });

  it("leaves texts and notes whole, also while they are open", () => {
    expect(tokens('sector == "Oil & Gas # 3')).toEqual([
      "sector:typeName",
      "==:operator",
      '"Oil & Gas # 3:string',
    ]);
    expect(tokens("close # > 3")).toEqual(["close:typeName", "# > 3:comment"]);
  });
});
