import { change, price } from "$lib/format";
import type { Field } from "./fields";
import type { Row } from "./rows";
import { points } from "./wall";

/** What a picture is painted with, and what stands above it. */
export interface Sheet {
  readonly title: string;
  readonly note: string;
  readonly colour: (name: string) => string;
  readonly font: string;
}

const SCALE = 2;
const EDGE = 20;
const TOP = 58;
const ROW = 26;
const PAD = 9;
const SYMBOL = 200;

function canvasOf(
  width: number,
  height: number,
  sheet: Sheet,
): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser has no canvas");
  pen.scale(SCALE, SCALE);
  pen.fillStyle = sheet.colour("panel");
  pen.fillRect(0, 0, width, height);
  pen.textBaseline = "middle";
  write(pen, sheet, sheet.title, EDGE, 20, { weight: 600, width: width - 2 * EDGE });
  write(pen, sheet, sheet.note, EDGE, 40, { tint: "faint", size: 11 });
  return [canvas, pen];
}

interface Manner {
  readonly tint?: string;
  readonly size?: number;
  readonly weight?: number;
  readonly right?: boolean;
  readonly width?: number;
}

function write(
  pen: CanvasRenderingContext2D,
  sheet: Sheet,
  text: string,
  x: number,
  y: number,
  how: Manner,
): void {
  pen.font = `${how.weight ?? 400} ${how.size ?? 12}px ${sheet.font}`;
  pen.fillStyle = sheet.colour(how.tint ?? "text");
  pen.textAlign = how.right ? "right" : "left";
  pen.fillText(how.width ? fitted(pen, text, how.width) : text, x, y);
}

/** A text that fits, with an ellipsis where it was longer. */
function fitted(pen: CanvasRenderingContext2D, text: string, width: number): string {
  if (pen.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 1 && pen.measureText(`${text.slice(0, end)}…`).width > width) end -= 1;
  return `${text.slice(0, end)}…`;
}

/** The table as a picture. */
export function paintTable(sheet: Sheet, rows: readonly Row[], fields: readonly Field[]): HTMLCanvasElement {
  const width = Math.max(420, 2 * EDGE + SYMBOL + fields.reduce((all, each) => all + each.width, 0));
  const [canvas, pen] = canvasOf(width, TOP + ROW * (rows.length + 1) + EDGE, sheet);
  const places = fields.map(
    (_, at) => EDGE + SYMBOL + fields.slice(0, at).reduce((all, each) => all + each.width, 0),
  );
  const head = TOP + ROW / 2;
  write(pen, sheet, "Symbol", EDGE, head, { tint: "faint", size: 11, weight: 500 });
  for (const [at, field] of fields.entries())
    cell(pen, sheet, field, places[at] ?? 0, head, field.title, true);
  for (const [at, row] of rows.entries()) {
    const top = TOP + ROW * (at + 1);
    pen.fillStyle = sheet.colour("line");
    pen.fillRect(EDGE, top, width - 2 * EDGE, 1);
    write(pen, sheet, row.symbol, EDGE, top + ROW / 2, { weight: 600 });
    write(pen, sheet, String(row.facts?.name ?? ""), EDGE + 62, top + ROW / 2, {
      tint: "faint",
      size: 11,
      width: SYMBOL - 70,
    });
    for (const [index, field] of fields.entries()) {
      const x = places[index] ?? 0;
      heat(pen, sheet, field, row, x, top);
      cell(pen, sheet, field, x, top + ROW / 2, field.say(field.value(row)), false);
    }
  }
  return canvas;
}

function heat(
  pen: CanvasRenderingContext2D,
  sheet: Sheet,
  field: Field,
  row: Row,
  x: number,
  top: number,
): void {
  const strength = field.heat?.(field.value(row)) ?? 0;
  if (!strength) return;
  pen.globalAlpha = Math.abs(strength) * 0.26 + 0.03;
  pen.fillStyle = sheet.colour(strength > 0 ? "up" : "down");
  pen.fillRect(x, top + 1, field.width, ROW - 1);
  pen.globalAlpha = 1;
}

function cell(
  pen: CanvasRenderingContext2D,
  sheet: Sheet,
  field: Field,
  x: number,
  y: number,
  text: string,
  head: boolean,
): void {
  const right = field.kind === "figure";
  write(pen, sheet, text, right ? x + field.width - PAD : x + PAD, y, {
    right,
    width: field.width - PAD,
    ...(head && { tint: field.own ? "accent" : "faint", size: 11, weight: 500 }),
  });
}

const ACROSS = 5;
const CARD = { width: 210, height: 118, chart: 58 } as const;

/** The wall of small charts as a picture. */
export function paintWall(
  sheet: Sheet,
  rows: readonly Row[],
  closes: (symbol: string) => readonly number[] | undefined,
): HTMLCanvasElement {
  const across = Math.min(ACROSS, Math.max(2, rows.length));
  const down = Math.ceil(rows.length / across);
  const [canvas, pen] = canvasOf(2 * EDGE + across * CARD.width, TOP + down * CARD.height + EDGE, sheet);
  for (const [at, row] of rows.entries()) {
    const x = EDGE + (at % across) * CARD.width;
    const y = TOP + Math.floor(at / across) * CARD.height;
    card(pen, sheet, row, closes(row.symbol) ?? [], x, y);
  }
  return canvas;
}

function card(
  pen: CanvasRenderingContext2D,
  sheet: Sheet,
  row: Row,
  closes: readonly number[],
  x: number,
  y: number,
): void {
  const width = CARD.width - 20;
  const moved = row.facts?.change;
  pen.strokeStyle = sheet.colour("line");
  pen.strokeRect(x + 0.5, y + 0.5, CARD.width, CARD.height);
  write(pen, sheet, row.symbol, x + 10, y + 16, { weight: 600 });
  write(pen, sheet, price(closes.at(-1)), x + 10, y + CARD.height - 14, { size: 11 });
  if (typeof moved === "number")
    write(pen, sheet, change(moved), x + 10 + width, y + 16, {
      right: true,
      size: 11,
      tint: moved < 0 ? "down" : "up",
    });
  if (closes.length < 2) return;
  pen.beginPath();
  for (const [at, [px, py]] of points(closes, width, CARD.chart).entries())
    pen[at ? "lineTo" : "moveTo"](x + 10 + px, y + 30 + py);
  pen.strokeStyle = sheet.colour("series-1");
  pen.lineWidth = 1.3;
  pen.stroke();
  pen.lineWidth = 1;
}
