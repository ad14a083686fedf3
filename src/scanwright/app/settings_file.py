"""Settings from a TOML file and variables of the environment, read by pydantic-settings; all wrong ones told at once.

    market = "us"
    [cache]
    redis = "redis://127.0.0.1:6379/0"
    [providers.massive]
    key = "..."

A variable is `SCANWRIGHT_` and the name, `__` for a dot: `SCANWRIGHT_PROVIDERS__MASSIVE__KEY`. A provider's names are
the fields of the `Settings` in its file. A value that may be a key, or whose name nobody knows, is never shown.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import tomllib
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    PlainValidator,
    ValidationError,
    create_model,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as UnreadVariable

from scanwright.app.settings import PREFIX, CacheSettings, Settings, market_of, threads_of, told_wrong
from scanwright.data import providers
from scanwright.data.providers._declared import Address, Count, Rate, address_of
from scanwright.model.errors import SettingsError
from scanwright.model.secret import Secret

BETWEEN = "__"
SHOWN = 60  # characters of a wrong value


def read(variables: Mapping[str, str], file: Path | None, bare: Settings) -> Settings:
    """The settings of variables (all that begin with the prefix) and of a file, over what holds without them."""
    written: Mapping[str, Any] = {} if file is None else _toml(file)
    named = {name.removeprefix(PREFIX).lower(): value for name, value in variables.items()}
    wrong = [f"{PREFIX}{name.upper()} is unknown{_near(name, _TOP)}" for name in named if _first(name) not in _TOP]
    wrong += [
        f"providers.{name} is no provider{_near(name, providers.names())}"
        for name in _mentioned(written, named)
        if name not in providers.names()
    ]
    model = _model([name for name in _mentioned(written, named) if name in providers.names()])
    try:
        found = model.of(written, {f"{PREFIX}{name}".lower(): value for name, value in named.items()})
    except ValidationError as error:
        raise told_wrong([*wrong, *_told(error, model, variables, file)]) from None
    except UnreadVariable as error:
        raise told_wrong([*wrong, f"a variable that is no JSON ({error})"]) from None
    if wrong:
        raise told_wrong(wrong)
    return _settings(found, bare, file)


class _Environment(EnvSettingsSource):
    """The variables that were handed in, instead of this process's."""

    def __init__(self, model: type[BaseSettings], variables: Mapping[str, str]) -> None:
        self._handed_in = variables
        super().__init__(model)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return dict(self._handed_in)


class _Read(BaseSettings):
    """What pydantic-settings reads; a file's values come by `init`, below the variables."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=BETWEEN, extra="forbid", validate_default=False
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only the two that `of` hands in."""
        del env_settings, dotenv_settings, file_secret_settings
        handed_in: Mapping[str, Any] = init_settings()
        written = InitSettingsSource(settings_cls, handed_in["written"])
        return _Environment(settings_cls, handed_in["variables"]), written

    @classmethod
    def of(cls, written: Mapping[str, Any], variables: Mapping[str, str]) -> Any:  # noqa: ANN401 - its fields are made
        """The model of a file's table and variables in lower case."""
        return cls(written=written, variables=variables)  # pyright: ignore[reportCallIssue]


def _secret(value: object) -> Secret:
    if not isinstance(value, str):
        message = "Input should be a text"
        raise ValueError(message)  # noqa: TRY004 - pydantic gathers these
    return Secret(value.strip())


def _number(value: float) -> float:
    if not math.isfinite(value) or value < 0:
        message = "Input should be a number of 0 or more"
        raise ValueError(message)
    return value


def _limit(value: float) -> float:
    if not (math.isfinite(value) and value > 0):
        message = "Input should be a number above 0"
        raise ValueError(message)
    return value


def _folder(value: object) -> Path:
    return market_of(value)


_KINDS: Mapping[object, object] = {
    Secret: Annotated[Secret, PlainValidator(_secret)],
    Path: Annotated[Path, PlainValidator(_folder)],
    float: Annotated[float, AfterValidator(_number)],
    int: Annotated[int, AfterValidator(_number)],
    Rate: Annotated[float, AfterValidator(_limit)],
    Count: Annotated[int, AfterValidator(_limit)],
    Address: Annotated[str, AfterValidator(address_of)],
}
_EXPECTED = {
    "byte_size": "bytes, for example 64MB",
    "byte_size_unit": "bytes, for example 64MB",
    "float_parsing": "a number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "model_type": "a table of settings",
    "model_attributes_type": "a table of settings",
}
"""What is said instead of pydantic's own words, by its type of error."""
_OWN = ConfigDict(extra="forbid", arbitrary_types_allowed=True, validate_default=False)
_TOP = ("market", "threads", "cache", "records", "streams", "providers")


def _table(name: str, kind: type[Any], **instead: object) -> type[BaseModel]:
    """A model of a dataclass's fields; only what was set is in `model_fields_set`."""
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = {
        each.name: (instead.get(each.name, _KINDS.get(hints[each.name], hints[each.name])), None)
        for each in dataclasses.fields(kind)
    }
    make: Any = create_model
    return make(name, __config__=_OWN, **fields)


def _model(mentioned: Sequence[str]) -> type[_Read]:
    """All settings, with the tables of the providers that are mentioned."""
    make: Any = create_model
    tables = {name: (_table(name, providers.declared(name).settings), None) for name in mentioned}
    return make(
        "Settings",
        __base__=_Read,
        market=(Annotated[Path, PlainValidator(market_of)], None),
        threads=(Annotated[int, BeforeValidator(threads_of)], None),
        cache=(_table("cache", CacheSettings, memory=ByteSize, disk=ByteSize), None),
        records=(_KINDS[Secret], None),
        streams=(_KINDS[Secret], None),
        providers=(make("providers", __config__=_OWN, **tables), None),
    )


def _settings(found: Any, bare: Settings, file: Path | None) -> Settings:  # noqa: ANN401 - the model's fields are made
    """Ours from the model: what was not set stays as it is without."""
    beside = Path() if file is None else file.parent
    set_at_all = found.model_fields_set
    plain = [name for name in ("market", "threads", "records", "streams") if name in set_at_all]
    chosen: dict[str, Any] = {name: getattr(found, name) for name in plain}
    if "cache" in set_at_all:
        chosen["cache"] = dataclasses.replace(bare.cache, **_chosen(found.cache, beside))
    if "market" in chosen:
        chosen["market"] = beside / chosen["market"]
    if "providers" in set_at_all:
        chosen["providers"] = {
            name: providers.declared(name).settings(**_chosen(getattr(found.providers, name), beside))
            for name in found.providers.model_fields_set
        }
    return dataclasses.replace(bare, **chosen)


def _chosen(table: BaseModel, beside: Path) -> Mapping[str, Any]:
    """What was set in a table; a relative path stands beside the file."""
    values = {name: getattr(table, name) for name in table.model_fields_set}
    return {name: beside / value if isinstance(value, Path) else value for name, value in values.items()}


def _toml(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(expected=f"TOML in {file}", found=str(error), todo="correct that place") from None


def _first(name: str) -> str:
    return name.split(BETWEEN, maxsplit=1)[0]


def _mentioned(written: Mapping[str, Any], named: Mapping[str, str]) -> list[str]:
    """The providers that the file or a variable speaks of."""
    table = written.get("providers", {})
    in_file = list(typing.cast("dict[str, Any]", table)) if isinstance(table, dict) else []
    parts = (name.split(BETWEEN) for name in named)
    return list(dict.fromkeys([*in_file, *(part[1] for part in parts if part[0] == "providers" and len(part) > 1)]))


def _told(
    error: ValidationError, model: type[BaseModel], variables: Mapping[str, str], file: Path | None
) -> Iterator[str]:
    """Each thing that is wrong: where it is set, what it should be, and what it is where that is no secret."""
    for each in error.errors(include_url=False):
        path = [str(part) for part in each["loc"]]
        if path[0] == "providers" and len(path) == 2 and each["type"] == "extra_forbidden":
            continue  # no provider of that name: told already
        known = _fields(model, path[:-1])
        variable = PREFIX + BETWEEN.join(path).upper()
        where = variable if variable in variables else f"{'.'.join(path)} in {file}"
        if each["type"] == "extra_forbidden":
            yield f"{where} is unknown{_near(path[-1], tuple(known))}"
            continue
        said = each["msg"].removeprefix("Value error, ").removeprefix("Input should be ").removeprefix("expected ")
        value = each["input"]
        plain = isinstance(value, str | int | float | bool) and not _is_secret(known.get(path[-1]))
        shown = f", found {repr(value)[:SHOWN]}" if plain and "found" not in said else ""
        yield f"{where}: expected {_EXPECTED.get(each['type'], said)}{shown}"


def _fields(model: type[BaseModel], path: Sequence[str]) -> Mapping[str, Any]:
    """The fields of the table at a path; none where there is no such table."""
    for part in path:
        field = model.model_fields.get(part)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return {}
        model = field.annotation
    return model.model_fields


def _is_secret(field: Any) -> bool:  # noqa: ANN401 - pydantic's own
    if field is None or field.annotation is Secret:
        return True
    if not isinstance(field.annotation, type):
        return typing.get_origin(field.annotation) is not typing.Literal
    return issubclass(field.annotation, BaseModel)


def _near(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.5)
    return f": did you mean {near[0]}?" if near else f": known are {', '.join(known)}" if known else ""
