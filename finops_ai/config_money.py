"""The parts of finops.yaml about exchange rates and freshness, read strictly like all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, Protocol

from finops_ai.config import Freshness, FxRates
from finops_ai.yaml_text import KeyPath

_DAYS = re.compile(r"(\d{1,5})d\Z", re.ASCII)
_FX = ("file", "max_age", "max_age_of", "inverse", "through")
_LIMITS = ("warn_after", "error_after")


class Reader(Protocol):
    """What these sections need of the file being read: its values, and errors with their line."""

    path: Path
    shown: Path
    data: dict[str, Any]

    def text(self, at: KeyPath, value: Any) -> str:
        """Text that is not empty."""
        ...

    def mapping(self, at: KeyPath, value: Any) -> dict[str, Any]:
        """A mapping; nothing at all counts as an empty one."""
        ...

    def keys(
        self, at: KeyPath, fields: dict[str, Any], allowed: tuple[str, ...], required: tuple[str, ...] = ()
    ) -> None:
        """Refuse keys that are not allowed, and the lack of required ones."""
        ...

    def origin(self, setting: str, at: KeyPath, *, given: bool = True) -> None:
        """Note where a setting comes from."""
        ...

    def fail(self, at: KeyPath, what: str, hint: str = "") -> NoReturn:
        """Raise the ConfigError for the line of `at`."""
        ...


def fx_rates(file: Reader) -> FxRates | None:
    """The file of exchange rates: its name, or a mapping that also says how rates may be used."""
    value = file.data.get("fx_rates")
    if value is None:
        return None
    at: KeyPath = ("fx_rates",)
    fields = value if isinstance(value, dict) else {"file": value}
    file.keys(at, fields, _FX, ("file",))
    where: KeyPath = (*at, "file") if isinstance(value, dict) else at
    name = file.text(where, fields["file"])
    path = file.shown.parent / name
    if not path.is_file():
        file.fail(where, f'fx_rates: there is no file "{name}".', "Write its path as seen from finops.yaml.")
    inverse = fields.get("inverse", False)
    if not isinstance(inverse, bool):
        file.fail((*at, "inverse"), "inverse is neither true nor false.", "Write true or false.")
    through = fields.get("through")
    ages = file.mapping((*at, "max_age_of"), fields.get("max_age_of"))
    file.origin("fx_rates", at)
    return FxRates(
        path,
        days(file, (*at, "max_age"), fields.get("max_age", f"{FxRates.max_age_days}d")),
        tuple((name, days(file, (*at, "max_age_of", name), age)) for name, age in ages.items()),
        inverse,
        None if through is None else file.text((*at, "through"), through),
    )


def freshness(file: Reader) -> Iterator[Freshness]:
    """The ages beyond which a source is late: for all of them, and for single ones by name."""
    for name, value in file.mapping(("freshness",), file.data.get("freshness")).items():
        at = ("freshness", name)
        fields = file.mapping(at, value)
        file.keys(at, fields, _LIMITS)
        if not fields:
            file.fail(at, f'freshness of "{name}" states no age.', "Add warn_after: 3d or error_after: 10d.")
        warn, error = (
            days(file, (*at, key), fields[key]) if fields.get(key) is not None else None for key in _LIMITS
        )
        if warn is not None and error is not None and error < warn:
            file.fail(
                (*at, "error_after"),
                f"error_after {error}d is earlier than warn_after {warn}d.",
                "A source is late before it is too late: put the smaller age first.",
            )
        file.origin(f"freshness.{name}", at)
        yield Freshness(None if name == "default" else name, warn, error)


def days(file: Reader, at: KeyPath, value: Any) -> int:
    """A number of days written 3d."""
    found = _DAYS.match(value) if isinstance(value, str) else None
    if found is None:
        file.fail(at, f'"{value}" is not a number of days.', "Write it as 3d.")
    return int(found[1])
