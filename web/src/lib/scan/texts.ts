import type { NumberIn, Term } from "./shapes";

/** A term's text as the person wrote it, with brackets that the server's span leaves open closed again. */
export function spanOf(text: string, term: Term): { from: number; to: number } | null {
  if (term.start == null || term.end == null) return null;
  let to = term.end;
  let open = depth(text.slice(term.start, to));
  while (open > 0 && to < text.length) {
    const sign = text[to];
    if (sign === ")") open -= 1;
    else if (sign?.trim()) break;
    to += 1;
  }
  return { from: term.start, to };
}

function depth(text: string): number {
  let open = 0;
  for (const sign of text) open += sign === "(" ? 1 : sign === ")" ? -1 : 0;
  return open;
}

/** A piece of a term's text: plain, or a number that can be moved. */
export interface Piece {
  readonly text: string;
  readonly number?: NumberIn;
}

/** A term cut into plain text and numbers. */
export function piecesOf(text: string, term: Term, numbers: readonly NumberIn[]): Piece[] {
  const span = spanOf(text, term);
  if (!span) return [{ text: term.text }];
  const within = numbers
    .filter((each) => each.start >= span.from && each.end <= span.to)
    .toSorted((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  let at = span.from;
  for (const number of within) {
    if (number.start > at) pieces.push({ text: oneLine(text.slice(at, number.start)) });
    pieces.push({ text: text.slice(number.start, number.end), number });
    at = number.end;
  }
  if (at < span.to) pieces.push({ text: oneLine(text.slice(at, span.to)) });
  return pieces;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

/** The scan's condition without the terms that are switched off; null where none is left. */
export function without(terms: readonly Term[], off: readonly number[]): string | null {
  const left = terms.filter((each) => !off.includes(each.at));
  if (!left.length) return null;
  const joined = left.map((each) =>
    left.length > 1 && /\bor\b/.test(outside(each.text)) ? `(${each.text})` : each.text,
  );
  return joined.join(" and ");
}

/** A text without what stands in quotes. */
function outside(text: string): string {
  return text.replace(/"[^"]*"|'[^']*'/g, "");
}

/** The text with one more term. */
export function joined(where: string, term: string): string {
  const before = where.trim();
  if (!before) return term;
  const whole = /\bor\b/.test(topLevel(before)) ? `(${before})` : before;
  return before.includes("\n") ? `${whole}\nand ${term}` : `${whole} and ${term}`;
}

/** What of a text stands outside all brackets and quotes. */
function topLevel(text: string): string {
  let open = 0;
  let found = "";
  for (const sign of outside(text)) {
    if (sign === "(" || sign === "[") open += 1;
    if (open === 0) found += sign;
    if (sign === ")" || sign === "]") open -= 1;
  }
  return found;
}
