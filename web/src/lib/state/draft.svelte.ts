import { route } from "./route.svelte";

/** A column of the results: what it is called, and its expression. */
export interface Column {
  readonly name: string;
  readonly text: string;
}

/** A scan as it is being written, with the way in which it is to be run. Texts, so that half of one can be kept. */
export interface Written {
  readonly name: string;
  readonly where: string;
  readonly rank: string;
  readonly columns: readonly Column[];
  readonly universe: string;
  readonly exclude: string;
  readonly interval: string;
  readonly session: "regular" | "extended";
  readonly adjust: "splits" | "raw" | "total";
  readonly asOf: string;
  readonly order: "smart" | "random" | "listed";
  readonly preset: string;
  readonly hits: string;
  readonly good: string;
  readonly seconds: string;
  readonly requests: string;
}

export const EMPTY: Written = {
  name: "",
  where: "",
  rank: "",
  columns: [],
  universe: "all",
  exclude: "",
  interval: "1d",
  session: "regular",
  adjust: "splits",
  asOf: "",
  order: "smart",
  preset: "",
  hits: "",
  good: "",
  seconds: "",
  requests: "",
};
const FIRST: Written = {
  ...EMPTY,
  where: "close > sma(200) and rsi(14) < 40",
  rank: "-rsi(14)",
  columns: [{ name: "rsi", text: "rsi(14)" }],
};
const KEY = "scanwright.draft";

/** What the server calls a scan. */
export interface ScanBody {
  readonly where: string;
  readonly name?: string;
  readonly rank?: string;
  readonly columns?: Readonly<Record<string, string>>;
  readonly universe?: string;
  readonly exclude?: string;
  readonly interval?: string;
  readonly session?: "regular" | "extended";
  readonly adjust?: "splits" | "raw" | "total";
  readonly define?: Readonly<Record<string, string>>;
  readonly as_of?: string | null;
}

class Draft {
  #written = $state.raw<Written>(start());

  get now(): Written {
    return this.#written;
  }

  /** Change some of it; kept at once, so that a closed page loses nothing. */
  set(part: Partial<Written>): void {
    this.#written = { ...this.#written, ...part };
    localStorage.setItem(KEY, JSON.stringify(this.#written));
  }

  /** Put a scan of the server in its place. */
  take(scan: ScanBody, name = ""): void {
    this.set({ ...EMPTY, ...taken(scan), name });
  }
}

export const draft = new Draft();

/** A scan of the server as one that is being written. */
export function taken(scan: ScanBody): Partial<Written> {
  const { columns = {}, define = {} } = scan;
  return {
    where: expanded(scan.where.trim(), define),
    rank: expanded(scan.rank ?? "", define),
    columns: Object.entries(columns).map(([name, text]) => ({ name, text: expanded(text, define) })),
    universe: scan.universe ?? "all",
    exclude: scan.exclude ?? "",
    interval: scan.interval ?? "1d",
    session: scan.session ?? "regular",
    adjust: scan.adjust ?? "splits",
    asOf: scan.as_of ?? "",
  };
}

/** A text with what the author has defined put in its places, so that all of the scan stands in one field. */
export function expanded(text: string, define: Readonly<Record<string, string>>): string {
  return Object.entries(define)
    .toReversed()
    .reduce(
      (all, [name, meaning]) => all.replace(new RegExp(`\\b${name}\\b`, "g"), () => `(${meaning.trim()})`),
      text,
    );
}

/** The scan for the server. */
export function scanOf(written: Written): ScanBody {
  const columns = written.columns.filter((each) => each.name.trim() && each.text.trim());
  return {
    where: written.where,
    universe: written.universe.trim() || "all",
    interval: written.interval,
    session: written.session,
    adjust: written.adjust,
    ...(written.rank.trim() && { rank: written.rank }),
    ...(written.exclude.trim() && { exclude: written.exclude }),
    ...(written.asOf && { as_of: written.asOf }),
    ...(columns.length > 0 && {
      columns: Object.fromEntries(columns.map((each) => [each.name.trim(), each.text])),
    }),
  };
}

/** The whole body of a run. */
export function runOf(written: Written): Record<string, unknown> {
  const stop: Record<string, unknown> = {};
  for (const rule of ["hits", "seconds", "requests"] as const) {
    const value = Number(written[rule]);
    if (written[rule].trim() && Number.isFinite(value)) stop[rule] = value;
  }
  if (written.good.trim()) stop.good = written.good;
  return {
    scan: scanOf(written),
    order: written.order,
    stop,
    ...(written.preset && { preset: written.preset }),
  };
}

/** The address of a scan that somebody else can open. */
export function addressOf(written: Written): string {
  const words = new URLSearchParams({ scan: JSON.stringify(scanOf(written)) });
  return `/scan?${words.toString()}`;
}

/** What the address says, else what was written here last, else an example. */
function start(): Written {
  const shared = route.query.get("scan");
  if (shared) {
    try {
      return { ...EMPTY, ...taken(JSON.parse(shared) as ScanBody) };
    } catch {
      // A broken link: the draft of before is better than an empty page.
    }
  }
  const kept = localStorage.getItem(KEY);
  try {
    return kept ? { ...EMPTY, ...(JSON.parse(kept) as Partial<Written>) } : FIRST;
  } catch {
    return FIRST;
  }
}
