"""What a detector says about itself: the header of its `.sql` file.

    -- detector: retry_storm        its name, and the file's
    -- title: Retry storms          what people call it
    -- rank: 20                     its place in line: of money that two claim, the lower one is counted first
    -- finds: ...                   exactly what it looks for
    -- money: ...                   which part of the calls' cost is at stake
    -- needs: sessions              calls, sessions, outcomes, reasoning, workflows, policies or commitments:
                                    without them it is not run, and the answer says so
    -- advice: ...                  what to do
    -- confidence: ...              when it is high, medium or low
    -- parameter: min_calls = 4 | what it is for; a whole number that finops.yaml may set, bound as $min_calls

The statement below the header reads `waste_call` and writes `waste_claim`; one of a user's own is a SELECT
of what is claimed: docs/waste.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from finops_ai.errors import ConfigError

_LINE = re.compile(r"-- ([a-z]+): (.+)\Z")
_PARAMETER = re.compile(r"([a-z_]+) = (\d+) \| (.+)\Z")
_KEYS = ("detector", "title", "rank", "finds", "money", "needs", "advice", "confidence")
NEEDS = ("calls", "sessions", "outcomes", "reasoning", "workflows", "policies", "commitments")
_HINT = "See docs/waste.md."


@dataclass(frozen=True)
class Parameter:
    """A threshold of a detector: a whole number, its default, and what it is for."""

    name: str
    default: int
    text: str


@dataclass(frozen=True)
class Detector:
    """One kind of waste: its header, parsed, and the statement that claims it."""

    name: str
    title: str
    rank: int
    finds: str
    money: str
    needs: str
    advice: str
    confidence: str
    parameters: tuple[Parameter, ...]
    statement: str
    origin: str = ""
    """The file's name."""
    statement_line: int = 1
    """Where the statement begins in it."""
    is_own: bool = False
    """Whether it is the user's: then the statement is a SELECT, and what it claims is checked."""


def parse_detector(text: str, origin: str) -> Detector:
    """The detector in `text`; ConfigError names `origin` and what is wrong there."""
    fields: dict[str, str] = {}
    parameters: list[Parameter] = []
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines) if not line.startswith("--")), len(lines))
    for number, line in enumerate(lines[:end], start=1):
        found = _LINE.match(line)
        if found is None or found[1] not in (*_KEYS, "parameter"):
            raise ConfigError(f'{origin}, line {number}: "{line}" is no header of a detector.', hint=_HINT)
        if found[1] == "parameter":
            parameters.append(_parameter(found[2], f"{origin}, line {number}"))
        else:
            fields[found[1]] = found[2].strip()
    missing = [key for key in _KEYS if key not in fields]
    if missing or not fields["rank"].isdecimal() or fields["needs"] not in NEEDS:
        what = f'lacks "{missing[0]}"' if missing else f"has a rank or needs other than {', '.join(NEEDS)}"
        raise ConfigError(f"{origin}: the header {what}.", hint=_HINT)
    return Detector(
        name=fields["detector"],
        title=fields["title"],
        rank=int(fields["rank"]),
        finds=fields["finds"],
        money=fields["money"],
        needs=fields["needs"],
        advice=fields["advice"],
        confidence=fields["confidence"],
        parameters=tuple(parameters),
        statement="\n".join(lines[end:]).strip(),
        origin=origin,
        statement_line=end + 1 + next((n for n, line in enumerate(lines[end:]) if line.strip()), 0),
    )


def _parameter(text: str, place: str) -> Parameter:
    found = _PARAMETER.match(text)
    if found is None:
        raise ConfigError(f'{place}: "{text}" is no parameter.', hint="Write: name = 4 | what it is for")
    return Parameter(found[1], int(found[2]), found[3])


@cache
def load_detectors() -> tuple[Detector, ...]:
    """Every shipped detector, by rank."""
    room = resources.files("finops_ai.attribution.detectors")
    files = (entry for entry in room.iterdir() if entry.name.endswith(".sql"))
    found = [parse_detector(entry.read_text(encoding="utf-8"), entry.name) for entry in files]
    return tuple(sorted(found, key=lambda each: (each.rank, each.name)))
