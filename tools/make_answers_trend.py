"""Write the answer files of trend, momentum and the language from outside libraries, over tests/answers/bars/daily.csv.

Run it in an environment of its own: `pip install numpy pandas ta-lib pandas-ta-classic talipp`. None of scanwright is
imported. Where no library has the figure it is worked out here with pandas or a plain loop, and the file says so.
"""

from __future__ import annotations

import itertools
import pathlib
from importlib.metadata import version

import numpy as np
import pandas as pd
import pandas_ta_classic as pta
import talib
import talipp.indicators as talipp
from talipp.ma import MAType

FOLDER = pathlib.Path(__file__).parents[1] / "tests" / "answers"
TALIB, PANDAS_TA, PANDAS, TALIPP = (
    f"{name} {version(name)}" for name in ("TA-Lib", "pandas-ta-classic", "pandas", "talipp")
)
ROWS = 250

bars = pd.read_csv(FOLDER / "bars" / "daily.csv").head(ROWS).astype({"volume": float})
o, h, low, c, v = (bars[name] for name in ("open", "high", "low", "close", "volume"))
OPEN, HIGH, LOW, CLOSE, VOLUME = (each.to_numpy() for each in (o, h, low, c, v))


def write(expression: str, source: str, results: object, *, first: int = 0) -> None:
    """One file: the heading, then a row for each bar that has a value; columns are the results' names."""
    columns = results if isinstance(results, dict) else {"value": results}
    frame = pd.DataFrame({key: np.asarray(each, dtype=float) for key, each in columns.items()})
    heading = [f"# source: {source}", "# bars: daily", f"# expression: {expression}"]
    heading += [f"# from bar: {first}"] * bool(first) + ["bar," + ",".join(frame.columns)]
    rows = [
        f"{at}," + ",".join("" if np.isnan(each) else f"{each:.15g}" for each in row)
        for at, row in enumerate(frame.to_numpy())
        if not np.isnan(row).all()
    ]
    (FOLDER / f"{expression.partition('(')[0]}.csv").write_text("\n".join([*heading, *rows]) + "\n")


def named(names: str, frame: pd.DataFrame) -> dict[str, object]:
    """A frame's first columns under our names for the results."""
    return {name: frame.iloc[:, at] for at, name in enumerate(names.split())}


def from_talib() -> None:
    """What TA-Lib has."""
    for expression, call in {
        "sma(10)": "SMA(close, 10)",
        "wma(10)": "WMA(close, 10)",
        "dema(10)": "DEMA(close, 10)",
        "tema(10)": "TEMA(close, 10)",
        "t3(5, 0.7)": "T3(close, 5, 0.7)",
        "trima(10)": "TRIMA(close, 10)",
        "trix(12)": "TRIX(close, 12)",
        "std(20)": "STDDEV(close, 20)",
        "corr(high, low, 20)": "CORREL(high, low, 20)",
        "beta(high, low, 20)": "BETA(high, low, 20)",
        "change(5)": "MOM(close, 5)",
        "roc(5)": "ROC(close, 5)",
        "hl2": "MEDPRICE(high, low)",
        "hlc3": "TYPPRICE(high, low, close)",
        "ohlc4": "AVGPRICE(open, high, low, close)",
        "true_range()": "TRANGE(high, low, close)",
        "atr(14)": "ATR(high, low, close, 14)",
        "natr(14)": "NATR(high, low, close, 14)",
        "rsi(14)": "RSI(close, 14)",
        "cmo(14)": "CMO(close, 14)",
        "apo(12, 26)": "APO(close, 12, 26, 1)",
        "ppo(12, 26)": "PPO(close, 12, 26, 1)",
        "williams_r(14)": "WILLR(high, low, close, 14)",
        "cci(20)": "CCI(high, low, close, 20)",
        "plus_dm(14)": "PLUS_DM(high, low, 14)",
        "minus_dm(14)": "MINUS_DM(high, low, 14)",
        "plus_di(14)": "PLUS_DI(high, low, close, 14)",
        "minus_di(14)": "MINUS_DI(high, low, close, 14)",
        "dx(14)": "DX(high, low, close, 14)",
        "adx(14)": "ADX(high, low, close, 14)",
        "adxr(14)": "ADXR(high, low, close, 14)",
        "aroon_osc(14)": "AROONOSC(high, low, 14)",
        "ultimate(7, 14, 28)": "ULTOSC(high, low, close, 7, 14, 28)",
        "balance_of_power()": "BOP(open, high, low, close)",
    }.items():
        name, given = call.rstrip(")").split("(")
        parts = [{"open": OPEN, "high": HIGH, "low": LOW, "close": CLOSE}.get(part) for part in given.split(", ")]
        numbers = [float(part) if "." in part else int(part) for part in given.split(", ") if part[0].isdigit()]
        write(
            expression, f"{TALIB}, talib.{call}", getattr(talib, name)(*(p for p in parts if p is not None), *numbers)
        )


def several_from_talib() -> None:
    """What TA-Lib gives several results of."""
    line, signal, hist = talib.MACD(CLOSE, 12, 26, 9)
    write("macd(12, 26, 9)", f"{TALIB}, talib.MACD(close, 12, 26, 9)", {"line": line, "signal": signal, "hist": hist})
    down, up = talib.AROON(HIGH, LOW, 14)
    write("aroon(14)", f"{TALIB}, talib.AROON(high, low, 14)", {"up": up, "down": down})
    k, d = talib.STOCH(HIGH, LOW, CLOSE, 14, 3, 0, 3, 0)
    write("stoch(14, 3, 3)", f"{TALIB}, talib.STOCH(high, low, close, 14, 3, 0, 3, 0)", {"k": k, "d": d})
    k, d = talib.STOCHRSI(CLOSE, 14, 14, 3, 0)
    write("stoch_rsi(14, 14, 1, 3)", f"{TALIB}, talib.STOCHRSI(close, 14, 14, 3, 0)", {"k": k, "d": d})
    upper, middle, lower = talib.BBANDS(CLOSE, 20, 2.0, 2.0)
    write(
        "bollinger(20, 2)",
        f"{TALIB}, talib.BBANDS(close, 20, 2, 2); width and percent_b from these bands",
        {
            "upper": upper, "middle": middle, "lower": lower,
            "width": 100 * (upper - lower) / middle, "percent_b": (CLOSE - lower) / (upper - lower),
        },
    )  # fmt: skip
    r2 = np.append(
        np.full(13, np.nan),
        [np.corrcoef(np.arange(14), CLOSE[at - 13 : at + 1])[0, 1] ** 2 for at in range(13, len(CLOSE))],
    )
    write(
        "linreg(14)",
        f"{TALIB}, talib.LINEARREG and LINEARREG_SLOPE(close, 14); r2 numpy.corrcoef squared",
        {"value": talib.LINEARREG(CLOSE, 14), "slope": talib.LINEARREG_SLOPE(CLOSE, 14), "r2": r2},
    )


def from_pandas_ta() -> None:
    """What pandas-ta-classic has."""
    said = f"{PANDAS_TA}, pandas_ta_classic."
    write("hull(9)", said + "hma(close, 9)", pta.hma(c, length=9))
    write("vwma(20)", said + "vwma(close, volume, 20)", pta.vwma(c, v, length=20))
    write("zlema(20)", said + "zlma(close, 20)", pta.zlma(c, length=20))
    write("tsi(25, 13)", said + "tsi(close, 13, 25)", pta.tsi(c, fast=13, slow=25).iloc[:, 0])
    write("coppock(10, 14, 11)", said + "coppock(close, 10, 11, 14)", pta.coppock(c, length=10, fast=11, slow=14))
    write("efficiency_ratio(10)", said + "er(close, 10)", pta.er(c, length=10))
    write("awesome_oscillator(5, 34)", said + "ao(high, low)", pta.ao(h, low))
    write("dpo(20)", said + "dpo(close, 20, centered=False)", pta.dpo(c, length=20, centered=False))
    write("qstick(10)", said + "qstick(open, close, 10)", pta.qstick(o, c, length=10))
    write("vortex(14)", said + "vortex(high, low, close, 14)", named("plus minus", pta.vortex(h, low, c, length=14)))
    write("elder_ray(13)", said + "eri(high, low, close, 13)", named("bull bear", pta.eri(h, low, c, length=13)))
    spans = pta.ichimoku(h, low, c, lookahead=False, as_dataframe=True)
    spans[["ISA_9", "ISB_26"]] = spans[["ISA_9", "ISB_26"]].shift(-26)
    spans = spans[["ITS_9", "IKS_26", "ISA_9", "ISB_26"]]
    write(
        "ichimoku(9, 26, 52)",
        said + "ichimoku(high, low, close), its spans taken back by the 26 bars they are drawn ahead",
        named("conversion base span_a span_b", spans),
    )
    write("median(20)", said + "median(close, 20)", pta.median(c, length=20))
    write("disparity(14)", said + "bias(close, 14) times 100", 100 * pta.bias(c, length=14))
    write("fisher(9)", said + "fisher(high, low, 9)", named("line trigger", pta.fisher(h, low, length=9)), first=90)
    vigor = pta.rvgi(o, h, low, c, length=10).iloc[:, 1:]
    write("rvi_vigor(10)", said + "rvgi(open, high, low, close, 10)", named("line signal", vigor))


def from_talipp() -> None:
    """What talipp has; it works bar by bar, on plain lists."""
    said = f"{TALIPP}, talipp.indicators."
    prices = list(CLOSE)
    write("alma(9, 0.85, 6)", said + "ALMA(9, 0.85, 6, close)", listed(talipp.ALMA(9, 0.85, 6, prices)))
    lengths = (10, 10, 15, 10, 20, 10, 30, 15, 9)
    write(
        "kst()",
        said + f"KST{lengths}",
        [np.nan if each is None or each.kst is None else each.kst for each in talipp.KST(*lengths, prices)],
    )
    cycle = talipp.STC(23, 50, 10, 3, prices, stoch_ma_type=MAType.EMA)
    write("schaff(23, 50, 10)", said + "STC(23, 50, 10, 3, close, stoch_ma_type=EMA)", listed(cycle))
    jaw, teeth, lips = (
        pd.Series(listed(talipp.SMMA(n, list((HIGH + LOW) / 2)))).shift(ahead) for n, ahead in ((13, 8), (8, 5), (5, 3))
    )
    write("alligator()", said + "SMMA of 13, 8, 5 shifted by 8, 5, 3", {"jaw": jaw, "teeth": teeth, "lips": lips})


def listed(values: object) -> list[float]:
    """A talipp series with NaN for None."""
    return [np.nan if each is None else each for each in values]


def from_pandas() -> None:
    """What needs no more than pandas' shifts and rolling windows."""
    said = f"{PANDAS}, "
    rising = c > c.shift(1)
    known = c.shift(1).notna()
    true = rising.astype(float).where(known)
    write("cov(high, low, 20)", said + "rolling(20).cov(ddof=0)", h.rolling(20).cov(low, ddof=0))
    write("gap()", said + "100 * (open / close.shift(1) - 1)", 100 * (o / c.shift(1) - 1))
    write("rvol(10)", said + "volume / volume.rolling(10).mean().shift(1)", v / v.rolling(10).mean().shift(1))
    write("dollar_volume", said + "close * volume", c * v)
    write("count(close > close[1], 10)", said + "rolling(10).sum()", true.rolling(10).sum())
    write("within(close > close[1], 3)", said + "rolling(3).max()", true.rolling(3).max())
    write("all_of(close > close[1], 3)", said + "rolling(3).min()", true.rolling(3).min())
    write(
        "clip(close, low + 0.3, high - 0.3)",
        said + "clip(low + 0.3).clip(upper=high - 0.3)",
        c.clip(low + 0.3).clip(upper=h - 0.3),
    )
    score = (c - c.rolling(20).mean()) / c.rolling(20).std(ddof=0)
    write("standard_score(20)", said + "rolling(20).mean() and std(ddof=0)", score)
    average = c.rolling(10).mean()
    over, was = c > average, c.shift(1) > average.shift(1)
    touched = (c.shift(1) == average.shift(1)) & average.shift(1).notna()
    ready = average.shift(1).notna()
    above, below = over & ~was, ~over & (c != average) & (was | touched)
    for name, cross in (("crosses_above", above), ("crosses_below", below), ("crosses", above | below)):
        write(f"{name}(close, sma(10))", said + "comparison with shift(1)", cross.astype(float).where(ready))
    streaks = streak(CLOSE)
    write("streak()", "a plain loop in tools/make_answers_trend.py", streaks)
    write("consecutive_up()", "a plain loop in tools/make_answers_trend.py", np.maximum(streaks, 0))
    write("consecutive_down()", "a plain loop in tools/make_answers_trend.py", np.maximum(-streaks, 0))
    write("consecutive(close > open)", "a plain loop in tools/make_answers_trend.py", run_of(CLOSE > OPEN))


def run_of(condition: np.ndarray) -> np.ndarray:
    """True ones in a row."""
    runs: list[float] = []
    for true in condition:
        runs.append((runs[-1] if runs else 0.0) + 1.0 if true else 0.0)
    return np.array(runs)


def streak(x: np.ndarray) -> np.ndarray:
    """Rises (positive) or falls (negative) in a row."""
    runs = [np.nan]
    for before, now in itertools.pairwise(x):
        last = 0.0 if np.isnan(runs[-1]) else runs[-1]
        way = float(np.sign(float(now) - float(before)))
        runs.append(last + way if way and way * last >= 0 else way)
    return np.array(runs)


def joined() -> None:
    """What is a sum of parts that TA-Lib and pandas have."""
    said = f"{TALIB} and {PANDAS}: "
    moves = 100 * (c / c.shift(1) - 1)
    rank = moves.rolling(101).apply(lambda each: 100 * (each[:-1] <= each[-1]).mean(), raw=True)
    runs = np.concatenate([[np.nan], talib.RSI(streak(CLOSE)[1:], 2)])
    write(
        "connors_rsi(3, 2, 100)",
        said + "RSI(close, 3), RSI of the streak, rolling rank of 100",
        (talib.RSI(CLOSE, 3) + runs + rank) / 3,
    )
    middle = (talib.MAX(HIGH, 10) + talib.MIN(LOW, 10)) / 2
    away, reach = twice(CLOSE - middle, 3, 3), twice(talib.MAX(HIGH, 10) - talib.MIN(LOW, 10), 3, 3)
    write("smi(10, 3)", said + "MAX, MIN and EMA of EMA", 200 * away / reach)
    write("pmo(35, 20)", said + "EMA(EMA(ROC(close, 1) * 10, 34), 19)", twice(10 * talib.ROC(CLOSE, 1), 34, 19))
    drive = pta.ao(h, low)
    write(
        "acceleration_deceleration(5, 34, 5)",
        f"{PANDAS_TA}, ao(high, low) less its rolling(5).mean()",
        drive - drive.rolling(5).mean(),
    )
    reach = pd.Series(talib.TRANGE(HIGH, LOW, CLOSE)).rolling(20).mean()
    centre = ((h.rolling(20).max() + low.rolling(20).min()) / 2 + c.rolling(20).mean()) / 2
    away = (c - centre).to_numpy()
    momentum = np.concatenate([np.full(19, np.nan), talib.LINEARREG(away[19:], 20)])
    on = (2 * c.rolling(20).std(ddof=0) < 1.5 * reach).astype(float).where(reach.notna())
    write("ttm_squeeze(20, 2, 1.5)", said + "TRANGE, rolling(20), LINEARREG", {"on": on, "momentum": momentum})
    random = np.random.default_rng(5)
    other = np.round(200 * np.exp(np.cumsum(random.normal(0, 0.01, ROWS))), 2)
    lines = [
        f"SPY,{day},{each:.2f},{each:.2f},{each:.2f},{each:.2f},1000"
        for day, each in zip(bars.date, other, strict=True)
    ]
    (FOLDER / "bars" / "daily_spy.csv").write_text("\n".join(["symbol,date,open,high,low,close,volume", *lines]) + "\n")
    write('relative_strength("SPY")', f"{PANDAS}, close / the close of bars/daily_spy.csv (seeded)", CLOSE / other)


def twice(x: np.ndarray, first: int, second: int) -> np.ndarray:
    """TA-Lib's exponential mean of its exponential mean, over what is known."""
    start = int(np.flatnonzero(~np.isnan(x))[0])
    return np.concatenate([np.full(start, np.nan), talib.EMA(talib.EMA(x[start:], first), second)])


if __name__ == "__main__":
    from_talib()
    several_from_talib()
    from_pandas_ta()
    from_talipp()
    from_pandas()
    joined()
