import createClient from "openapi-fetch";
import type { paths } from "./schema";

/** What the server says when it refuses: RFC 9457, with what to do about it. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly hint?: string;
  readonly line?: number;
  readonly column?: number;
}

/** The one that every call of the page goes through; shapes come from the server's own description. */
export const api = createClient<paths>({ baseUrl: location.origin });

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** What was answered, or `Refused` with the server's words. */
export async function taken<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Refused(away);
  }
  if (answer.error === undefined && answer.response.ok) return answer.data as T;
  throw new Refused(problemOf(answer.error, answer.response));
}

/** Calls that the description has no shape for: `ask("/v1/play", { body })`. */
export async function ask<T>(
  path: string,
  asked: { method?: string; body?: unknown; signal?: AbortSignal } = {},
): Promise<T> {
  const { method = asked.body === undefined ? "GET" : "POST", body, signal } = asked;
  const init: RequestInit = { method, ...(signal && { signal }) };
  if (body !== undefined)
    Object.assign(init, { body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  return taken<T>(
    fetch(path, init).then(async (response) => {
      const text = await response.text();
      const data: unknown = text ? JSON.parse(text) : undefined;
      return response.ok ? { data: data as T, response } : { error: data, response };
    }),
  );
}

const away: Problem = {
  status: 0,
  code: "away",
  title: "The server does not answer",
  detail: "Scanwright's server does not answer.",
  hint: "Start it again with `scanwright serve`; the page goes on by itself when it is back.",
};

function problemOf(error: unknown, response: Response): Problem {
  const found = typeof error === "object" && error !== null ? (error as Partial<Problem>) : {};
  return {
    code: `http-${response.status}`,
    title: response.statusText,
    detail: `The server answered ${response.status}.`,
    ...found,
    status: response.status,
  };
}

/** The problem behind anything that was thrown. */
export function problem(cause: unknown): Problem {
  if (cause instanceof Refused) return cause.problem;
  return {
    status: 0,
    code: "page",
    title: "The page failed",
    detail: cause instanceof Error ? cause.message : String(cause),
  };
}
