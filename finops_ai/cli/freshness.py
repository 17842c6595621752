"""How far each source is behind today, against the ages that finops.yaml allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from finops_ai.cli.text import counted
from finops_ai.config import Config, Freshness
from finops_ai.errors import ConfigError

FRESH, LATE, TOO_LATE, MISSING = "fresh", "late", "too late", "missing"


@dataclass(frozen=True)
class Age:
    """One source and its age; `verdict` is fresh, late, too late or missing, None without any limit.

    `age_days` and `last_day` are None when the ledger has nothing of a source that finops.yaml names.
    """

    source: str
    name: str | None
    account: str | None
    last_day: date | None
    age_days: int | None
    warn_after_days: int | None
    error_after_days: int | None
    verdict: str | None

    @property
    def is_error(self) -> bool:
        """Whether a check must fail for it."""
        return self.verdict in (TOO_LATE, MISSING)

    @property
    def text(self) -> str:
        """The verdict in one sentence, for a flag."""
        title = f"{self.source}: {self.name}" if self.name else self.source
        title += f", {self.account}" if self.account else ""
        if self.age_days is None:
            return f"{title}: finops.yaml expects it, and nothing of it has been ingested."
        limit, word = (self.warn_after_days, "warn_after")
        if self.verdict == TOO_LATE:
            limit, word = self.error_after_days, "error_after"
        return (
            f"{title} is {self.verdict}: its newest day, {self.last_day}, is "
            f"{counted(self.age_days, 'day')} old ({word} is {limit}d)."
        )


Known = tuple[str, str, str | None, date]
"""(source, name, account, newest day) of a source that has data."""


def ages(config: Config, sources: Iterable[Known], today: date) -> tuple[Age, ...]:
    """The age of each source, and those that finops.yaml names and the ledger lacks.

    Limits by provider or kind go before limits by format, and these before the default. Days after
    `today`, such as the end of a running billing period, do not make a source younger.
    """
    limits = {limit.source: limit for limit in config.freshness}
    known = list(sources)
    return (
        *(_age(each, _limit(limits, each), today) for each in known),
        *_missing(limits, {name for source, kind, _, _ in known for name in (source, kind)}),
    )


def require_limits(config: Config) -> None:
    """Raise ConfigError when there is no limit to check: an answer of "all fresh" would be empty."""
    if not config.freshness:
        raise ConfigError(
            "sources --check: finops.yaml states no freshness.",
            hint="Add for example: freshness: {default: {warn_after: 3d, error_after: 10d}}.",
        )


def _limit(limits: dict[str | None, Freshness], each: Known) -> Freshness | None:
    source, name, _, _ = each
    return limits.get(name) or limits.get(source) or limits.get(None)


def _age(each: Known, limit: Freshness | None, today: date) -> Age:
    source, name, account, newest = each
    last = min(newest, today)
    age_days = (today - last).days
    if limit is None:
        return Age(source, name, account, last, age_days, None, None, None)
    warn, error = limit.warn_after_days, limit.error_after_days
    verdict = FRESH
    if error is not None and age_days > error:
        verdict = TOO_LATE
    elif warn is not None and age_days > warn:
        verdict = LATE
    return Age(source, name, account, last, age_days, warn, error, verdict)


def _missing(limits: dict[str | None, Freshness], known: set[str]) -> Iterator[Age]:
    for source, limit in limits.items():
        if source is not None and source not in known:
            yield Age(
                *(source, None, None, None, None, limit.warn_after_days, limit.error_after_days, MISSING)
            )
