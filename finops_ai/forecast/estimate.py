"""From a sample of development traffic to a month of production, with what the sample cannot say.

Costs are list prices of the sample's calls: estimates. The mean cost of a request is exact; its interval
is a bootstrap over requests (floats, fixed seed), so it holds what varies inside the sample and nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, localcontext

from finops_ai.errors import InputError
from finops_ai.ledger import Ledger, statement

FEW_REQUESTS = 30
RESAMPLES = 1000
SEED = 20261122
DAYS_A_MONTH = Decimal(365) / 12
_SAMPLED_MAX = 2000
_DIGITS = 40
_LAST_DIGIT = Decimal(1).scaleb(-15)


@dataclass(frozen=True)
class Choice:
    """Which calls are the sample; None: all of them. `by` is trace or call."""

    workflow: str | None = None
    project: str | None = None
    tag: tuple[str, str] | None = None
    first_day: date | None = None
    after_day: date | None = None
    by: str = "trace"


@dataclass(frozen=True)
class Request:
    """One request of the sample; list_cost None: a call of it has no price. Costs in the list's currency."""

    request: str
    first_at_utc: datetime
    last_at_utc: datetime
    calls: int
    retry_calls: int
    input_tokens: int
    output_tokens: int
    list_cost: Decimal | None
    retry_cost: Decimal
    models: str


@dataclass(frozen=True)
class Traffic:
    """Production: users, requests of each a day, and days in a month; all above zero."""

    users: Decimal
    requests_per_day: Decimal
    days: Decimal = DAYS_A_MONTH

    @property
    def requests_a_month(self) -> Decimal:
        """Requests in a month."""
        with localcontext() as context:
            context.prec = _DIGITS
            return self.users * self.requests_per_day * self.days


@dataclass(frozen=True)
class Estimate:
    """What the sample makes of production. Costs per request keep 15 decimals; `low` and `high` bound 80%.

    `retry_factor` is the cost with retries over the cost without, `retry_calls_factor` the same of calls;
    None where there is nothing without retries.
    """

    requests: int
    unpriced_requests: int
    calls: int
    retry_calls: int
    first_day: date
    last_day: date
    input_tokens_per_request: int
    output_tokens_per_request: int
    models: tuple[str, ...]
    request_cost: Decimal
    low_request_cost: Decimal
    high_request_cost: Decimal
    request_cost_without_retries: Decimal
    retry_factor: Decimal | None
    retry_calls_factor: Decimal | None
    traffic: Traffic

    def monthly(self, request_cost: Decimal) -> Decimal:
        """A month of production at a cost of a request, 15 decimals."""
        with localcontext() as context:
            context.prec = _DIGITS
            return (self.traffic.requests_a_month * request_cost).quantize(_LAST_DIGIT)


def read_sample(ledger: Ledger, choice: Choice) -> list[Request]:
    """The requests that `choice` picks; InputError when there are none."""
    rows = ledger.rows(
        statement("forecast", "sample_requests.sql"),
        {
            "by": choice.by,
            "workflow": choice.workflow,
            "project": choice.project,
            "tag_key": None if choice.tag is None else choice.tag[0],
            "tag_value": None if choice.tag is None else choice.tag[1],
            "first_day": choice.first_day,
            "after_day": choice.after_day,
        },
    )
    if not rows:
        raise InputError(
            "No call of the logs is in this sample, so there is nothing to extrapolate.",
            hint="Loosen --workflow, --project, --tag or --month, or name a log file.",
        )
    return [Request(*row) for row in rows]


def estimate(sample: Sequence[Request], traffic: Traffic) -> Estimate:
    """Extrapolate. Requests without a price are counted and left out; InputError when none has one."""
    priced = [request for request in sample if request.list_cost is not None]
    if not priced:
        models = ", ".join(sorted({request.models for request in sample})[:5])
        raise InputError(
            f"No request of the sample has a list price ({models}).",
            hint="`finops-ai prices unpriced` says why; add model_names or prices in finops.yaml.",
        )
    costs = [request.list_cost or Decimal(0) for request in priced]
    total, retries = sum(costs, Decimal(0)), sum((request.retry_cost for request in priced), Decimal(0))
    low, high = interval([float(cost) for cost in costs])
    calls, retry_calls = sum(r.calls for r in priced), sum(r.retry_calls for r in priced)
    return Estimate(
        requests=len(sample),
        unpriced_requests=len(sample) - len(priced),
        calls=calls,
        retry_calls=retry_calls,
        first_day=min(request.first_at_utc for request in sample).date(),
        last_day=max(request.last_at_utc for request in sample).date(),
        input_tokens_per_request=sum(r.input_tokens for r in priced) // len(priced),
        output_tokens_per_request=sum(r.output_tokens for r in priced) // len(priced),
        models=tuple(sorted({model for r in priced for model in r.models.split(", ")})),
        request_cost=_ratio(total, len(priced)),
        low_request_cost=Decimal(repr(low)).quantize(_LAST_DIGIT),
        high_request_cost=Decimal(repr(high)).quantize(_LAST_DIGIT),
        request_cost_without_retries=_ratio(total - retries, len(priced)),
        retry_factor=_ratio(total, total - retries) if total > retries else None,
        retry_calls_factor=_ratio(Decimal(calls), calls - retry_calls) if calls > retry_calls else None,
        traffic=traffic,
    )


def interval(values: Sequence[float]) -> tuple[float, float]:
    """P10 and P90 of the mean over resampled requests; of many, a plain normal interval."""
    count = len(values)
    mean = sum(values) / count
    if count > _SAMPLED_MAX:
        spread = (sum((value - mean) ** 2 for value in values) / (count - 1) / count) ** 0.5
        return mean - 1.2815515655446004 * spread, mean + 1.2815515655446004 * spread
    dice = random.Random(SEED)  # noqa: S311 - the same resamples each time are the point
    means = sorted(
        sum(values[int(dice.random() * count)] for _ in range(count)) / count for _ in range(RESAMPLES)
    )
    return means[RESAMPLES // 10], means[-RESAMPLES // 10 - 1]


def _ratio(over: Decimal, under: Decimal | int) -> Decimal:
    with localcontext() as context:
        context.prec = _DIGITS
        return (over / under).quantize(_LAST_DIGIT)
