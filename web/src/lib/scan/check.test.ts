import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EMPTY } from "$lib/state/draft.svelte";
import { Check } from "./check.svelte";

interface Asked {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** A server that answers what the page asks, and remembers it. */
function server(): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const body = JSON.parse(init.body as string) as Record<string, unknown>;
    asked.push({ path, body });
    const { where } = body.scan as { where: string };
    const terms = where.split(" and ").map((text, at) => ({ at, text, start: null, end: null }));
    const ok = !where.includes("foo");
    const answers: Record<string, object> = {
      "/v1/check": ok
        ? { ok, errors: [], terms, words: [] }
        : { ok, errors: [{ part: "where", detail: "foo" }] },
      "/v1/check/selectivity": { never: false, terms: [] },
      "/v1/play": { hits: ["AAPL"], off: body.off },
      "/v1/estimate": { warnings: [] },
    };
    return Promise.resolve(new Response(JSON.stringify(answers[path])));
  });
  return asked;
}

describe("what the server says of a scan", () => {
  let check: Check;
  let asked: Asked[];
  const paths = () => asked.map((each) => each.path);
  const wait = (time: number) => vi.advanceTimersByTimeAsync(time);

  beforeEach(() => {
    vi.useFakeTimers();
    asked = server();
    check = new Check();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("comes as errors and hits at once, as figures after a pause", async () => {
    check.about({ ...EMPTY, where: "close > 5" });
    await wait(100);
    expect(paths()).toEqual(["/v1/check", "/v1/play"]);
    expect(check.played?.hits).toEqual(["AAPL"]);
    await wait(1000);
    expect(paths()).toEqual(["/v1/check", "/v1/play", "/v1/check/selectivity", "/v1/estimate"]);
    expect(check.counted).toBe(true);
  });

  it("follows a number that moves without a pause", async () => {
    for (let value = 0; value < 20; value += 1) {
      check.about({ ...EMPTY, where: `close > ${value}` });
      await wait(16);
    }
    expect(paths().filter((each) => each === "/v1/play").length).toBeGreaterThanOrEqual(3);
    await wait(100);
    expect(check.where).toBe("close > 19");
  });

  it("plays nothing that is wrong", async () => {
    check.about({ ...EMPTY, where: "foo" });
    await wait(1000);
    expect(paths()).toEqual(["/v1/check"]);
    expect(check.errors[0]?.detail).toBe("foo");
  });

  it("leaves out terms that are switched off", async () => {
    check.about({ ...EMPTY, where: "close > 5 and volume > 9" });
    await wait(100);
    check.toggle(0);
    await wait(10);
    expect(asked.at(-1)).toMatchObject({ path: "/v1/play", body: { off: [0] } });
    expect(check.left).toBe("volume > 9");
    check.about({ ...EMPTY, where: "close > 5" });
    await wait(100);
    expect(check.off).toEqual([]);
  });

  it("looks at another session without looking at the text's moment", async () => {
    check.about({ ...EMPTY, where: "close > 5", asOf: "2025-10-01" });
    await wait(100);
    expect(asked[0]?.body).not.toHaveProperty("scan.as_of");
    expect(asked[1]?.body).toMatchObject({ as_of: "2025-10-01" });
  });
});
