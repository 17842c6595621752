"""Bills and logs that differ by what was planted: each cent must come out under its cause.

`FINOPS_RECONCILE_SEEDS=200` runs 200 worlds (`make test` a few, always the same), `FINOPS_SEED=N` begins
at world N. A failure names the world.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.config import Config, ContractRate
from finops_ai.ledger import Ledger
from finops_ai.reconciliation import Finding, Line, Reconciliation, source_rows
from tests.reconciliation.proof import Verdict, judged, reconcile, template
from tests.reconciliation.world import CAN, GAPS, PROVIDER, World, make

WORLDS = int(os.environ.get("FINOPS_RECONCILE_SEEDS", "3"))
FIRST = int(os.environ.get("FINOPS_SEED") or 2_000)
LANDED_MIN = Decimal("0.99")
UNEXPLAINED_MAX = Decimal("0.001")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("template"))


def planted_causes(world: World) -> set[str]:
    return {cause for _, _, cause in world.truth()}


@pytest.mark.slow
@pytest.mark.parametrize("number", range(WORLDS))
def test_planted_money_lands_under_its_cause(number: int, tmp_path: Path, empty: Path) -> None:
    seed = FIRST + number
    world = make(seed)
    found = reconcile(world, tmp_path / "world", empty)
    verdict = judged(world, found.findings)
    said = f"world {seed}: {verdict.share:.5f} of {verdict.planted} landed\n" + "\n".join(verdict.misses[:20])
    assert verdict.planted > 0, said
    assert verdict.share >= LANDED_MIN, said
    assert verdict.unexplained <= verdict.gross * UNEXPLAINED_MAX, said
    (balance,) = found.balances
    assert balance.billed - balance.expected == balance.causes == sum(f.cost for f in found.findings)
    # The bill as the generator knows it, but for what the formats print rounded.
    assert abs(balance.billed - verdict.billed) < Decimal("0.000001"), said
    assert_lines_add_up(found.lines, found.findings)
    record(verdict)


def assert_lines_add_up(lines: tuple[Line, ...], findings: tuple[Finding, ...]) -> None:
    """Each line's difference is what its variances say, and all lines together are all findings."""
    for line in lines:
        assert line.difference == line.quantity_variance + line.rate_variance + line.other, line
    total = sum((line.difference for line in lines), Decimal(0))
    assert total == sum((finding.cost for finding in findings), Decimal(0))


def record(verdict: Verdict) -> None:
    """Keep the figures of a long run where FINOPS_RECONCILE_FIGURES says."""
    path = os.environ.get("FINOPS_RECONCILE_FIGURES")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{verdict.planted} {verdict.landed} {verdict.unexplained} {verdict.gross}\n")


def test_the_generator_plants_every_gap_in_bills_of_every_format() -> None:
    """The proof is no proof unless each gap occurs: over some worlds all do, several in one bill."""
    worlds = [make(seed) for seed in range(40)]
    bills = [bill for world in worlds for bill in world.bills]
    assert {bill.form for bill in bills} == set(CAN)
    assert {gap for bill in bills for gap in bill.gaps} == set(GAPS)
    assert {cause for world in worlds for cause in planted_causes(world)} == {
        *("unlogged_usage", "failed_calls", "tier", "cache_lifetime", "price_change", "contract_discount"),
        *("scope_uplift", "credit", "tax", "cutoff", "unmapped_billing_name"),
    }
    assert max(len(bill.gaps) for bill in bills) >= 7


def test_the_generator_writes_the_same_bytes_for_a_seed(tmp_path: Path) -> None:
    def written(name: str) -> Iterator[bytes]:
        folder = tmp_path / name
        folder.mkdir()
        yield from (path.read_bytes() for path in make(7).write(folder))

    assert list(written("one")) == list(written("two"))


def test_a_planted_gap_that_is_missed_is_noticed(tmp_path: Path, empty: Path) -> None:
    """The judge can fail: with one cause taken out of the answer, its money is missing."""
    seed = next(seed for seed in range(100) if "unlogged_usage" in planted_causes(make(seed)))
    world = make(seed)
    found = reconcile(world, tmp_path / "world", empty)
    without = [f for f in found.findings if f.cause != "unlogged_usage"]
    assert judged(world, without).share < judged(world, found.findings).share


def test_a_contract_that_is_configured_is_no_difference(tmp_path: Path, empty: Path) -> None:
    world = next(world for world in map(make, range(500)) if "contract_discount" in planted_causes(world))
    rates = tuple(
        ContractRate(ordinal, PROVIDER[bill.form], PROVIDER[bill.form], multiplier=bill.contract)
        for ordinal, bill in enumerate(world.bills)
        if bill.contract != 1
    )
    config = Config(None, tmp_path / "finops.duckdb", contract_rates=rates)
    without, configured = (
        reconcile(world, tmp_path / name, empty, config=given)
        for name, given in (("without", None), ("configured", config))
    )
    assert sum(abs(f.cost) for f in without.findings if f.cause == "contract_discount") > 0
    assert [f for f in configured.findings if f.cause == "contract_discount"] == []
    ((old,), (new,)) = without.balances, configured.balances
    assert (new.billed, new.billed - new.expected) == (old.billed, new.causes)
    assert new.expected < old.expected


def test_the_same_files_give_the_same_answer(tmp_path: Path, empty: Path) -> None:
    world = make(11)
    one, two = (reconcile(world, tmp_path / name, empty) for name in ("one", "two"))
    assert one.findings == two.findings
    assert one.lines == two.lines
    assert one.causes() == two.causes()


@pytest.mark.parametrize("cause", ["failed_calls", "unlogged_usage", "credit", "tier"])
def test_the_rows_behind_a_cause_carry_its_money(cause: str, tmp_path: Path, empty: Path) -> None:
    """Failed calls are their own rows in the log, unlogged ones on the bill: these add up to the cause."""

    def fits(world: World) -> bool:
        return cause in planted_causes(world) and all(bill.shares_names for bill in world.bills)

    world = next(world for world in map(make, range(500)) if fits(world))

    def look(ledger: Ledger, found: Reconciliation) -> None:
        findings = [finding for finding in found.findings if finding.cause == cause]
        rows = source_rows(ledger, found, findings, 100_000)
        assert all(row.record > 0 and Path(row.path).is_file() for row in rows)
        cost = sum((finding.cost for finding in findings), Decimal(0))
        if cause == "tier":
            assert {row.side for row in rows} == {"charge", "usage"}
        else:
            side = "usage" if cause == "failed_calls" else "charge"
            assert {row.side for row in rows} == {side}
            assert abs(sum((row.cost or Decimal(0) for row in rows), Decimal(0))) == abs(cost)

    reconcile(world, tmp_path / "world", empty, look)
