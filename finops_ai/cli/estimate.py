"""`finops-ai estimate`: a sample of development traffic becomes a month of production. Nothing is written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from finops_ai.cli.context import Settings, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.ingest import require_known_files
from finops_ai.cli.names import require_workflow
from finops_ai.cli.refresh import is_fresh, refresh
from finops_ai.cli.text import cell, counted
from finops_ai.config import Config
from finops_ai.errors import ConfigError
from finops_ai.forecast.estimate import (
    FEW_REQUESTS,
    Choice,
    Estimate,
    Traffic,
    estimate,
    read_sample,
)
from finops_ai.importers import Options, find_sources, ingest, load_registry
from finops_ai.ledger import Ledger
from finops_ai.money import decimal_from_text, plain
from finops_ai.months import Month

_COSTS = columns("basis:list price", "low:low:money", "mean:mean:money", "high:high:money")
_REQUEST = columns("basis:list price", "low:low:money6", "mean:mean:money6", "high:high:money6")


@dataclass(frozen=True)
class Asked:
    """The texts of the options."""

    users: str
    requests_per_day: str
    days: str | None
    workflow: str | None
    project: str | None
    tag: str | None
    month: str | None
    by: str


def estimate_production(settings: Settings, file: Path | None, asked: Asked, *, at_utc: datetime) -> Document:
    """Read the sample from the ledger or from a log file, and extrapolate it."""
    config = settings.load()
    traffic, choice = _traffic(asked), _choice(asked)
    with _sample_ledger(settings, config, file, at_utc) as ledger:
        require_workflow(ledger, config, asked.workflow)
        found = estimate(read_sample(ledger, choice), traffic)
    return _document(found)


@contextmanager
def _sample_ledger(
    settings: Settings, config: Config, file: Path | None, at_utc: datetime
) -> Iterator[Ledger]:
    """The ledger, read only; a copy brought up to date where it is not; or a ledger of the file alone."""
    if file is None:
        require_ledger(config, None)
        with settings.open(config, read_only=True) as ledger:
            if is_fresh(ledger, config):
                yield ledger
                return
    with tempfile.TemporaryDirectory(prefix="finops-ai-") as folder:
        own = replace(config, ledger_path=Path(folder) / "sample.duckdb")
        if file is None:
            settings.copy(config, own.ledger_path)
            with settings.open(own) as ledger:
                refresh(ledger, own, at_utc=at_utc)
                yield ledger
            return
        sources = find_sources([file], workdir=Path(folder))
        readable = [*(source.path for source in sources if source.is_read), Path(folder)]
        with settings.open(own, readable=readable) as ledger:
            how = Options(at_utc, Path(folder), "utf-8", "ask", at_utc)
            require_known_files(list(ingest(ledger, sources, load_registry(config.importers), how)))
            refresh(ledger, own, at_utc=at_utc)
            yield ledger


def _traffic(asked: Asked) -> Traffic:
    users, per_day = (
        _positive(asked.users, "--users"),
        _positive(asked.requests_per_day, "--requests-per-day"),
    )
    if asked.days is None:
        return Traffic(users, per_day)
    return Traffic(users, per_day, _positive(asked.days, "--days"))


def _positive(text: str, option: str) -> Decimal:
    try:
        number = decimal_from_text(text)
    except ValueError:
        number = Decimal(0)
    if number <= 0:
        raise ConfigError(f'{option} "{text}" is not a number above zero.', hint=f"For example {option} 10.")
    return number


def _choice(asked: Asked) -> Choice:
    tag = None
    if asked.tag is not None:
        key, given, value = asked.tag.partition("=")
        if not given or not key or '"' in key:
            raise ConfigError(f'--tag "{asked.tag}" is not KEY=VALUE.', hint="For example --tag stage=dev.")
        tag = (key, value)
    month = None if asked.month is None else Month.parse(asked.month)
    return Choice(
        asked.workflow,
        asked.project,
        tag,
        None if month is None else month.first_day,
        None if month is None else month.plus(1).first_day,
        asked.by,
    )


def _document(found: Estimate) -> Document:
    traffic = found.traffic
    levels = (found.low_request_cost, found.request_cost, found.high_request_cost)
    months = tuple(found.monthly(level) for level in levels)
    without = found.monthly(found.request_cost_without_retries)
    rows = (
        ("a month", *months),
        ("a year", *(12 * month for month in months)),
        ("a month without retries", None, without, None),
    )
    title = f"Production: {plain(traffic.users)} users x {plain(traffic.requests_per_day)} requests a day"
    flat = (("request", *levels), *rows)
    return Document(
        "estimate",
        (
            *_words(found),
            "",
            Table("", "Cost of a request", _REQUEST, (("a request", *levels),)),
            Table("", f"{title} x {plain(round(traffic.days, 2))} days", _COSTS, rows, null="-"),
            *_warnings(found),
        ),
        {"estimate": found, "monthly": dict(zip(("low", "mean", "high"), months, strict=True))},
        Table("costs", "", _COSTS, flat),
    )


def _words(found: Estimate) -> Iterator[str]:
    yield (
        f"Sample: {counted(found.requests, 'request')} of {counted(found.calls, 'call')}, {found.first_day} "
        f"to {found.last_day}; on average {found.input_tokens_per_request:,d} tokens in and "
        f"{found.output_tokens_per_request:,d} out a request. Models: {', '.join(found.models)}."
    )
    if found.retry_calls:
        times = "n/a" if found.retry_calls_factor is None else f"x{cell(found.retry_calls_factor)}"
        money = "n/a" if found.retry_factor is None else f"x{cell(found.retry_factor)}"
        yield (
            "Retries (failed calls, and the same prompt size to the same model again): "
            f"{found.retry_calls:,d} of {found.calls:,d} calls; they make calls {times} and cost {money}, "
            "and are inside the costs below."
        )
    else:
        yield "Retries: none was seen. Production has them; nothing is added for what was not measured."


def _warnings(found: Estimate) -> Iterator[str]:
    yield (
        "Low and high bound 80% of what other samples of this kind would say. They do not know that "
        "production asks other questions than development."
    )
    if found.requests - found.unpriced_requests < FEW_REQUESTS:
        yield f"Fewer than {FEW_REQUESTS} requests: the interval itself is a guess."
    if found.unpriced_requests:
        yield f"{counted(found.unpriced_requests, 'request')} without a list price left out."
