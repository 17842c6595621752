"""The header of a detector: what it must say, and how a wrong one is refused."""

from __future__ import annotations

import pytest

from finops_ai.attribution.waste import Parameter, parse_detector
from finops_ai.errors import ConfigError

HEADER = {
    "detector": "idle_minds",
    "title": "Idle minds",
    "rank": "5",
    "finds": "Nothing yet.",
    "money": "None.",
    "needs": "calls",
    "advice": "Wait.",
    "confidence": "low: always.",
}
NEEDED = (
    "has a rank or needs other than calls, sessions, outcomes, reasoning, workflows, policies, commitments"
)


def text(*more: str, **changed: str) -> str:
    lines = [f"-- {key}: {value}" for key, value in {**HEADER, **changed}.items() if value]
    return "\n".join([*lines, *more, "INSERT INTO waste_claim SELECT 1"])


def test_a_header_is_read() -> None:
    found = parse_detector(text("-- parameter: min_calls = 4 | calls, at least"), "idle_minds.sql")
    assert (found.name, found.title, found.rank, found.needs) == ("idle_minds", "Idle minds", 5, "calls")
    assert found.parameters == (Parameter("min_calls", 4, "calls, at least"),)
    assert found.statement == "INSERT INTO waste_claim SELECT 1"


@pytest.mark.parametrize(
    ("detector", "message"),
    [
        (text("-- colour: red"), 'x.sql, line 9: "-- colour: red" is no header of a detector.'),
        (text("-- parameter: min_calls"), 'x.sql, line 9: "min_calls" is no parameter.'),
        (text(title=""), 'x.sql: the header lacks "title".'),
        (text(needs="luck"), f"x.sql: the header {NEEDED}."),
        (text(rank="first"), f"x.sql: the header {NEEDED}."),
    ],
)
def test_a_wrong_header_is_refused(detector: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_detector(detector, "x.sql")
    assert caught.value.message == message
    assert caught.value.hint


def test_every_wrong_header_says_what_is_wrong() -> None:
    """Pieces of the messages above, as the catalogue of errors looks for them."""
    pieces = ('" is no header of a detector.', '" is no parameter.', ": the header")
    messages = "\n".join(refusal(each) for each in (text("-- a: b"), text("-- parameter: x"), text(money="")))
    assert [piece for piece in pieces if piece not in messages] == []


def refusal(detector: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_detector(detector, "x.sql")
    return caught.value.message
