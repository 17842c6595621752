"""What the sections of finops.yaml need of the file being read: checked values, places and refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, Protocol

from finops_ai.config import Condition
from finops_ai.yaml_text import KeyPath, Lines


class Reader(Protocol):
    """One finops.yaml. `shown` is its path as the user wrote it, for messages."""

    path: Path
    shown: Path
    data: dict[str, Any]
    lines: Lines

    def text(self, at: KeyPath, value: Any) -> str:
        """Text that is not empty."""
        ...

    def mapping(self, at: KeyPath, value: Any) -> dict[str, Any]:
        """A mapping; nothing at all counts as an empty one."""
        ...

    def sequence(self, at: KeyPath, value: Any) -> list[Any]:
        """A list; nothing at all counts as an empty one."""
        ...

    def keys(
        self, at: KeyPath, fields: dict[str, Any], allowed: tuple[str, ...], required: tuple[str, ...] = ()
    ) -> None:
        """Refuse keys that are not allowed, and the lack of required ones."""
        ...

    def items(
        self, section: str, allowed: tuple[str, ...], required: tuple[str, ...]
    ) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
        """Each item of a list of mappings, with its place."""
        ...

    def conditions(self, at: KeyPath, value: Any) -> tuple[Condition, ...]:
        """The fields and patterns of one `when`."""
        ...

    def day(self, at: KeyPath, fields: dict[str, Any], key: str) -> date | None:
        """A date; None when absent."""
        ...

    def span(self, at: KeyPath, fields: dict[str, Any]) -> tuple[date | None, date | None]:
        """The dates `from` and `until`, the first day without; None when absent, never reversed."""
        ...

    def positive(self, at: KeyPath, value: Any) -> Decimal:
        """A number over zero."""
        ...

    def workflow(self, at: KeyPath, value: Any, names: set[str]) -> str:
        """The name of a registered workflow."""
        ...

    def unseen(self, at: KeyPath, what: str, key: str, seen: set[str]) -> None:
        """Refuse what stands twice."""
        ...

    def hint(self, wrong: str, known: Iterable[str]) -> str:
        """What may have been meant by a name that is not known."""
        ...

    def origin(self, setting: str, at: KeyPath, *, given: bool = True) -> None:
        """Note where a setting comes from."""
        ...

    def fail(self, at: KeyPath, what: str, hint: str = "") -> NoReturn:
        """Raise the ConfigError for the line of `at`."""
        ...
