import { describe, expect, it, vi } from "vitest";
import { Latest } from "./latest";

function desk(patience = 250) {
  const under: { question: number; answer: (text: string) => void; signal: AbortSignal }[] = [];
  const taken: string[] = [];
  const refused = vi.fn();
  const latest = new Latest<number, string>(
    (question, signal) =>
      new Promise((answer, refuse) => {
        signal.addEventListener("abort", () => refuse(new DOMException("", "AbortError")));
        under.push({ question, answer, signal });
      }),
    (answer) => taken.push(answer),
    refused,
    patience,
  );
  return { latest, under, taken, refused };
}

const turn = () => new Promise((done) => setTimeout(done));

describe("the latest answer", () => {
  it("is asked for once at a time, the newest question next", async () => {
    const { latest, under, taken } = desk();
    for (const question of [1, 2, 3]) latest.ask(question);
    expect(under.map((each) => each.question)).toEqual([1]);
    under[0]?.answer("one");
    await turn();
    expect(under.map((each) => each.question)).toEqual([1, 3]);
    under[1]?.answer("three");
    await turn();
    expect(taken).toEqual(["one", "three"]);
    expect(latest.busy).toBe(false);
  });

  it("ends a slow call while somebody waits", async () => {
    vi.useFakeTimers();
    const { latest, under, refused } = desk(100);
    latest.ask(1);
    latest.ask(2);
    await vi.advanceTimersByTimeAsync(200);
    expect(under.map((each) => [each.question, each.signal.aborted])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(refused).not.toHaveBeenCalled();
    vi.useRealTimers();
  });

  it("lets a slow call go on while nobody waits", async () => {
    vi.useFakeTimers();
    const { latest, under, taken } = desk(100);
    latest.ask(1);
    await vi.advanceTimersByTimeAsync(1000);
    under[0]?.answer("late");
    await vi.advanceTimersByTimeAsync(0);
    expect(taken).toEqual(["late"]);
    vi.useRealTimers();
  });

  it("forgets", async () => {
    const { latest, under, taken, refused } = desk();
    latest.ask(1);
    latest.drop();
    under[0]?.answer("one");
    await turn();
    expect(taken).toEqual([]);
    expect(refused).not.toHaveBeenCalled();
  });
});
