import { plural } from "$lib/format";
import { desk } from "$lib/state/desk.svelte";
import { told } from "$lib/state/told.svelte";
import { colour } from "$lib/state/theme.svelte";
import { charts } from "./charts.svelte";
import { paintTable, paintWall, type Sheet } from "./painting";
import { results } from "./results.svelte";

export async function copySymbols(): Promise<void> {
  const { shown } = desk;
  await navigator.clipboard.writeText(shown.join(", "));
  told.say(`Copied ${plural(shown.length, "symbol")}`);
}

export async function copyLink(): Promise<void> {
  const words = new URLSearchParams({ run: desk.run, ...(desk.symbol && { symbol: desk.symbol }) });
  await navigator.clipboard.writeText(new URL(`/scan?${words.toString()}`, location.href).href);
  told.say("Copied a link: whoever may read this server sees the same run");
}

const TABLE = 100;
const WALL = 60;

/** Save what is seen as a picture: the first rows of the table, or of the wall. */
export async function savePicture(): Promise<boolean> {
  const { run } = results;
  const known = new Map(results.wanted.map((row) => [row.symbol, row]));
  const rows = desk.shown.map((symbol) => known.get(symbol)).filter((row) => row !== undefined);
  const where = run?.scan?.where;
  const sheet: Sheet = {
    title: typeof where === "string" ? where.replaceAll(/\s+/g, " ").trim() : "",
    note: [run?.receipt?.frame ?? "", plural(rows.length, "hit"), "Scanwright"].filter(Boolean).join(" · "),
    colour,
    font: getComputedStyle(document.body).fontFamily,
  };
  const canvas =
    desk.view === "wall"
      ? paintWall(sheet, rows.slice(0, WALL), (symbol) => charts.get(symbol))
      : paintTable(sheet, rows.slice(0, TABLE), results.chosen);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) return false;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${desk.run}-${desk.view}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  return true;
}
