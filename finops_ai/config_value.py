"""The part of finops.yaml about what outcomes are worth, read strictly like all of it."""

from __future__ import annotations

from typing import Any

from finops_ai.config import OutcomeValue, Value
from finops_ai.config_reader import Reader
from finops_ai.yaml_text import KeyPath

_VALUE = ("hourly_cost", "outcomes")
_OUTCOME = ("value", "human_minutes", "review_minutes")


def outcome_values(file: Reader, kinds: set[str]) -> Value:
    """The loaded cost of an hour of human work, and what outcomes of each of the `kinds` are worth."""
    at: KeyPath = ("value",)
    fields = file.mapping(at, file.data.get("value"))
    file.keys(at, fields, _VALUE)
    hourly = fields.get("hourly_cost")
    if hourly is not None:
        file.origin("value.hourly_cost", (*at, "hourly_cost"))
    outcomes = tuple(
        _outcome(file, (*at, "outcomes", kind), kind, given, kinds)
        for kind, given in file.mapping((*at, "outcomes"), fields.get("outcomes")).items()
    )
    return Value(None if hourly is None else file.positive((*at, "hourly_cost"), hourly), outcomes)


def _outcome(file: Reader, at: KeyPath, kind: str, given: Any, kinds: set[str]) -> OutcomeValue:
    if kind not in kinds:
        known = f"Known: {', '.join(sorted(kinds))}." if kinds else "Name it under outcomes first."
        file.fail(at, f'"{kind}" is no outcome kind of this file.', known)
    fields = file.mapping(at, given)
    file.keys(at, fields, _OUTCOME)
    if not fields:
        file.fail(at, f'value of "{kind}" states nothing.', f"Add one of {', '.join(_OUTCOME)}.")
    file.origin(f"value.outcomes.{kind}", at)
    amounts = {key: file.positive((*at, key), item) for key, item in fields.items() if item is not None}
    return OutcomeValue(kind, **amounts)
