"""Who bars and facts come from: one file each, found by listing this folder."""

from __future__ import annotations

from typing import Any

from scanwright.data.providers._declared import Declared
from scanwright.model.folder import Folder, not_installed

FOLDER = Folder(package="scanwright.data.providers", attribute="PROVIDER")


def names() -> tuple[str, ...]:
    """Every provider that has a file.

    >>> "simulated" in names()
    True
    """
    return FOLDER.names()


def declared(name: str) -> Declared:
    """A provider by its name; `SettingsError` with the nearest one where there is none."""
    return FOLDER.declared(name, Declared, "a provider")


def unavailable(provider: Declared) -> str:
    """Why a provider cannot be used here, with what installs it; empty where it can.

    >>> unavailable(declared("simulated"))
    ''
    """
    return not_installed(provider.library, provider.extra)


def lacking(provider: Declared, settings: Any) -> str:  # noqa: ANN401 - each provider has a dataclass of its own
    """Why a provider cannot be asked with some settings, and what to do; empty where it can.

    >>> found = declared("massive")
    >>> lacking(found, found.settings())
    'massive needs providers.massive.key in the settings'
    """
    if reason := unavailable(provider):
        return reason
    unset = [names for names in provider.needs if not any(getattr(settings, each) for each in names)]
    told = (" or ".join(f"providers.{provider.name}.{each}" for each in names) for names in unset)
    by_url = ", or --url" if any("url" in names for names in unset) else ""
    return f"{provider.name} needs {' and '.join(told)} in the settings{by_url}" if unset else ""
