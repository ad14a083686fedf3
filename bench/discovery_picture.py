"""The curves of `discovery.py` as a picture: how many of a day's hits are found, by how many symbols were looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

INK, PALE, GRID = "#1f2933", "#7b8794", "#e4e7eb"
LINES = {  # in the order in which they are drawn
    "random": ("chance", "#9aa5b1", 1.4, (0, (1, 2))),
    "best": ("the best order there is", "#52606d", 1.4, (0, (5, 3))),
    "margin": ("nearest terms first", "#d98324", 1.8, "solid"),
    "smart": ("smart", "#1b6ca8", 2.6, "solid"),
}
NAMES = {
    "sp500_5yr": "505 large companies of the US, 2017 to 2018",
    "us_all_2015": "The liquid part of the whole US market, 2015",
}
MARK = 0.20


def draw(curves: Path, to: Path) -> None:
    """Draw both markets side by side."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    kept: dict[str, Any] = json.loads(curves.read_text(encoding="utf-8"))
    style = {"font.family": "DejaVu Sans", "font.size": 10, "text.color": INK, "axes.edgecolor": GRID}
    with mpl.rc_context(style):
        figure, axes = plt.subplots(1, len(kept["markets"]), figsize=(11, 4.9), sharey=True)
        for at, (market, told) in enumerate(kept["markets"].items()):
            _market(axes[at], NAMES[market], kept["shares"], told["curves"])
        axes[0].set_ylabel("hits found, of all hits of the day", color=PALE)
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles[::-1], labels[::-1], loc="lower center", ncol=len(LINES), frameon=False)
        title = "How soon a run finds what there is to find"
        figure.text(0.08, 0.93, title, fontsize=14, fontweight="bold", ha="left")
        figure.subplots_adjust(left=0.08, right=0.97, top=0.82, bottom=0.2, wspace=0.11)
        to.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(to, dpi=140, facecolor="white")
        plt.close(figure)


def _market(axis: Any, name: str, shares: list[float], curves: dict[str, list[float]]) -> None:  # noqa: ANN401 - matplotlib's own
    """One market's curves."""
    across = [0.0, *(100 * share for share in shares)]
    for order, (label, colour, width, dashes) in LINES.items():
        heights = [0.0, *(100 * each for each in curves[f"{order} of all"])]
        axis.plot(across, heights, color=colour, linewidth=width, linestyle=dashes, label=label)
    at = shares.index(MARK)
    found = 100 * curves["smart of all"][at]
    axis.plot([100 * MARK], [found], "o", color=LINES["smart"][1], markersize=6, markeredgecolor="white")
    axis.vlines(100 * MARK, 0, found, color=LINES["smart"][1], linewidth=0.8)
    told = f"a fifth looked at:\n{found:.1f} % of the hits are found"
    axis.text(100 * MARK + 2, 3, told, color=LINES["smart"][1], fontsize=9.5)
    axis.set_title(name, loc="left", fontsize=10.5, color=INK, pad=10)
    axis.set_xlabel("symbols looked at", color=PALE)
    axis.set(xlim=(0, 100), ylim=(0, 104))
    for ticks in (axis.xaxis, axis.yaxis):
        ticks.set_major_formatter("{x:.0f} %")
    axis.tick_params(length=0, colors=PALE, pad=7)
    axis.grid(color=GRID, linewidth=0.8)
    axis.set_axisbelow(True)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
