import {
  CandlestickSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  CrosshairMode,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineStyle,
  PriceScaleMode,
  type SeriesMarker,
  type Time,
} from "lightweight-charts";
import { colour, look, type Theme } from "$lib/state/theme.svelte";
import { panesOf, points, stretches } from "./layout";
import { Shading } from "./shading";
import type { Series, Story } from "./story.svelte";

const LINES = ["series-1", "series-2", "series-3", "series-4", "series-5"] as const;
const CANDLES = 3;
const SHOWN = 140;
const SHAPES: Readonly<Record<string, string>> = { split: "S", dividend: "D", earnings: "E" };

interface Line {
  readonly of: Series;
  readonly series: ISeriesApi<"Line">;
  readonly levels: IPriceLine[];
}

/**
 * One chart that shows one symbol after another: candles with volume, what the scan names of it in its place, where
 * the condition was true. The same objects are used again, so a further symbol is new data and nothing else.
 */
export class SymbolChart {
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #volume: ISeriesApi<"Histogram">;
  readonly #marks: ISeriesMarkersPluginApi<Time>;
  readonly #shading: Shading;
  #lines: Line[] = [];
  #names = "";
  #story: Story | null = null;
  #theme: Theme = look.theme;

  constructor(place: HTMLElement, onmove: (at: number | null) => void) {
    this.#chart = createChart(place, { autoSize: true, layout: { attributionLogo: false } });
    this.#candles = this.#chart.addSeries(CandlestickSeries, { priceLineVisible: false });
    this.#volume = this.#chart.addSeries(HistogramSeries, {
      priceScaleId: "volume",
      priceFormat: { type: "volume" },
      priceLineVisible: false,
      lastValueVisible: false,
    });
    this.#chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.#candles.priceScale().applyOptions({ scaleMargins: { top: 0.06, bottom: 0.2 } });
    this.#marks = createSeriesMarkers(this.#candles, []);
    this.#shading = new Shading(() => colour("hover"));
    this.#candles.attachPrimitive(this.#shading);
    this.#chart.subscribeCrosshairMove((move) =>
      onmove(move.logical == null || !move.time ? null : move.logical),
    );
    this.#paint();
  }

  /** The page has turned light or dark. */
  turn(theme: Theme): void {
    if (theme !== this.#theme) this.#paint();
    this.#theme = theme;
  }

  #paint(): void {
    const line = colour("line");
    this.#chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: colour("panel") },
        textColor: colour("faint"),
        fontFamily: colour("sans"),
        fontSize: 11,
        panes: { separatorColor: line, separatorHoverColor: colour("hover") },
      },
      grid: {
        vertLines: { color: line, style: LineStyle.Dotted },
        horzLines: { color: line, style: LineStyle.Dotted },
      },
      crosshair: {
        mode: CrosshairMode.Normal,
        vertLine: { color: colour("line-strong"), labelBackgroundColor: colour("line-strong") },
        horzLine: { color: colour("line-strong"), labelBackgroundColor: colour("line-strong") },
      },
      rightPriceScale: { borderColor: line },
      timeScale: { borderColor: line, rightOffset: 4, minBarSpacing: 1 },
    });
    const [up, down] = [colour("up"), colour("down")];
    this.#candles.applyOptions({
      upColor: up,
      downColor: down,
      wickUpColor: up,
      wickDownColor: down,
      borderVisible: false,
    });
    this.#lines.forEach((each, at) =>
      each.series.applyOptions({ color: colour(LINES[at % LINES.length] ?? "series-1") }),
    );
    if (this.#story) this.#data(this.#story);
  }

  /** The logarithm of prices, or prices. */
  scale(isLog: boolean): void {
    this.#candles
      .priceScale()
      .applyOptions({ mode: isLog ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal });
  }

  show(story: Story): void {
    const first = this.#story == null || this.#story.interval !== story.interval;
    this.#story = story;
    this.#made(story.series);
    this.#data(story);
    this.#chart.applyOptions({
      timeScale: { timeVisible: typeof story.bars.time[0] === "number", secondsVisible: false },
    });
    const count = story.bars.time.length;
    const now = this.#chart.timeScale().getVisibleLogicalRange();
    const width = first || !now ? SHOWN : now.to - now.from;
    this.#chart.timeScale().setVisibleLogicalRange({ from: Math.max(count - width + 4, -2), to: count + 3 });
  }

  close(): void {
    this.#chart.remove();
  }

  /** The whole chart as a picture. */
  picture(): HTMLCanvasElement {
    return this.#chart.takeScreenshot(true);
  }

  /** The series that a scan names; made anew only where another scan is shown. */
  #made(series: readonly Series[]): void {
    const names = series.map((each) => `${each.name}@${each.pane}`).join("|");
    if (names === this.#names) return;
    this.#names = names;
    for (const each of this.#lines) this.#chart.removeSeries(each.series);
    while (this.#chart.panes().length > 1) this.#chart.removePane(this.#chart.panes().length - 1);
    const panes = panesOf(series);
    this.#lines = series.map((of, at) => this.#line(of, at, panes.indexOf(of.pane) + 1));
    this.#chart.panes().forEach((pane, at) => pane.setStretchFactor(at === 0 ? CANDLES : 1));
  }

  #line(of: Series, at: number, pane: number): Line {
    const own = of.pane === "volume" ? { priceScaleId: "volume" } : {};
    const look = {
      color: colour(LINES[at % LINES.length] ?? "series-1"),
      lineWidth: 1 as const,
      priceLineVisible: false,
      lastValueVisible: pane > 0,
      crosshairMarkerRadius: 3,
      ...own,
    };
    const series = this.#chart.addSeries(LineSeries, look, pane);
    const levels = (of.levels ?? []).map((price) =>
      series.createPriceLine({
        price,
        color: colour("line-strong"),
        lineWidth: 1,
        lineStyle: LineStyle.Dashed,
        axisLabelVisible: true,
        title: "",
      }),
    );
    return { of, series, levels };
  }

  #data({ bars, series, true_at, marks }: Story): void {
    const { time, open, high, low, close, volume } = bars;
    const [up, down] = [colour("up"), colour("down")].map((each) => `${each}66`);
    this.#candles.setData(
      time
        .map((each, at) => ({
          time: each as Time,
          open: open[at] ?? NaN,
          high: high[at] ?? NaN,
          low: low[at] ?? NaN,
          close: close[at] ?? NaN,
        }))
        .filter((each) => Number.isFinite(each.close)),
    );
    this.#volume.setData(
      time.map((each, at) => ({
        time: each as Time,
        value: volume[at] ?? 0,
        color: ((close[at] ?? 0) < (open[at] ?? 0) ? down : up) ?? "",
      })),
    );
    this.#lines.forEach((line, at) =>
      line.series.setData(points(bars, series[at]?.values ?? []) as { time: Time; value: number }[]),
    );
    this.#shading.show(stretches(bars.phase));
    this.#marks.setMarkers(
      [...trueMarks(time, true_at), ...eventMarks(time, marks)].sort((one, other) =>
        one.time < other.time ? -1 : 1,
      ),
    );
  }
}

function trueMarks(time: readonly (string | number)[], at: readonly number[]): SeriesMarker<Time>[] {
  return at.map((each) => ({
    time: (time[each] ?? "") as Time,
    position: "belowBar",
    shape: "circle",
    size: 0.5,
    color: colour("mark"),
  }));
}

/** Splits, dividends and earnings, each once with its letter; other events stand in the list below the chart. */
function eventMarks(time: readonly (string | number)[], marks: Story["marks"]): SeriesMarker<Time>[] {
  const known = new Set(time);
  const told = new Map<string | number, Set<string>>();
  for (const { kind, time: at } of marks) {
    const letter = SHAPES[kind];
    if (letter && known.has(at)) told.set(at, (told.get(at) ?? new Set()).add(letter));
  }
  return [...told].map(([at, letters]) => ({
    time: at as Time,
    position: "aboveBar",
    shape: "circle",
    size: 0,
    text: [...letters].join(" "),
    color: colour("soft"),
  }));
}
