"""How the words of a command line become arguments."""

from __future__ import annotations

import dataclasses

import pytest

from scanwright.app.cli.commands import COMMANDS, command, run
from scanwright.app.cli.options import SCAN
from scanwright.app.cli.rule_words import ASKED, RULE
from scanwright.app.cli.words import Command, Word
from scanwright.data.exchange.behaviour import Behaviour
from scanwright.model.errors import SettingsError

# What a command hands on as it is: how an exchange behaves, and a scan with the rule by which its hits are traded.
HANDED_ON = {field.name for field in dataclasses.fields(Behaviour)} | {word.name for word in (*ASKED, *RULE)}


def nothing(**_):
    raise NotImplementedError


LOOK = Command(name="look", summary="", run=nothing, words=(*SCAN, Word(name="deep", help="", flag=True)))


def test_only_what_was_given_is_handed_on():
    assert LOOK.arguments(["close > 5", "--limit", "3", "--deep"]) == {"what": "close > 5", "limit": 3, "deep": True}


@pytest.mark.parametrize("words", [["--rank", "-rsi(14)"], ["--rank=-rsi(14)"]])
def test_an_option_may_be_an_expression_that_begins_with_a_minus(words):
    assert LOOK.arguments(["close > 5", *words])["rank"] == "-rsi(14)"


def test_so_may_what_stands_by_itself():
    assert str(LOOK.arguments(["-close < -5"])["what"]).strip() == "-close < -5"


def test_a_repeated_option_is_a_list():
    assert LOOK.arguments(["x", "--column", "a=b", "--column", "c=d"])["column"] == ["a=b", "c=d"]


@pytest.mark.parametrize("words", [[], ["x", "y"], ["x", "--rank"], ["x", "--limit", "2.5"], ["x", "--ran", "y"]])
def test_other_words_leave_with_2(words, capsys):
    with pytest.raises(SystemExit) as left:
        LOOK.arguments(words)
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("scanwright: ")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_its_name_and_its_functions_arguments(name):
    import inspect

    found = command(name)
    assert found.name == name
    assert found.summary
    parameters = inspect.signature(found.run).parameters.values()
    own = {each.name for each in parameters if each.kind is not each.VAR_KEYWORD}
    handed_on = HANDED_ON if len(own) < len(parameters) else set()
    words = [word.name for word in found.words]
    assert len(words) == len(set(words))
    assert own <= set(words) <= own | handed_on


@pytest.mark.parametrize("words", [["scans"], ["data", "imports"], ["--verbose"]])
def test_an_unknown_command_is_refused(words):
    with pytest.raises(SettingsError):
        run(words)
