type Point = readonly [number, number];

/** Closes as points from left to right, the highest at the top. */
export function points(values: readonly number[], width: number, height: number): readonly Point[] {
  const low = Math.min(...values);
  const reach = Math.max(...values) - low;
  const step = width / Math.max(values.length - 1, 1);
  return values.map((each, at) => [
    round(at * step),
    round(reach ? height - 2 - ((each - low) / reach) * (height - 4) : height / 2),
  ]);
}

/** Closes as the path of an SVG, closed to the ground for an area. */
export function line(values: readonly number[], width: number, height: number, closed = false): string {
  const drawn = `M${points(values, width, height)
    .map((each) => each.join(","))
    .join("L")}`;
  return closed ? `${drawn}L${width},${height}L0,${height}Z` : drawn;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** How many cards stand beside each other. */
export function across(width: number, least: number): number {
  return Math.max(1, Math.floor((width + 1) / (least + 1)));
}
