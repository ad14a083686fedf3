import { beforeEach, describe, expect, it, vi } from "vitest";
import { EMPTY } from "$lib/state/draft.svelte";
import { same, saved, titled, type Saved } from "./saved.svelte";

/** A server's shelf of scans, with every version. */
function shelf(): Map<string, Saved[]> {
  const held = new Map<string, Saved[]>();
  const answer = (body: unknown, status = 200) =>
    Promise.resolve(new Response(JSON.stringify(body), { status }));
  vi.stubGlobal("fetch", (path: string, { method, body }: { method: string; body?: string }) => {
    const [, , kind, name = "", rest] = path.split("/");
    const sent = body ? (JSON.parse(body) as { name?: string; scan: Saved["scan"] }) : undefined;
    if (kind === "library")
      return answer({ scans: [{ name: "golden_cross", title: "", scan: { where: "close > 1" } }] });
    if (rest === "versions") return answer({ versions: held.get(name) ?? [] });
    if (method === "DELETE") {
      held.delete(name);
      return Promise.resolve(new Response(null, { status: 204 }));
    }
    if (!sent) return answer({ scans: [...held.values()].map((each) => each.at(-1)) });
    const called = sent.name ?? name;
    const versions = held.get(called) ?? [];
    const made = { name: called, version: versions.length + 1, scan: sent.scan };
    held.set(called, [...versions, made]);
    return answer(made, 201);
  });
  return held;
}

describe("saved scans", () => {
  let held: Map<string, Saved[]>;
  beforeEach(async () => {
    held = shelf();
    await saved.load();
    await saved.save("dips", { where: "close > 5" });
    await saved.save("dips", { where: "close > 6" });
  });

  it("have versions", async () => {
    expect(saved.all.map((each) => [each.name, each.version])).toEqual([["dips", 2]]);
    expect((await saved.versions("dips")).map((each) => each.version)).toEqual([2, 1]);
  });

  it("come back with all versions when they were removed", async () => {
    const versions = await saved.remove("dips");
    expect(saved.all).toEqual([]);
    await saved.restore("dips", versions);
    expect(held.get("dips")?.map((each) => each.scan.where)).toEqual(["close > 5", "close > 6"]);
  });

  it("keep their versions under another name", async () => {
    await saved.rename("dips", "pullbacks");
    expect([...held.keys()]).toEqual(["pullbacks"]);
    expect(held.get("pullbacks")).toHaveLength(2);
  });

  it("know whether what is written was changed", () => {
    const written = { ...EMPTY, name: "dips", where: "close >  6\n" };
    expect(saved.originOf(written)).toMatchObject({ kind: "saved", version: 2, edited: false });
    expect(saved.originOf({ ...written, rank: "volume" })?.edited).toBe(true);
    expect(saved.originOf({ ...written, name: "golden_cross", where: "close > 1" })).toMatchObject({
      kind: "library",
      title: "Golden cross",
      edited: false,
    });
    expect(saved.originOf(EMPTY)).toBeNull();
  });

  it("are the same whatever moment they look at", () => {
    expect(same({ where: "close > 5" }, { ...EMPTY, where: "close > 5", asOf: "2025-01-02" })).toBe(true);
  });

  it("of the library have names that people read", () => expect(titled("gap_and_go")).toBe("Gap and go"));
});
