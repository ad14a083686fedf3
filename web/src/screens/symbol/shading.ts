import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
} from "lightweight-charts";

/** Shades the hours before the session opens and after it closes. */
export class Shading implements ISeriesPrimitive {
  #chart: IChartApi | undefined;
  #update: (() => void) | undefined;
  #stretches: readonly (readonly [number, number])[] = [];
  readonly #views: readonly IPrimitivePaneView[];

  constructor(readonly colour: () => string) {
    const renderer: IPrimitivePaneRenderer = {
      draw: () => undefined,
      drawBackground: (target) => this.#draw(target),
    };
    this.#views = [{ zOrder: () => "bottom", renderer: () => renderer }];
  }

  attached(to: SeriesAttachedParameter): void {
    this.#chart = to.chart;
    this.#update = to.requestUpdate;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  show(stretches: readonly (readonly [number, number])[]): void {
    this.#stretches = stretches;
    this.#update?.();
  }

  #draw(target: Parameters<NonNullable<IPrimitivePaneRenderer["drawBackground"]>>[0]): void {
    const scale = this.#chart?.timeScale();
    if (!scale) return;
    const half = scale.options().barSpacing / 2;
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      context.fillStyle = this.colour();
      for (const [first, last] of this.#stretches) {
        const from = scale.logicalToCoordinate(first as never);
        const to = scale.logicalToCoordinate(last as never);
        if (from != null && to != null && to >= 0 && from <= mediaSize.width)
          context.fillRect(from - half, 0, to - from + 2 * half, mediaSize.height);
      }
    });
  }
}
