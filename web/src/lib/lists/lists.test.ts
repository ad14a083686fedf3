import { describe, expect, it } from "vitest";
import { isMark, pasted } from "./lists.svelte";

describe("what somebody pasted", () => {
  it.each([
    ["AAPL, msft;IBM", ["AAPL", "MSFT", "IBM"]],
    ["NASDAQ:AAPL\nNYSE:IBM", ["AAPL", "IBM"]],
    ['"AAPL"\t$TSLA | BRK.B', ["AAPL", "TSLA", "BRK.B"]],
    ["BTC/USDT ^VIX", ["BTC/USDT", "^VIX"]],
    ["AAPL AAPL", ["AAPL"]],
    ["?? -- ,", []],
  ])("%j is %j", (text, symbols) => expect(pasted(text)).toEqual(symbols));
});

it("flags and dismissals are lists with keys of their own", () => {
  expect([isMark("flagged"), isMark("dismissed"), isMark("mine")]).toEqual([true, true, false]);
});
