"""The golden input files as records to mutate, and mutated records as files again.

A *unit* is one element of what repeats in the file: a CSV row, a line of JSON, or an element of the
outermost list that holds a document's records (a bucket with its results).
"""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finops_ai.importers.contract import Importer

FIXTURES = Path(__file__).resolve().parents[1] / "importers"


@dataclass(frozen=True)
class Specimen:
    """One importer's golden input. `kind` is csv, jsonl or json; `shell` the document around the units."""

    importer: Importer
    kind: str
    header: tuple[str, ...]
    units: tuple[Any, ...]
    shell: Any = None
    place: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        return f".{self.kind}"

    def render(self, units: Sequence[Any]) -> str:
        """A file of these units."""
        if self.kind == "csv":
            return "".join(",".join(map(_cell, row)) + "\n" for row in (self.header, *units))
        lines = [unit if isinstance(unit, str) else json.dumps(unit) for unit in units]
        if self.kind == "jsonl":
            return "".join(line + "\n" for line in lines)
        if self.shell is None:
            return "[\n" + ",\n".join(lines) + "\n]\n"
        shell = copy.deepcopy(self.shell)
        node = shell
        for step in self.place[:-1]:
            node = node[step]
        node[self.place[-1]] = "@units@"
        return json.dumps(shell).replace('"@units@"', "[\n" + ",\n".join(lines) + "\n]") + "\n"

    def records(self, unit: Any) -> list[Any]:
        """The records in a unit whose structure is whole."""
        if self.kind == "csv" or not self.importer.is_nested:
            return [unit]
        for path in self.importer.records:
            steps = [step.removesuffix("[]") for step in path.split(".") if step != "[]"]
            if tuple(steps[: len(self.place)]) == self.place:
                found = _followed(unit, steps[len(self.place) :])
                if found is not None:
                    return found
        return [unit]


def _followed(node: Any, steps: Sequence[str]) -> list[Any] | None:
    if isinstance(node, list):
        parts = [_followed(item, steps) for item in node]
        return None if None in parts else [record for part in parts if part for record in part]
    if not steps:
        return [node]
    if not isinstance(node, dict) or steps[0] not in node:
        return None
    return [] if node[steps[0]] is None else _followed(node[steps[0]], steps[1:])


def specimen(importer: Importer) -> Specimen:
    """The golden input of `importer`, taken apart."""
    (path,) = (FIXTURES / importer.name).glob("input.*")
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".csv":
        header, *rows = filter(None, csv.reader(io.StringIO(text, newline="")))
        return Specimen(importer, "csv", tuple(header), tuple(rows))
    if path.suffix == ".jsonl":
        return Specimen(importer, "jsonl", (), tuple(map(_parsed, filter(str.strip, text.split("\n")))))
    documents = list(_documents(text))
    if all(isinstance(document, list) for document in documents):
        return Specimen(importer, "json", (), tuple(unit for document in documents for unit in document))
    for path_text in importer.records:
        place: list[str] = []
        node = documents[0]
        for step in path_text.split("."):
            key = step.removesuffix("[]")
            if not isinstance(node, dict) or key not in node:
                break
            node = node[key]
            place.append(key)
            if isinstance(node, list):
                return Specimen(importer, "json", (), tuple(node), documents[0], tuple(place))
    raise AssertionError(f"{path}: holds no list of records")


def _documents(text: str) -> Iterator[Any]:
    text = text.strip()
    while text:
        document, end = json.JSONDecoder().raw_decode(text)
        yield document
        text = text[end:].strip()


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return line
