/** What the server says of a scan that is being written: `/v1/check`, `/v1/check/selectivity`, `/v1/play`, `/v1/estimate`. */
export interface Term {
  readonly at: number;
  readonly text: string;
  /** Characters of the text as sent; null where the term stands in a definition. */
  readonly start: number | null;
  readonly end: number | null;
}

/** A number of the text that can be moved. */
export interface NumberIn {
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

export interface Wrong {
  readonly part?: string;
  readonly line?: number;
  readonly column?: number;
  readonly detail: string;
  readonly hint?: string;
}

export interface Checked {
  readonly ok: boolean;
  readonly errors: readonly Wrong[];
  readonly canonical?: string;
  readonly words?: readonly string[];
  readonly terms?: readonly Term[];
  readonly numbers?: readonly NumberIn[];
  readonly plan?: { readonly warmup: number; readonly steps: number; readonly warnings: readonly string[] };
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
  readonly terms: readonly (Share & { readonly at: number; readonly alone_missing: number })[];
  readonly verdict: string;
  readonly warnings: readonly string[];
}

/** A term that a near miss did not hold, and by how much. */
export interface Side {
  readonly at: number;
  readonly left: number | string | boolean | null;
  readonly right: number | string | boolean | null;
  readonly distance: number | null;
  readonly distance_percent: number | null;
}

export interface Near {
  readonly symbol: string;
  readonly terms: readonly Side[];
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
    readonly off: boolean;
    readonly true_now: number;
    readonly known_now: number;
  }[];
  readonly near: readonly Near[];
  readonly never: boolean;
}

export interface Estimate {
  readonly frame: string;
  readonly hits: {
    readonly median: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly none: number | null;
  };
  readonly seconds: { readonly median: number; readonly low: number; readonly high: number };
  readonly requests: number;
  readonly warnings: readonly {
    readonly code: string;
    readonly text: string;
    readonly change: string;
    readonly where: string;
  }[];
}
