"""kill -9 while a delivery replaces an earlier one: the bill is the old one or the new one, never between.

Of FINOPS_KILLS every fifth (default 4) is spent here, FINOPS_SEED repeats a run.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import sys
from pathlib import Path

import pytest

from tests.crash.company import Company, Content, Undisturbed, kill_at, write_bill, write_outcomes

KILLS = max(2, int(os.environ.get("FINOPS_KILLS", "20")) // 5)
SEED = os.environ.get("FINOPS_SEED") or secrets.token_hex(4)
DAILY_HEAD = (
    "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id,"
    "organization_id\n"
)


def write_daily_costs(path: Path, first_day: int, last_day: int, *, rows: int, cents: int) -> Path:
    """OpenAI costs of some days of October 2026, `rows` lines a day; `bad` amounts make it recover."""
    with path.open("w", encoding="utf-8") as file:
        file.write(DAILY_HEAD)
        for day in range(first_day, last_day + 1):
            start = 1_790_812_800 + (day - 1) * 86_400
            for row in range(rows):
                amount = "bad" if (day, row) == (last_day, 3) and cents % 2 else f"{row}.{cents:02d}"
                file.write(
                    f"{start},{start + 86_400},2026-10-{day:02d}T00:00:00+00:00,"
                    f"2026-10-{day + 1:02d}T00:00:00+00:00,{amount},usd,line {row},proj_1,org-1\n"
                )
    return path


def restore(template: Path, ledger: Path) -> None:
    for path in ledger.parent.glob(f"{ledger.name}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for suffix in ("", ".head"):
        shutil.copyfile(f"{template}{suffix}", f"{ledger}{suffix}")


@pytest.mark.slow
@pytest.mark.parametrize("case", ["a month, days and outcomes", "a month of many lines"])
def test_a_kill_leaves_the_old_delivery_or_the_new_one(tmp_path: Path, case: str) -> None:
    sys.stdout.write(f"FINOPS_SEED={SEED} {case}\n")
    moments = random.Random(f"{SEED} {case}")  # noqa: S311 - to be repeated
    rows = 30_000 if case == "a month of many lines" else 2_000
    earlier = [write_bill(tmp_path / "old.csv", rows)]
    later = [write_bill(tmp_path / "new.csv", rows, cents_more=7)]
    if rows < 30_000:
        earlier.append(write_daily_costs(tmp_path / "days-1-20.csv", 1, 20, rows=40, cents=10))
        later.append(write_daily_costs(tmp_path / "days-11-28.csv", 11, 28, rows=40, cents=11))
        later.append(write_outcomes(tmp_path / "outcomes.csv", 100))
    template, ledger = tmp_path / "template.duckdb", tmp_path / "finops.duckdb"
    Company(tuple(earlier)).finish(template, tmp_path)
    states = [Content.of(template)]
    for number in range(len(later)):
        restore(template, ledger)
        Company(tuple(later[: number + 1])).finish(ledger, tmp_path)
        states.append(Content.of(ledger))
    assert len({state.tables["charge"] for state in states}) == min(len(states), 3)
    company = Company(tuple(later))
    restore(template, tmp_path / "undisturbed.duckdb")
    undisturbed = Undisturbed.measure(company, tmp_path)
    assert undisturbed.content == states[-1]
    done = 0
    while done < KILLS // 2 or done == 0:
        restore(template, ledger)
        moment_s = moments.uniform(undisturbed.opened_s * 0.5, undisturbed.ended_s)
        done += kill_at(company.command(ledger), moment_s)
        found = Content.of(ledger)
        sys.stdout.write(f"kill {done} at {moment_s:.3f} s: {len(found.files)} files in\n")
        assert found in states
        company.finish(ledger, tmp_path)
        assert Content.of(ledger) == states[-1]
