/** What the server says of a scan that is being written: the shapes of `/v1/check`, `/v1/check/selectivity` and `/v1/play`. */
export interface Term {
  readonly at: number;
  readonly text: string;
  /** Characters of the text as sent; null where the term stands in a definition. */
  readonly start: number | null;
  readonly end: number | null;
}

/** A number of the text that can be moved. */
export interface Scrubbed {
  readonly start: number;
  readonly end: number;
  readonly value: number;
  readonly kind: "window" | "level" | "share";
  readonly of: string;
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly term: number;
}

export interface Fault {
  readonly part: string;
  readonly line?: number;
  readonly column?: number;
  readonly detail: string;
  readonly hint?: string;
  readonly code: string;
  readonly expected?: string;
  readonly found?: string;
}

export interface Checked {
  readonly ok: boolean;
  readonly errors: readonly Fault[];
  readonly canonical?: string;
  readonly words?: readonly string[];
  readonly terms?: readonly Term[];
  readonly numbers?: readonly Scrubbed[];
  readonly plan?: {
    readonly hash: string;
    readonly warmup: number;
    readonly warnings: readonly string[];
  };
}

export interface Share {
  readonly true: number;
  readonly known: number;
  readonly percent: number | null;
}

export interface Selectivity {
  readonly from: string;
  readonly to: string;
  readonly sessions: number;
  readonly symbols: number;
  readonly together: Share;
  readonly per_session: number;
  readonly never: boolean;
  readonly terms: readonly (Share & {
    readonly at: number;
    readonly text: string;
    readonly alone_missing: number;
  })[];
  readonly verdict: string;
  readonly warnings: readonly string[];
}

/** A term that a near miss did not hold, and by how much. */
export interface Gap {
  readonly at: number;
  readonly left: number | null;
  readonly right: number | null;
  readonly distance: number | null;
  readonly distance_percent: number | null;
}

export interface Near {
  readonly symbol: string;
  readonly terms: readonly Gap[];
}

export interface Played {
  readonly frame: string;
  readonly frames: readonly string[];
  readonly hits: readonly string[];
  readonly known: number;
  readonly universe: number;
  readonly per_session: readonly number[];
  readonly terms: readonly {
    readonly at: number;
    readonly text: string;
    readonly off: boolean;
    readonly true_now: number;
    readonly known_now: number;
  }[];
  readonly near: readonly Near[];
  readonly never: boolean;
  readonly seconds: number;
}
