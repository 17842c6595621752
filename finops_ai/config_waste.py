"""The parts of finops.yaml about waste: limits of detectors, and the models that a workflow may use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from finops_ai.config_reader import Reader
from finops_ai.patterns import expression
from finops_ai.yaml_text import KeyPath

_NAME = re.compile(r"[a-z][a-z_]*\Z")


def limits(file: Reader) -> Iterator[tuple[str, str, int | None]]:
    """(detector, parameter, value) as written; (detector, "", None) for one that is turned off.

    Whether there is such a detector is for the detectors to say: they are no business of this file.
    """
    for name, value in file.mapping(("waste",), file.data.get("waste")).items():
        at: KeyPath = ("waste", name)
        if not _NAME.match(name):
            file.fail(at, f'"{name}" is no name of a detector.', "`finops-ai waste --list` names them.")
        file.origin(f"waste.{name}", at)
        if value == "off" or value is False:
            yield name, "", None
            continue
        for parameter, number in file.mapping(at, value).items():
            place = (*at, parameter)
            if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                file.fail(
                    place, f'"{number}" is not a whole number.', "Write one of 0 or more, without quotes."
                )
            yield name, parameter, number


def models(file: Reader, at: KeyPath, value: Any) -> tuple[str, ...]:
    """The patterns of the models that a workflow may use."""
    found = []
    for number, item in enumerate(file.sequence(at, value)):
        try:
            found.append(expression(file.text((*at, number), item)))
        except re.error as error:
            file.fail(
                (*at, number),
                f'"{item}" is not a usable regular expression: {error}.',
                "Write a name or a glob such as gpt-5*.",
            )
    if not found and value is not None:
        file.fail(
            at, "the list of models is empty.", "Name at least one, or remove it: without it any is allowed."
        )
    return tuple(found)
