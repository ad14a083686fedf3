"""Watch lists on disk: changed by several processes at once, never seen in half, told where they are broken."""

from __future__ import annotations

import multiprocessing

import pytest

from scanwright.model.errors import Absent, SettingsError, StoreError
from scanwright.store.lists import Entry, Lists

WRITERS, EACH = 4, 25


def entries(*symbols, **further):
    return [Entry(symbol=each, **further) for each in symbols]


def symbols(lists, name="mine"):
    return [each.symbol for each in lists.read(name)]


def test_a_list_is_added_to_and_taken_from(tmp_path):
    lists = Lists(market=tmp_path)
    assert lists.names() == ()
    assert lists.add("mine", entries("A", "B", "A")).entries == 2
    done = lists.add("mine", entries("B", "C", note="later"))
    assert (done.entries, done.added, done.present) == (3, 1, 1)
    assert symbols(lists) == ["A", "B", "C"]
    assert [each.note for each in lists.read("mine")] == ["", "", "later"]
    assert lists.remove("mine", entries("A", "Z")).removed == 1
    assert lists.replace("mine", entries("X", "X", "Y")).entries == 2
    lists.add("other", [])
    assert lists.names() == ("mine", "other")
    lists.delete("mine")
    assert lists.names() == ("other",)


def test_an_exchange_parts_symbols_only_where_both_name_one(tmp_path):
    lists = Lists(market=tmp_path)
    lists.add("mine", entries("BTCUSDT", exchange="BINANCE"))
    lists.add("mine", entries("BTCUSDT", exchange="COINBASE"))
    assert lists.add("mine", entries("BTCUSDT")).present == 1
    assert lists.remove("mine", entries("BTCUSDT", exchange="BINANCE")).entries == 1


@pytest.mark.parametrize("name", ["", "a b", "../up", ".hidden", "x" * 61, "a/b"])
def test_a_name_that_is_no_file_is_refused(tmp_path, name):
    with pytest.raises(SettingsError, match="a list's name"):
        Lists(market=tmp_path).add(name, entries("A"))


def test_a_list_that_is_not_there_is_told_with_the_nearest(tmp_path):
    lists = Lists(market=tmp_path)
    for act in (lists.read, lists.delete, lambda name: lists.remove(name, entries("A"))):
        with pytest.raises(Absent):
            act("mine")
    lists.add("momentum", entries("A"))
    with pytest.raises(Absent, match="did you mean momentum"):
        lists.read("momentun")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"format": 2, "entries": []}', b'{"format": 1, "entries": [{"x": 1}]}']
)
def test_a_broken_list_is_told(tmp_path, content):
    lists = Lists(market=tmp_path)
    lists.add("mine", entries("A"))
    (tmp_path / "lists" / "mine.json").write_bytes(content)
    with pytest.raises(StoreError, match="a watch list of format 1"):
        lists.read("mine")
    with pytest.raises(StoreError):
        lists.add("mine", entries("B"))


def _writer(folder, number):
    lists = Lists(market=folder)
    for at in range(EACH):
        lists.add("mine", entries(f"S{number}{at:02d}", note="n" * 50))


def test_many_processes_lose_nothing_and_readers_see_whole_lists(tmp_path):
    lists = Lists(market=tmp_path)
    lists.add("mine", [])
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_writer, args=(tmp_path, number)) for number in range(WRITERS)]
    for each in workers:
        each.start()
    seen = 0
    while any(each.is_alive() for each in workers):
        found = len(lists.read("mine"))
        assert found >= seen
        seen = found
    for each in workers:
        each.join()
    assert [each.exitcode for each in workers] == [0] * WRITERS
    assert len(symbols(lists)) == len(set(symbols(lists))) == WRITERS * EACH
