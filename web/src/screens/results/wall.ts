/** Closes as the path of an SVG, from the lowest at the bottom to the highest at the top; closed for an area. */
export function line(values: readonly number[], width: number, height: number, closed = false): string {
  const low = Math.min(...values);
  const reach = Math.max(...values) - low || 1;
  const step = width / Math.max(values.length - 1, 1);
  const points = values.map(
    (each, at) => `${round(at * step)},${round(height - 2 - ((each - low) / reach) * (height - 4))}`,
  );
  const drawn = `M${points.join("L")}`;
  return closed ? `${drawn}L${width},${height}L0,${height}Z` : drawn;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
