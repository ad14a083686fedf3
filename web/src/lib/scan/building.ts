import type { FieldOf, WordOf } from "$lib/editor/words.svelte";

/** What a term can speak of: a field or an indicator, with what it gives. */
export interface Subject {
  readonly name: string;
  /** As it is written, with its usual lengths: `rsi(14)`. */
  readonly text: string;
  readonly gives: "number" | "yes/no" | "category";
  readonly unit: string;
  readonly doc: string;
  readonly values: readonly string[];
}

export const HOW = {
  ">": "is above",
  "<": "is below",
  ">=": "is at least",
  "<=": "is at most",
  crosses_above: "crosses above",
  crosses_below: "crosses below",
  "==": "is",
  "!=": "is not",
  yes: "is so",
  no: "is not so",
} as const;
export type How = keyof typeof HOW;

const BY_KIND: Readonly<Record<Subject["gives"], readonly How[]>> = {
  number: [">", "<", ">=", "<=", "crosses_above", "crosses_below"],
  "yes/no": ["yes", "no"],
  category: ["==", "!="],
};

const PRICES = ["close", "open", "high", "low", "volume"];
const MEANINGS: Readonly<Record<string, string>> = {
  close: "The last price of the bar.",
  open: "The first price of the bar.",
  high: "The highest price of the bar.",
  low: "The lowest price of the bar.",
  volume: "How much was traded in the bar.",
};

/** Everything that can be picked: prices, what the market knows of a symbol, indicators; TA-Lib's long tail last. */
export function subjects(words: readonly WordOf[], fields: readonly FieldOf[]): Subject[] {
  const blank = { unit: "", doc: "", values: [] };
  const prices: Subject[] = PRICES.map((name) => ({
    ...blank,
    name,
    text: name,
    gives: "number",
    unit: name === "volume" ? "shares" : "price",
    doc: MEANINGS[name] ?? "",
  }));
  const known: Subject[] = fields
    .filter((each) => each.type === "category" && each.values?.length)
    .map((each) => ({
      ...blank,
      name: each.name,
      text: each.name,
      gives: "category",
      values: each.values ?? [],
    }));
  const own = words.filter((each) => each.kind !== "foreign").flatMap(subject);
  const tail = words.filter((each) => each.kind === "foreign").flatMap(subject);
  return once([...prices, ...own, ...known, ...tail]);
}

function subject(word: WordOf): Subject[] {
  const { name, gives, unit, example } = word;
  const text = example.startsWith(name) && /^\w+(\(.*\))?(\.\w+)?$/.test(example) ? example : name;
  if (text === name && word.signature.includes("(")) return [];
  const member = /\.(\w+)$/.exec(text)?.[1];
  const kind =
    member && gives.includes(":") ? (new RegExp(`\\b${member}: ([\\w/]+)`).exec(gives)?.[1] ?? "") : gives;
  if (kind !== "number" && kind !== "yes/no") return [];
  return [{ name, text, gives: kind, unit, doc: word.doc.split("\n\n")[0] ?? "", values: [] }];
}

function once(all: readonly Subject[]): Subject[] {
  return [...new Map(all.map((each) => [each.name, each])).values()];
}

/** Those whose name or meaning has the words, names first. */
export function found(all: readonly Subject[], wanted: string, most = 60): Subject[] {
  const word = wanted.trim().toLowerCase();
  if (!word) return all.slice(0, most);
  const place = (each: Subject) => {
    if (each.name.startsWith(word)) return 0;
    if (each.name.includes(word)) return 1;
    return each.doc.toLowerCase().includes(word) ? 2 : 3;
  };
  return all
    .map((each) => ({ each, at: place(each) }))
    .filter(({ at }) => at < 3)
    .toSorted((a, b) => a.at - b.at)
    .slice(0, most)
    .map(({ each }) => each);
}

export function waysOf(subject: Subject): readonly How[] {
  return BY_KIND[subject.gives];
}

/** What a value is usually compared with. */
export function usual(subject: Subject): string {
  if (subject.gives === "category") return subject.values[0] ?? "";
  if (subject.name === "volume") return "1.5 * sma(volume, 20)";
  if (subject.unit === "price" || subject.unit === "as x")
    return subject.name === "close" ? "sma(50)" : "close";
  const usuals: Readonly<Record<string, string>> = { "0 to 100": "50", "times the usual": "1.5", bars: "5" };
  return usuals[subject.unit] ?? "0";
}

export interface Parts {
  readonly left: string;
  readonly how: How;
  readonly right: string;
  /** True on any of so many bars, the present one included. */
  readonly bars: number;
}

/** The term as text; empty while something is missing. */
export function termOf({ left, how, right, bars }: Parts): string {
  if (!left.trim() || (how !== "yes" && how !== "no" && !right.trim())) return "";
  const one = plainTerm(left.trim(), how, right.trim());
  return bars > 1 ? `within(${one}, ${Math.floor(bars)})` : one;
}

function plainTerm(left: string, how: How, right: string): string {
  switch (how) {
    case "yes":
      return left;
    case "no":
      return `not ${left}`;
    case "==":
    case "!=":
      return `${left} ${how} ${JSON.stringify(right)}`;
    case "crosses_above":
    case "crosses_below":
      return `${how}(${left}, ${right})`;
    default:
      return `${left} ${how} ${right}`;
  }
}
