"""The macros that importers type text with: those of `common.sql` always, others when one needs them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from finops_ai.importers.contract import Importer
from finops_ai.ledger import Ledger

_DEFINED = re.compile(r"\bMACRO\s+(\w+)\s*\(", re.IGNORECASE)
_NAME = re.compile(r"\w+")


@dataclass(frozen=True)
class MacroFile:
    """One file below macros/: its statements, the macros it defines, and every word in it."""

    text: str
    defined: frozenset[str]
    words: frozenset[str]


@cache
def macro_files() -> dict[str, MacroFile]:
    """The shipped files by name, without those that say what becomes of a bad value."""
    folder = resources.files("finops_ai.importers.macros")
    return {
        entry.name: _macro_file(entry.read_text(encoding="utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".sql") and not entry.name.startswith("bad_")
    }


class Macros:
    """The macro files that are defined on one connection."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._defined: set[str] = set()
        self._define("common.sql")

    def need(self, importer: Importer) -> None:
        """Define what the importer's SELECT uses and is not defined yet. Outside transactions only."""
        self._need(_words(f"{importer.select} {importer.money or ''}"))

    def _need(self, words: frozenset[str]) -> None:
        for name, file in macro_files().items():
            if name not in self._defined and file.defined & words:
                self._define(name)

    def _define(self, name: str) -> None:
        self._defined.add(name)
        file = macro_files()[name]
        if name != "common.sql":
            self._need(file.words)  # a macro is bound when it is made: what it uses comes first
        self._ledger.execute(file.text)


def _macro_file(text: str) -> MacroFile:
    return MacroFile(text, frozenset(name.lower() for name in _DEFINED.findall(text)), _words(text))


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _NAME.findall(text))
