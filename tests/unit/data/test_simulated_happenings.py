"""What happens in the simulated market hangs together: reports, dividends, names, ends, members, figures, stories."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanwright.data.simulated import simulate
from scanwright.data.simulated.tables import MAKERS
from scanwright.model.calendars import calendar
from scanwright.model.interval import Interval
from scanwright.model.panel import FIELDS
from scanwright.store.market import create
from scanwright.store.tables import KEYS_OF, checked_table


@pytest.fixture(scope="module")
def market():
    return simulate(symbols=400, years=3, seed=11)


@pytest.fixture(scope="module")
def events(market):
    return market.table("events")


@pytest.fixture(scope="module")
def closes(market):
    return calendar("us_stocks").open_close(market.ts)[1].astype("M8[s]").astype(np.int64)


def moments(column):
    return column.dt.epoch("s").to_numpy()


@pytest.mark.parametrize("name", MAKERS)
def test_tables_are_as_the_store_wants_them_each_row_once(market, name):
    table = checked_table(name, market.table(name), "simulated")
    keys = list(KEYS_OF[name])
    assert table.height
    assert table.select(keys).is_unique().all()


@pytest.mark.parametrize("name", MAKERS)
def test_the_same_seed_gives_the_same_tables(market, name):
    again = simulate(symbols=400, years=3, seed=11)
    assert again.table(name).equals(market.table(name))


def test_the_past_of_bars_does_not_depend_on_tables_asked_for(market):
    other = simulate(symbols=400, years=3, seed=11)
    other.chain("SPY", other.ts[-1])
    other.minutes(["SPY"], first=other.ts[0], last=other.ts[1])
    assert other.fields["close"].tobytes() == market.fields["close"].tobytes()


def test_a_report_is_expected_then_confirmed_then_published(events):
    told = events.filter(pl.col("kind") == "earnings")
    assert (told["status"] == "estimated").sum() > 1000
    published = told.filter(pl.col("known") == pl.col("ts"))
    assert published["eps"].is_not_null().all()
    assert told.filter(pl.col("known") < pl.col("ts"))["eps"].is_null().all()
    for_each = told.group_by("symbol", "quarter").agg(
        first=pl.col("known").filter(pl.col("status") == "estimated").min(),
        sure=pl.col("known").filter((pl.col("status") == "confirmed") & pl.col("eps").is_null()).min(),
        out=pl.col("known").filter(pl.col("eps").is_not_null()).min(),
    )
    whole = for_each.drop_nulls()
    assert whole.height > 1000
    assert (whole["first"] < whole["sure"]).all()
    assert (whole["sure"] < whole["out"]).all()


def test_reports_that_are_still_to_come_are_scheduled(market, events, closes):
    coming = events.filter((pl.col("kind") == "earnings") & (pl.col("ts").dt.epoch("s") > int(closes[-1])))
    alive = (market.happened.lives.ends == len(market.ts)) & (market.truth.sector >= 0)
    assert coming["symbol"].n_unique() > 0.9 * alive.sum()
    assert coming["eps"].is_null().all()
    assert moments(coming["known"]).max() <= closes[-1]


def test_every_company_reports_four_times_a_year(market):
    told = market.happened.reports
    whole = np.flatnonzero((market.happened.lives.begins == 0) & (market.happened.lives.ends == len(market.ts)))
    inside = (told.row >= 0) & (told.row < len(market.ts))
    counts = np.bincount(told.column[inside], minlength=len(market.symbols))
    companies = whole[market.truth.sector[whole] >= 0]
    assert set(counts[companies].tolist()) <= {11, 12, 13}
    assert not counts[market.truth.sector < 0].any()


def test_a_report_after_the_close_is_met_by_the_next_session(market, closes):
    told = market.happened.reports
    inside = np.flatnonzero((told.row > 0) & (told.row < len(market.ts)))
    late, early = inside[told.after[inside]], inside[~told.after[inside]]
    assert min(len(late), len(early)) > 500
    assert (told.due[late] == closes[told.row[late] - 1] + 900).all()
    assert ((told.due[early] < closes[told.row[early]]) & (told.due[early] > closes[told.row[early] - 1])).all()


def test_a_better_surprise_is_a_higher_eps_than_expected(market, events):
    out = events.filter((pl.col("kind") == "earnings") & pl.col("eps").is_not_null())
    better = out.filter(pl.col("eps") > pl.col("eps_estimate")).height / out.height
    assert 0.4 < better < 0.6
    told, accounts, surprises = market.happened.reports, market.happened.accounts, market.truth.surprises
    inside = (told.row >= 0) & (told.row < len(market.ts))
    seen = surprises[told.row[inside], told.column[inside]]
    wrong = np.sign(accounts.eps - accounts.expected)[inside] != np.sign(seen)
    assert not wrong[np.isfinite(seen)].any()


def test_the_price_falls_by_the_dividend(market):
    paid, amounts = market.happened.dividends, market.happened.amounts
    before = market.bar[paid.row - 1, paid.column] != 0
    row, column, amount = paid.row[before], paid.column[before], amounts[before]
    split = market.scale[row, column] != market.scale[row - 1, column]
    row, column, amount = row[~split], column[~split], amount[~split]
    close = market.fields["close"][row - 1, column]
    moves = market.fields["open"][row, column] / close - 1
    assert len(row) > 1000
    error = moves.std() / np.sqrt(len(moves))
    assert moves.mean() == pytest.approx(-(amount / close).mean(), abs=4 * error)
    assert moves.mean() < -2 * error
    assert (amount / close).max() < 0.03


def test_names_before_belong_to_nobody_else(market):
    renames = market.table("renames")
    assert renames.height > 2
    assert not set(renames["was"]) & set(market.symbols)
    assert renames["was"].is_unique().all()


def test_listed_and_delisted_are_the_ends_of_the_bars(market):
    table = market.table("symbols")
    spans = market.bars().group_by("symbol").agg(first=pl.col("ts").min(), last=pl.col("ts").max())
    joined = table.join(spans, on="symbol").with_columns(pl.col("listed", "delisted").str.to_date())
    gone = joined.filter(pl.col("delisted").is_not_null())
    assert set(gone["symbol"]) == set(market.truth.endings)
    assert (gone["delisted"] == gone["last"]).all()
    late = joined.filter(pl.col("listed") >= market.ts[0].astype("M8[D]").item())
    assert late.height > 10
    assert (late["listed"] == late["first"]).all()


def test_ends_look_like_their_reasons():
    market = simulate(symbols=1500, years=2, seed=2)
    column = {symbol: at for at, symbol in enumerate(market.symbols)}
    moved = {"acquired": [], "bankrupt": []}
    panel = market.panel()
    for symbol, why in market.truth.endings.items():
        close = panel.fields["close"][:, column[symbol]]
        close = close[np.isfinite(close)]
        if why in moved and len(close) > 80:
            moved[why].append(close[-1] / close[-75])
    assert np.median(moved["acquired"]) > 1.05
    assert np.median(moved["bankrupt"]) < 0.6
    assert set(market.truth.endings.values()) == {"acquired", "bankrupt", "rules"}


def test_the_list_holds_the_largest_and_changes_by_the_quarter(market):
    members = market.table("members")
    worth = market.table("facts").filter(pl.col("fact") == "market_cap")
    last = worth.filter(pl.col("known") == pl.col("known").max()).sort("value", descending=True)
    now = set(members.filter(pl.col("until").is_null())["symbol"])
    assert 95 <= len(now) <= 100
    assert len(now & set(last["symbol"][:130])) > 0.85 * len(now)
    assert set(last["symbol"][:40]) <= now
    starts = members["since"].unique().sort()
    assert len(starts) == len({(date.year, (date.month - 1) // 3) for date in starts})
    assert members.filter(pl.col("until").is_not_null()).height > 5
    sizes = [
        members.filter((pl.col("since") <= day) & (pl.col("until").is_null() | (pl.col("until") > day))).height
        for day in starts
    ]
    assert max(sizes) <= 100


def test_nothing_is_known_after_the_last_close(market, closes, events):
    for known in (events["known"], market.table("facts")["known"]):
        assert moments(known).max() <= closes[-1]


def test_market_capitalisation_is_price_times_shares_over_splits(market):
    facts = market.table("facts")
    split = next(each for each in market.splits if market.truth.sector[market.symbols.index(each.symbol)] >= 0)
    shares = facts.filter((pl.col("fact") == "shares_out") & (pl.col("symbol") == split.symbol)).sort("known")
    day = split.date.astype("M8[ms]").item()
    before = shares.filter(pl.col("known").dt.replace_time_zone(None) < day)["value"]
    after = shares.filter(pl.col("known").dt.replace_time_zone(None) >= day)["value"]
    if before.len():
        assert after[0] / before[-1] == pytest.approx(split.ratio, rel=1e-3)
    cap = facts.filter((pl.col("fact") == "market_cap") & (pl.col("symbol") == split.symbol)).sort("known")["value"]
    steps = (cap / cap.shift(1)).drop_nulls()
    assert ((steps > 0.4) & (steps < 2.5)).all()


def test_big_moves_have_stories_before_their_end(market, closes):
    told = market.happened.stories
    surges = market.truth.surges
    known = np.zeros(surges.shape, bool)
    known[told.row, told.column] = True
    assert 0.7 < known[surges].mean() < 0.95
    assert (told.known < closes[told.row]).all()
    assert (told.known >= np.concatenate([[0], closes])[told.row]).all()


def test_everything_is_written_into_a_market(tmp_path):
    made = simulate(symbols=30, years=1, seed=1)
    market = create(tmp_path / "market", name="made")
    report = made.write(market)
    assert report.rows_new == made.bar.sum()
    assert not report.quarantined
    for name in MAKERS:
        table = made.table(name)
        kept = market.table(name)
        assert (kept.height if kept is not None else 0) == table.height
    ours, theirs = made.panel(), market.panel(Interval.DAY)
    assert ours.symbols == theirs.symbols
    assert np.allclose(ours.fields["close"], theirs.fields["close"], equal_nan=True)


@given(symbols=st.integers(2, 15), sessions=st.integers(2, 90), seed=st.integers(0, 10_000), back=st.integers(0, 8000))
@example(symbols=2, sessions=2, seed=49, back=0)  # nothing happens in it
@settings(max_examples=40, deadline=None)
def test_a_market_of_any_size_is_whole(symbols, sessions, seed, back):
    last = np.datetime64("2025-12-31") - np.timedelta64(back, "D")
    made = simulate(symbols=symbols, years=sessions / 252, seed=seed, last=last)
    assert made.bar.shape == (sessions, symbols)
    for name in MAKERS:
        table = checked_table(name, made.table(name), "simulated")
        assert table.select(list(KEYS_OF[name])).is_unique().all()
    day = made.minutes(made.symbols, first=made.ts[-1], last=made.ts[-1])
    assert set(day["symbol"]) == {symbol for at, symbol in enumerate(made.symbols) if made.bar[-1, at]}
    assert made.chain("SPY", made.ts[-1]) is not None
    again = simulate(symbols=symbols, years=sessions / 252, seed=seed, last=last)
    assert all(again.fields[name].tobytes() == made.fields[name].tobytes() for name in FIELDS)
    assert again.truth.setups.tobytes() == made.truth.setups.tobytes()
