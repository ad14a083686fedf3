/** A calendar of days as a heat map: one block a year, a column a week, a row a weekday. */
const DAY = 86_400_000;
const LABEL = 34;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
export const LEVELS = 5;

export interface Block {
  readonly year: number;
  readonly x: number;
  readonly y: number;
  readonly months: readonly { readonly x: number; readonly name: string }[];
}

export interface Calendar {
  readonly height: number;
  readonly blocks: readonly Block[];
  /** One path for all days of a level; level 0 are days without any. */
  readonly paths: readonly string[];
  /** The bounds of the levels: a day of level n has at most `bounds[n]`. */
  readonly bounds: readonly number[];
  /** The place in the days of what is at these coordinates; -1 where there is no day. */
  readonly at: (x: number, y: number) => number;
}

/** The highest value of each level: 0 by itself, the others such that each holds as many days. */
export function boundsOf(values: readonly number[]): number[] {
  const some = values.filter((each) => each > 0).toSorted((a, b) => a - b);
  const bounds = [0];
  for (let level = 1; level <= LEVELS; level++) {
    const bound = some[Math.ceil((level / LEVELS) * some.length) - 1] ?? 0;
    if (bound > (bounds.at(-1) ?? 0)) bounds.push(bound);
  }
  return bounds;
}

/** Draw so many days into this width; years side by side where there is room. */
export function calendarOf(days: readonly string[], values: readonly number[], width: number): Calendar {
  const stamps = days.map((each) => Date.parse(`${each.slice(0, 10)}T00:00Z`));
  const rows = stamps.some((each) => weekday(each) > 4) ? 7 : 5;
  const years = [...new Set(stamps.map((each) => new Date(each).getUTCFullYear()))];
  const abreast = years.length > 1 && width > 1000 ? 2 : 1;
  const wide = width / abreast;
  const cell = Math.min(Math.floor(((wide - LABEL - 12) / 54) * 4) / 4, 16);
  const tall = 18 + rows * cell + 10;
  const lines = Math.ceil(years.length / abreast);
  const blocks = years.map((year, at): Block => {
    const [x, y] = [Math.floor(at / lines) * wide + LABEL, (at % lines) * tall + 16];
    const months = MONTHS.map((name, month) => ({ name, x: x + week(Date.UTC(year, month, 1)) * cell }));
    return { year, x, y, months };
  });
  const places = new Map<string, number>();
  const bounds = boundsOf(values);
  const parts = bounds.map((): string[] => []);
  for (const [at, stamp] of stamps.entries()) {
    const block = years.indexOf(new Date(stamp).getUTCFullYear());
    const [column, row] = [week(stamp), weekday(stamp)];
    const { x, y } = blocks[block] ?? { x: 0, y: 0 };
    places.set(`${block} ${column} ${row}`, at);
    const level = bounds.findIndex((bound) => (values[at] ?? 0) <= bound);
    const size = cell - (cell > 7 ? 2 : 1);
    parts[level]?.push(`M${x + column * cell} ${y + row * cell}h${size}v${size}h${-size}z`);
  }
  return {
    height: lines * tall,
    blocks,
    paths: parts.map((each) => each.join("")),
    bounds,
    at: (x, y) => {
      const block = blocks.findLastIndex((each) => x >= each.x && y >= each.y && y < each.y + rows * cell);
      const found = blocks[block];
      if (!found) return -1;
      const [column, row] = [Math.floor((x - found.x) / cell), Math.floor((y - found.y) / cell)];
      return places.get(`${block} ${column} ${row}`) ?? -1;
    },
  };
}

/** Which shade a level has: few levels are as far apart as many. */
export function shade(level: number, levels: number): number {
  return level === 0 ? 0 : Math.round((level / Math.max(levels - 1, 1)) * LEVELS);
}

/** Monday is 0. */
function weekday(stamp: number): number {
  return (new Date(stamp).getUTCDay() + 6) % 7;
}

/** Which column of its year a day stands in; the first of January stands in 0. */
function week(stamp: number): number {
  const first = Date.UTC(new Date(stamp).getUTCFullYear(), 0, 1);
  return Math.floor(((stamp - first) / DAY + weekday(first)) / 7);
}
