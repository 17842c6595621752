"""Write `samples/` (an invented company's bills, logs and outcomes) and the truth about them.

    python scripts/make_samples.py [--root DIR]

Standard library only and independent of the tool, so that its numbers can judge the tool.
Running it twice writes the same bytes.
"""

import argparse
import decimal
import json
import shutil
from datetime import date
from pathlib import Path

from sample_company.bills import Bill, anthropic, cells_of, marketing_cells, openai
from sample_company.budgets import BUDGETS, Spend, add_month, alerts_csv
from sample_company.cloud_bills import aws, vectorhub
from sample_company.guide import CONFIG, VALUE, readme
from sample_company.logs import TORN_SESSION_MONTH, Log, claude_code, litellm
from sample_company.model import MONTHS, Call, Outcome, at, days, next_month, plain, total
from sample_company.outcomes import outcome_file
from sample_company.prices import amount
from sample_company.sessions import Session, sessions_month
from sample_company.traffic import PROFILES, hackday_month, marketing_month, workflow_month
from sample_company.truth import month_truth


def gateway_month(month: str) -> tuple[list[Call], list[Outcome]]:
    """Return all calls through the gateway in a month, and their outcomes."""
    calls = hackday_month(month)
    outcomes = []
    for profile in PROFILES:
        own, ends = workflow_month(profile, month)
        calls += own
        outcomes += ends
    return calls, outcomes


def prove_same_month(month: str, calls: list[Call], outcomes: list[Outcome]) -> None:
    """Raise if a call or an outcome left its month, or if a prompt is too long."""
    moments = [call.at_ms for call in calls] + [one.resolved_ms for one in outcomes]
    start, end = (at(_first(m)) for m in (month, next_month(month)))
    if not all(start <= ms < end for ms in moments):
        raise AssertionError(f"{month}: a call or outcome left its month")
    if max(call.tokens.prompt for call in calls) > 200_000:
        raise AssertionError(f"{month}: a prompt reaches the long-context price")


def _first(month: str) -> date:
    """Return the first day of a month."""
    return date.fromisoformat(month + "-01")


def month_files(month: str, spend: Spend) -> tuple[list[Bill], list[Log], dict[str, object]]:
    """Return a month's bills, logs and outcome file, and the truth about them; add its days to `spend`."""
    calls, outcomes = gateway_month(month)
    sessions, changes = sessions_month(month)
    logs = [litellm(calls, month), *session_logs(sessions, month)]
    calls += [call for one in sessions for call in (*one.calls, *one.sub_agent_calls)]
    outcomes += changes
    prove_same_month(month, calls, outcomes)
    marketing = marketing_cells(marketing_month(month))
    cells = cells_of(calls) + marketing
    bills = [*openai(cells, month), anthropic(cells, month), aws(calls, month), vectorhub(month)]
    unlogged = total(amount(c.provider, c.model, c.kind, c.day, count) for c, count in marketing.items())
    logs.append(outcome_file(outcomes, month))
    truth = month_truth(calls, outcomes, bills, unlogged)
    shares = truth["shared"]
    assert isinstance(shares, dict)
    add_month(spend, calls, shares, bills)
    return bills, logs, truth


def session_logs(sessions: list[Session], month: str) -> list[Log]:
    """Return the month's Claude Code files; one month's first session has a torn last line."""
    return [
        log
        for number, session in enumerate(sessions)
        for log in claude_code(session, torn=number == 0 and month == TORN_SESSION_MONTH)
    ]


def bill_counts(bill: Bill) -> dict[str, object]:
    """Return what the truth says about one bill file."""
    counts: dict[str, object] = {
        "records": bill.records,
        "rejected": bill.rejected,
        "billed": plain(total(line.amount for line in bill.lines)),
    }
    return counts | ({"superseded_by": bill.superseded_by} if bill.superseded_by else {})


def make(root: Path) -> None:
    """Write every file below `root`."""
    samples = root / "samples"
    for folder in ("bills", "logs", "outcomes"):
        shutil.rmtree(samples / folder, ignore_errors=True)
    months: dict[str, dict[str, object]] = {}
    files: dict[str, dict[str, object]] = {}
    spend: Spend = {}
    for month in MONTHS:
        bills, logs, months[month] = month_files(month, spend)
        for bill in bills:
            write(samples / bill.path, bill.data)
            files[bill.path] = bill_counts(bill)
        for log in logs:
            write(samples / log.path, log.data)
            files[log.path] = dict(log.counts)
    rejects = {path: counts["rejected"] for path, counts in files.items() if counts.get("rejected")}
    truth = {"files": files, "months": months, "rejects": rejects}
    text = json.dumps(truth, indent=1, sort_keys=True) + "\n"
    write(root / "tests" / "truth" / "samples.json", text.encode())
    alerts = alerts_csv(spend, days(MONTHS[-1])[-1])
    write(root / "tests" / "truth" / "budget_alerts.csv", alerts.encode())
    write(samples / "finops.yaml", (CONFIG + BUDGETS + VALUE).encode())
    write(samples / "README.md", readme(months).encode())


def write(path: Path, data: bytes) -> None:
    """Write one file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def main() -> None:
    """Read the command line and write the samples."""
    parser = argparse.ArgumentParser(description="Write samples/ and tests/truth/samples.json.")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    with decimal.localcontext() as context:
        context.prec = 60
        make(parser.parse_args().root)


if __name__ == "__main__":
    main()
