"""`finops-ai explain rebound`: a world where each halved price doubles the tokens, and one too small."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from finops_ai.__main__ import main
from tests.cli.conftest import Run
from tests.cli.test_explain_change import BILL_HEAD, LOG_HEAD, trimmed

WORKFLOWS, MONTHS = 8, 4
CONFIG = (
    "version: 1\nworkflows: {"
    + ", ".join(f"flow-{n}: {{team: t}}" for n in range(WORKFLOWS))
    + "}\nrules:\n"
    + "".join(f"  - {{workflow: flow-{n}, when: {{model_name: house-{n}}}}}\n" for n in range(WORKFLOWS))
)


def cents(workflow: int, at: int) -> int:
    """The price of 1,000 tokens: 4 cents, halved once, in a month of the workflow's own."""
    return 2 if at >= 1 + workflow % (MONTHS - 1) else 4


def tokens(workflow: int, at: int) -> int:
    """Twice the tokens at half the price, and in every month more than in the one before."""
    return 1_000 * (workflow + 1) * (at + 1) * 4 // cents(workflow, at)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("world")
    bill, log = [BILL_HEAD], [LOG_HEAD]
    for at in range(MONTHS):
        day = f"2026-0{at + 1}-05"
        second = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
        for n in range(WORKFLOWS):
            used = tokens(n, at)
            cost = f"{used * cents(n, at) / 100_000:.5f}"
            bill.append(
                f"{second},{second + 86400},{day}T00:00:00,{day}T23:59:59,{cost},usd,{used},tokens,"
                f'"house-{n}, output",,,,org-1,,Acme,,completions\n'
            )
            log.append(f"{at}-{n},acompletion,0.1,{day}T10:00:00Z,0,{used},house-{n},openai\n")
    (home / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    (home / "bill.csv").write_text("".join(bill), encoding="utf-8")
    (home / "log.csv").write_text("".join(log), encoding="utf-8")
    flags = ("--config", str(home / "finops.yaml"))
    assert main((*flags, "ingest", str(home / "bill.csv"), str(home / "log.csv"))) == 0
    assert main((*flags, "attribute")) == 0
    return home


@pytest.fixture
def here(folder: Path, world: Path) -> Path:
    shutil.copytree(world, folder, dirs_exist_ok=True)
    return folder


MEASURED = """\
Prices, volume and spend, 2026-01 to 2026-04, USD
workflow  from     to       price  volume  spend  events  % priced
------------------------------------------------------------------
flow-0    2026-01  2026-04   50.0   800.0  400.0       1     100.0
flow-1    2026-01  2026-04   50.0   800.0  400.0       1     100.0
flow-2    2026-01  2026-04   50.0   800.0  400.0       1     100.0
flow-3    2026-01  2026-04   50.0   800.0  400.0       1     100.0
flow-4    2026-01  2026-04   50.0   800.0  400.0       1     100.0
flow-5    2026-01  2026-04   50.0   800.0  400.0       1     100.0
flow-6    2026-01  2026-04   50.0   800.0  400.0       1     100.0
flow-7    2026-01  2026-04   50.0   800.0  400.0       1     100.0

Indexes: 100 in the first month. Price: one basket of models, tiers and token
kinds at each month's billed prices; volume: logged tokens; spend: their billed
cost. Events: price moves of at least 1%.

Elasticity of tokens to price: -1.00, standard error 0.00, 90% band -1.00 to
-1.00
(8 workflows, 4 months, 32 of both, 8 price events; workflow and month effects
are taken out, errors are clustered by workflow, and the band is widened by
1.31).

What a price cut does at -1.00 (measured)
price  tokens x  spend x  rebound %
-----------------------------------
-10%       1.11     1.00     100.00
-50%       2.00     1.00     100.00
-70%       3.33     1.00     100.00
-90%      10.00     1.00     100.00

"""
REFUSED_AT_120 = """\
Elasticity of tokens to price: not measured (price events of at least 1%: 3, below 8).
Assumption: -1.1, measured between hosts of the same open models \
(NBER, The Emerging Market for Intelligence, -1.11): an
upper bound for one company.

What a price cut does at -1.10 (assumed)
price  tokens x  spend x  rebound %
-----------------------------------
-10%       1.12     1.01     110.59
-50%       2.14     1.07     114.35
-70%       3.76     1.13     118.28
-90%      12.59     1.26     128.77

"""


@pytest.mark.usefixtures("here")
def test_a_measured_elasticity_at_80_columns(finops: Run) -> None:
    # Every halved price doubled the tokens: -1, and spend grew fourfold by the months alone.
    answer = finops("explain", "rebound")
    assert (answer.code, answer.err) == (0, "")
    assert trimmed(answer.out) == MEASURED
    assert finops("explain", "rebound", "--from", "2026-01", "--to", "2026-04").out == answer.out


@pytest.mark.usefixtures("here")
def test_too_few_price_events_are_an_assumption_at_120_columns(
    finops: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    answer = finops("explain", "rebound", "--from", "2026-02", "--to", "2026-03")
    assert trimmed(answer.out).endswith(REFUSED_AT_120)
    assert max(map(len, answer.out.splitlines())) <= 120


@pytest.mark.usefixtures("here")
def test_programs_get_the_series_and_what_the_estimate_rests_on(finops: Run) -> None:
    found = json.loads(finops("explain", "rebound", "--format", "json").out)
    assert found["elasticity"] == {
        "value": "-1",
        "standard_error": "0",
        "low": "-1",
        "high": "-1",
        "workflows": 8,
        "months": 4,
        "observations": 32,
        "price_events": 8,
        "refusals": [],
        "assumed": None,
        "assumed_source": None,
    }
    assert [(each["month"], each["price_index"], each["volume_index"]) for each in found["series"][:4]] == [
        ("2026-01", "100", "100"),
        ("2026-02", "50", "400"),
        ("2026-03", "50", "600"),
        ("2026-04", "50", "800"),
    ]
    refused = json.loads(finops("explain", "rebound", "--to", "2026-02", "--format", "json").out)
    assert (refused["elasticity"]["value"], refused["elasticity"]["assumed"]) == (None, "-1.1")
    assert finops("explain", "rebound", "--format", "csv").out.startswith(
        "workflow,currency,first_month,last_month,price_index,volume_index,cost_index,price_events,"
    )
