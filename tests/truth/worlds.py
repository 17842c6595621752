"""A generator of months whose every cost is known: workflows on a shared key, retries, lost logs.

Each world is one project with one key that three workflows share. Two have outcomes linked by session,
the third has none. Sessions cost what heavy tails make them cost; failed ones take more calls; calls
are retried; some outcomes are reopened. The bill holds every call, the log only those that were kept.
Costs are tokens x billed price, so the truth is exact; `expected` is what the distributions say.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from finops_ai.attribution import attribute_month
from finops_ai.config import Config, OutcomeLink, Workflow
from finops_ai.ledger import Ledger
from finops_ai.months import Month

OCTOBER = Month(2026, 10)
LINKED = ("answers", "claims")
# Billed price of a token; list prices stand 25% above. The second model is the cheap one.
PRICES = {
    "big": {"input_uncached": Decimal("0.000002"), "output": Decimal("0.000008")},
    "small": {"input_uncached": Decimal("0.0000004"), "output": Decimal("0.0000016")},
}
LIST_PER_BILLED = Decimal("1.25")


@dataclass(frozen=True)
class Habits:
    """How the sessions of a world behave. Spreads are standard deviations of logarithms."""

    sessions: int = 150
    lost_share: float = 0.2
    lost_by: str = "call"
    """call: each call's log is lost by itself; session: those of a session together."""
    success_share: float = 0.7
    reopened_share: float = 0.05
    retry_share: float = 0.15
    calls: float = 4.0
    """Mean calls of a session that succeeds, retries apart; a failed one takes half as many again."""
    session_spread: float = 0.6
    call_spread: float = 0.8
    big_share: float = 0.6
    input_tokens: int = 3000
    output_tokens: int = 600


@dataclass(frozen=True)
class Truth:
    """One workflow of one world: what it really cost."""

    kind: str
    workflow: str
    successes: int
    cost: Decimal
    """USD of all calls for its outcomes, lost ones included."""
    expected: float
    """What a success costs in the long run, in USD."""

    @property
    def cost_per_success(self) -> Decimal:
        """The month's true figure, rounded as the ledger rounds."""
        return int(self.cost / self.successes * 10**15) / Decimal(10**15)


def expected_cost_per_success(habits: Habits) -> float:
    """Mean cost of a session over the share of sessions that end well and stay so."""
    prices = [
        share * float(habits.input_tokens * price["input_uncached"] + habits.output_tokens * price["output"])
        for share, price in zip((habits.big_share, 1 - habits.big_share), PRICES.values(), strict=True)
    ]
    calls = habits.calls * (habits.success_share + 1.5 * (1 - habits.success_share))
    per_session = calls * (1 + habits.retry_share) * sum(prices)
    return per_session / (habits.success_share * (1 - habits.reopened_share))


def build(ledger: Ledger, seeds: range, habits: Habits) -> list[Truth]:
    """Write one world per seed into October of an empty `ledger` and attribute it; the truth of each pair."""
    worlds = _Worlds(habits)
    truths = [truth for seed in seeds for truth in worlds.world(seed)]
    worlds.write(ledger)
    with ledger.transaction(writes="attribution"):
        attribute_month(ledger, config(seeds), OCTOBER)
    return truths


def config(seeds: range) -> Config:
    """Workflows named by the logs themselves, outcomes linked by session."""
    names = [f"{name}-{seed}" for seed in seeds for name in (*LINKED, "chatter")]
    return Config(
        path=Path("finops.yaml"),
        ledger_path=Path("finops.duckdb"),
        workflows=tuple(Workflow(name) for name in names),
        outcomes=tuple(
            OutcomeLink(f"{name}-{seed}", f"{name}-{seed}", "session_id") for seed in seeds for name in LINKED
        ),
    )


@dataclass(frozen=True)
class _Call:
    """One call; `key` is its project and workflow."""

    key: tuple[int, str]
    session: str
    day: int
    model: str
    tokens: tuple[int, int]

    @property
    def cost(self) -> Decimal:
        """Tokens times billed prices."""
        prices = PRICES[self.model].values()
        return sum((q * price for q, price in zip(self.tokens, prices, strict=True)), Decimal(0))


class _Worlds:
    """Every call and outcome of every world: what the bill counts, and what the log kept."""

    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self.columns: dict[str, list[object]] = defaultdict(list)
        self.billed: dict[tuple[int, int, str, str], int] = defaultdict(int)
        self.outcomes: list[tuple[str, str, str, datetime, datetime | None]] = []

    def world(self, seed: int) -> Iterator[Truth]:
        """Three workflows on one key; the truth of those with outcomes."""
        chance = random.Random(f"{seed}")  # noqa: S311 - no secrets
        for name in (*LINKED, "chatter"):
            yield from self.workflow(chance, seed, name)

    def workflow(self, chance: random.Random, seed: int, name: str) -> Iterator[Truth]:
        """The sessions of one workflow; its truth when it has outcomes."""
        workflow = f"{name}-{seed}"
        cost, successes = Decimal(0), 0
        for number in range(self.habits.sessions):
            session = f"{workflow}/{number}"
            day = 1 + chance.randrange(28)
            is_good = chance.random() < self.habits.success_share
            is_reopened = is_good and chance.random() < self.habits.reopened_share
            cost += self.session(chance, (seed, workflow), session, day, is_good=is_good)
            if name in LINKED:
                at = datetime(2026, 10, day, 18)
                reopened = at + timedelta(days=2) if is_reopened else None
                self.outcomes.append((workflow, session, "success" if is_good else "failure", at, reopened))
                successes += is_good and not is_reopened
        if name in LINKED:
            yield Truth(workflow, workflow, successes, cost, expected_cost_per_success(self.habits))

    def session(
        self, chance: random.Random, key: tuple[int, str], session: str, day: int, *, is_good: bool
    ) -> Decimal:
        """The calls of one session, and what they cost."""
        habits, cost = self.habits, Decimal(0)
        is_session_lost = chance.random() < habits.lost_share
        size = _heavy(chance, habits.session_spread)
        for _ in range(_poisson(chance, habits.calls * (1 if is_good else 1.5))):
            model = "big" if chance.random() < habits.big_share else "small"
            factor = size * _heavy(chance, habits.call_spread)
            tokens = (round(habits.input_tokens * factor), round(habits.output_tokens * factor))
            call = _Call(key, session, day, model, tokens)
            # A retried call is billed twice: the first try failed.
            tries = 2 if chance.random() < habits.retry_share else 1
            for attempt in range(tries):
                lost = is_session_lost if habits.lost_by == "session" else chance.random() < habits.lost_share
                self.add(call, is_failed=attempt + 1 < tries, is_lost=lost)
                cost += call.cost
        return cost

    def add(self, call: _Call, *, is_failed: bool, is_lost: bool) -> None:
        """Bill the call, and log it unless its log is lost."""
        seed, workflow = call.key
        for meter, quantity in zip(PRICES[call.model], call.tokens, strict=True):
            self.billed[seed, call.day, call.model, meter] += quantity
        if is_lost:
            return
        row = {
            "at_utc": datetime(2026, 10, call.day, 12),
            "model_id": call.model,
            "input_uncached_tokens": call.tokens[0],
            "output_tokens": call.tokens[1],
            "status": "failure" if is_failed else "success",
            "session_id": call.session,
            "project_id": f"project-{seed}",
            "workflow_hint": workflow,
        }
        for name, value in row.items():
            self.columns[name].append(value)

    def write(self, ledger: Ledger) -> None:
        """Usage with list prices, the bill by project, day, model and kind of token, and outcomes."""
        ledger.execute(_USAGE, dict(self.columns))
        listed = {
            f"{model}_{meter}": format(price * LIST_PER_BILLED, "f")
            for model, prices in PRICES.items()
            for meter, price in prices.items()
        }
        ledger.execute(_PRICED, listed)
        lines = sorted(self.billed.items())
        ledger.execute(
            _BILL,
            {
                "projects": [f"project-{key[0]}" for key, _ in lines],
                "days": [datetime(2026, 10, key[1]) for key, _ in lines],
                "models": [key[2] for key, _ in lines],
                "meters": [key[3] for key, _ in lines],
                "quantities": [quantity for _, quantity in lines],
                "costs": [format(quantity * PRICES[key[2]][key[3]], "f") for key, quantity in lines],
            },
        )
        kinds, sessions, states, at, reopened = (list(column) for column in zip(*self.outcomes, strict=True))
        ledger.execute(
            _OUTCOMES,
            {"kinds": kinds, "sessions": sessions, "states": states, "at": at, "reopened": reopened},
        )


def _heavy(chance: random.Random, spread: float) -> float:
    """A lognormal factor of mean 1."""
    return chance.lognormvariate(-spread * spread / 2, spread)


def _poisson(chance: random.Random, mean: float) -> int:
    """A Poisson number by multiplying uniforms (Knuth)."""
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


_USAGE = """
INSERT INTO token_usage BY NAME
SELECT 2 AS file_id, row_number() OVER () AS row_number, row_number::UHUGEINT AS usage_id,
    'litellm' AS source, row_number::VARCHAR AS source_key, 'openai' AS provider, model_id AS model_name, *
FROM (SELECT unnest($at_utc::TIMESTAMP[]) AS at_utc, unnest($model_id::VARCHAR[]) AS model_id,
    unnest($input_uncached_tokens::BIGINT[]) AS input_uncached_tokens,
    unnest($output_tokens::BIGINT[]) AS output_tokens, unnest($status::VARCHAR[]) AS status,
    unnest($session_id::VARCHAR[]) AS session_id, unnest($project_id::VARCHAR[]) AS project_id,
    unnest($workflow_hint::VARCHAR[]) AS workflow_hint)
"""
_PRICED = """
INSERT INTO priced_usage BY NAME
SELECT *, (input_uncached_cost + output_cost)::DECIMAL(38,15) AS list_cost
FROM (
    SELECT DATE '2026-10-01' AS month, usage_id, file_id, row_number, provider, model_id,
        (input_uncached_tokens * CASE model_id WHEN 'big' THEN $big_input_uncached::DECIMAL(18,15)
            ELSE $small_input_uncached::DECIMAL(18,15) END)::DECIMAL(38,15) AS input_uncached_cost,
        (output_tokens * CASE model_id WHEN 'big' THEN $big_output::DECIMAL(18,15)
            ELSE $small_output::DECIMAL(18,15) END)::DECIMAL(38,15) AS output_cost,
        'priced' AS pricing_status, 'USD' AS currency
    FROM token_usage
)
"""
_BILL = """
INSERT INTO charge BY NAME
SELECT 1 AS file_id, row_number() OVER () AS row_number, 'test' AS source, 'openai' AS provider,
    'acme' AS billing_account_id, 'USD' AS billing_currency, 'Usage' AS charge_category,
    'Tokens' AS consumed_unit, TIMESTAMP '2026-10-01' AS billing_period_start_utc,
    TIMESTAMP '2026-11-01' AS billing_period_end_utc,
    charge_period_start_utc + INTERVAL 1 DAY AS charge_period_end_utc, model_id AS model_name, *
FROM (SELECT unnest($projects::VARCHAR[]) AS sub_account_id, unnest($models::VARCHAR[]) AS model_id,
    unnest($days::TIMESTAMP[]) AS charge_period_start_utc, unnest($meters::VARCHAR[]) AS token_kind,
    unnest($quantities::BIGINT[])::DECIMAL(38,15) AS consumed_quantity,
    unnest($costs::VARCHAR[])::DECIMAL(38,15) AS billed_cost)
"""
_OUTCOMES = """
INSERT INTO outcome BY NAME
SELECT 3 AS file_id, row_number() OVER () AS row_number, 'test' AS source, session_id AS source_key,
    session_id AS outcome_id, *
FROM (SELECT unnest($kinds::VARCHAR[]) AS kind, unnest($sessions::VARCHAR[]) AS session_id,
    unnest($states::VARCHAR[]) AS status, unnest($at::TIMESTAMP[]) AS resolved_at_utc,
    unnest($reopened::TIMESTAMP[]) AS reopened_at_utc)
"""
