"""The whole job on samples/, against a truth computed in plain Python without the package.

Every month's bill, workflow costs, gaps and costs per outcome must equal the truth exactly.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from finops_ai.cli.refresh import refresh
from finops_ai.config_file import load_config
from finops_ai.forecast import forecast_budgets, store_forecast
from finops_ai.forecast.grade import grade
from finops_ai.importers import FileResult, Options, find_sources, ingest, load_registry
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from tests.conftest import REPOSITORY

TRUTH: dict[str, Any] = json.loads((REPOSITORY / "tests/truth/samples.json").read_text(encoding="utf-8"))
MONTHS = sorted(TRUTH["months"])
NOW = datetime(2026, 11, 21)


class Company:
    """The sample company's ledger after one ingest, and what each file's import reported."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(REPOSITORY / "samples", folder / "samples")
        self.samples = folder / "samples"
        self.config = load_config(self.samples)
        self.results = self.ingest()
        with Ledger.open(self.config.ledger_path) as ledger:
            refresh(ledger, self.config, at_utc=NOW)

    def ingest(self) -> list[FileResult]:
        """Import every bill, log and outcome file of the samples."""
        work = self.samples / "work"
        work.mkdir(exist_ok=True)
        paths = [self.samples / name for name in ("bills", "logs", "outcomes")]
        sources = find_sources(paths, workdir=work)
        readable = [*(source.path for source in sources), work.resolve()]
        with Ledger.open(self.config.ledger_path, readable=readable) as ledger:
            return list(ingest(ledger, sources, load_registry(), Options(NOW, work.resolve())))

    def figures(self) -> list[Any]:
        """Everything that a second import must not change."""
        with Ledger.open(self.config.ledger_path, read_only=True) as ledger:
            return [
                ledger.rows("SELECT source, count(*), sum(billed_cost) FROM charge GROUP BY 1 ORDER BY 1"),
                ledger.rows(
                    "SELECT source, count(*), sum(output_tokens) FROM token_usage GROUP BY 1 ORDER BY 1"
                ),
                ledger.rows("SELECT kind, count(*) FROM outcome GROUP BY 1 ORDER BY 1"),
                ledger.rows("FROM workflow_month ORDER BY ALL"),
                ledger.rows("FROM gap ORDER BY ALL"),
                ledger.rows("FROM outcome_cost ORDER BY ALL"),
            ]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The company, imported and attributed once for this module."""
    return Company(tmp_path_factory.mktemp("company"))


@pytest.fixture
def ledger(company: Company) -> Iterator[Ledger]:
    """The company's ledger, to read."""
    with Ledger.open(company.config.ledger_path, read_only=True) as opened:
        yield opened


def decimals(rows: list[tuple[str, Decimal]]) -> dict[str, Decimal]:
    return {name: amount for name, amount in rows if amount}


def expected(part: dict[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(amount) for name, amount in part.items() if Decimal(amount)}


@pytest.mark.parametrize("month", MONTHS)
def test_the_bill_is_workflows_plus_gaps_and_each_equals_the_truth(ledger: Ledger, month: str) -> None:
    truth, day = TRUTH["months"][month], {"m": f"{month}-01"}
    billed = ledger.value(
        "SELECT sum(billed_cost) FROM charge WHERE date_trunc('month', billing_period_start_utc) = $m::DATE",
        day,
    )
    direct = "SELECT workflow, sum(direct_cost) FROM workflow_month WHERE month = $m GROUP BY 1"
    shared = "SELECT workflow, sum(shared_cost) FROM workflow_month WHERE month = $m GROUP BY 1"
    gaps = "SELECT cause, sum(cost) FROM gap WHERE month = $m GROUP BY 1"
    assert billed == Decimal(truth["billed"]["USD"])
    assert decimals(ledger.rows(direct, day)) == expected(truth["direct"])
    assert decimals(ledger.rows(shared, day)) == expected(truth["shared"])
    assert decimals(ledger.rows(gaps, day)) == expected(truth["gaps"])
    allocated = ledger.value(
        "SELECT sum(cost) FROM allocation WHERE month = $m AND label <> 'estimated'", day
    )
    assert allocated == billed


@pytest.mark.parametrize("month", MONTHS)
def test_cost_per_outcome_equals_the_truth(ledger: Ledger, month: str) -> None:
    rows = ledger.records("SELECT * FROM outcome_cost WHERE month = $m", {"m": f"{month}-01"})
    found = {row["kind"]: row for row in rows}
    for kind, truth in TRUTH["months"][month]["outcomes"].items():
        row = found[kind]
        assert (row["attempts"], row["successes"]) == (truth["attempts"], truth["successes"]), kind
        assert row["linked_cost"] == Decimal(truth["linked_cost"]), kind
        assert row["unlinked_cost"] == Decimal(truth["unlinked_cost"]), kind
        if truth["successes"]:
            exact = Fraction(truth["cost_per_success_fraction"])
            assert abs(Fraction(row["attributed_cost_per_success"]) - exact) < Fraction(1, 10**15), kind
        else:
            assert row["attributed_cost_per_success"] is None, kind


@pytest.mark.parametrize("month", MONTHS)
def test_tokens_of_each_workflow_equal_the_truth(ledger: Ledger, month: str) -> None:
    rows = ledger.rows(
        "SELECT workflow, sum(calls), sum(tokens) FROM workflow_month WHERE month = $m GROUP BY 1",
        {"m": f"{month}-01"},
    )
    found = {workflow: (calls, tokens) for workflow, calls, tokens in rows}
    for workflow, truth in TRUTH["months"][month]["tokens"].items():
        if workflow in {name for name in found if name is not None}:
            buckets = sum(count for kind, count in truth.items() if kind not in ("calls", "reasoning_tokens"))
            assert found[workflow] == (truth["calls"], buckets), workflow


def test_each_file_is_read_whole_and_its_rejects_are_the_planted_ones(company: Company) -> None:
    by_path = {str(Path(result.path).relative_to(company.samples)): result for result in company.results}
    rejected = {path: result.rows_rejected for path, result in by_path.items() if result.rows_rejected}
    assert {Path(path).name: count for path, count in rejected.items()} == {
        Path(path).name: count for path, count in TRUTH["rejects"].items()
    }
    for path, truth in TRUTH["files"].items():
        key = path.removeprefix("samples/")
        assert by_path[key].rows_read == truth["records"], path


def test_every_logged_call_has_a_price(ledger: Ledger) -> None:
    rows = ledger.rows("SELECT pricing_status, count(*) FROM priced_usage GROUP BY 1 ORDER BY 1")
    assert {status for status, _ in rows} == {"no_tokens", "priced"}


def known(costs: dict[str, Decimal], until: str) -> list[Decimal]:
    return [costs[month] for month in MONTHS if month < until]


def test_a_track_record_equals_one_computed_in_plain_python(company: Company) -> None:
    """Five forecasts, each made in the first days of the month it starts with, against the truth's totals."""
    runs = ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]
    with Ledger.open(company.config.ledger_path) as ledger:
        for run in runs:
            first = Month.parse(run)
            made = forecast_budgets(ledger, company.config, months=12, by_workflow=True, as_of=first.plus(-1))
            with ledger.transaction(writes="none"):
                store_forecast(ledger, made, made_at_utc=first.start_utc.replace(day=4))
        found = grade(ledger, company.config)
        said = {
            (run, month): (low, mid, high) for run, month, low, mid, high in ledger.rows(STORED_BASELINES)
        }
    # The run rate's basis: the bill without credits and tax.
    costs = {
        month: Decimal(truth["billed"]["USD"])
        - sum(Decimal(truth["gaps"].get(cause, "0")) for cause in ("credit", "tax", "refund"))
        for month, truth in TRUTH["months"].items()
    }
    pairs = [(run, month) for run in runs for month in MONTHS if month >= run]
    assert {pair for pair in said if pair[1] in MONTHS} == set(pairs)
    errors = [said[pair][1] - costs[pair[1]] for pair in pairs]
    actual = sum(costs[month] for _, month in pairs)
    units = [
        Fraction(sum(abs(b - a) for a, b in pairwise(known(costs, run)))) / (len(known(costs, run)) - 1)
        for run, _ in pairs
    ]
    scores = [score for score in found.scores if score.scope == "total"]
    near = [at for at, (run, month) in enumerate(pairs) if MONTHS.index(month) - MONTHS.index(run) < 3]
    spans = {(score.ahead_first, score.ahead_last): score for score in scores}
    assert sum(spans[span].forecasts for span in ((1, 1), (2, 3), (4, 12))) == len(pairs) == 15
    of_near = spans[1, 3]
    assert of_near.forecasts == len(near) == 12
    assert of_near.wape == six(
        Fraction(sum(abs(errors[at]) for at in near)) / Fraction(sum(costs[pairs[at][1]] for at in near))
    )
    assert of_near.bias == six(
        Fraction(sum(errors[at] for at in near)) / Fraction(sum(costs[pairs[at][1]] for at in near))
    )
    assert of_near.mase == six(
        sum((abs(Fraction(errors[at])) / units[at] for at in near), Fraction(0)) / len(near)
    )
    inside = [said[pairs[at]][0] <= costs[pairs[at][1]] <= said[pairs[at]][2] for at in near]
    assert of_near.coverage == six(Fraction(sum(inside), len(inside)))
    assert actual == sum(plan.actual for plan in found.plans)
    assert found.misses[0].miss == sum(found.misses[0].parts.values())


def six(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.000001"))


STORED_BASELINES = """
SELECT strftime(r.made_for_month, '%Y-%m'), strftime(p.month, '%Y-%m'),
    any_value(budget) FILTER (level = 'low'), any_value(budget) FILTER (level = 'mid'),
    any_value(budget) FILTER (level = 'high')
FROM forecast_point AS p INNER JOIN forecast_run AS r USING (run_id)
WHERE p.scope = 'total' AND p.scenario = 'Baseline' AND r.made_for_month >= '2026-06-01'
GROUP BY ALL
"""


def test_importing_everything_again_changes_no_figure(company: Company) -> None:
    before = company.figures()
    again = company.ingest()
    assert {result.status for result in again} == {"known"}
    with Ledger.open(company.config.ledger_path) as opened:
        assert refresh(opened, company.config, at_utc=NOW) == ()
    assert company.figures() == before
