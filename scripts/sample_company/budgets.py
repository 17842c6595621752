"""The budgets of the samples, and every alert of fourteen months, worked out without the tool.

Fractions instead of the tool's whole quanta, days from the calls and from the bill files themselves:
a workflow's cost of a day is tokens times price of its calls plus an even part of its month's pool
shares; the total is what the bills say, charges of more than a day spread evenly over their month.
"""

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from sample_company.bills import Bill
from sample_company.model import KINDS, Call, days, month_of, plain
from sample_company.prices import cost

BUDGETS = """\

# What may be spent in a month. `finops-ai budget check` raises an alert when spend, or the month's end
# at the present pace, reaches 70, 90 and 100% of it.
budgets:
  - {total: true, cost: "2000"}
  - {workflow: support-triage, cost: "950", tokens: 80000000}
  - {team: claims, cost: "220"}
  - workflow: code-assistant
    tokens: 60000000
    degrade: [Turn sub-agents off, Use the small model for tests]
"""
LIMITS = (
    ("total", "cost", "total", 2000),
    ("support-triage", "cost", "support-triage", 950),
    ("support-triage", "tokens", "support-triage", 80_000_000),
    ("team claims", "cost", "claims-intake", 220),
    ("code-assistant", "tokens", "code-assistant", 60_000_000),
)
"""Budget, measure, whose spend, and the limit, in the order of finops.yaml."""
LEVELS = (("warn", 70), ("degrade", 90), ("stop", 100))
COLUMNS = (
    *("period_first_day", "on_day", "budget", "measure", "basis", "level", "percent", "amount", "limit"),
    *("currency", "crosses_on", "state"),
)

ByDay = dict[date, Fraction]
Spend = dict[tuple[str, str], ByDay]
"""By measure and whose: Fractions by day."""


def add_month(spend: Spend, calls: Iterable[Call], shares: Mapping[str, str], bills: Iterable[Bill]) -> None:
    """Add one month's days: `shares` are each workflow's pool shares of the month."""
    month = ""
    for call in calls:
        month = month_of(call.day)
        if call.workflow:
            _add(spend, "cost", call.workflow, call.day, Fraction(cost(call)))
            count = sum(call.tokens.of(kind) for kind in KINDS)
            _add(spend, "tokens", call.workflow, call.day, Fraction(count))
    for workflow, share in shares.items():
        for day in days(month):
            _add(spend, "cost", workflow, day, Fraction(share) / len(days(month)))
    for bill in bills:
        if not bill.superseded_by:
            # One planted line has a cost of "12,50", which a reader must refuse.
            for start, end, billed in (c for c in _charges(bill) if "," not in c[2]):
                whole = [start] if (end - start).total_seconds() <= 86_400 else days(month_of(start.date()))
                for day in whole:
                    when = day.date() if isinstance(day, datetime) else day
                    _add(spend, "cost", "total", when, Fraction(billed) / len(whole))


def _add(spend: Spend, measure: str, whose: str, day: date, part: Fraction) -> None:
    """Add one part of a day."""
    line = spend.setdefault((measure, whose), defaultdict(Fraction))
    line[day] += part


def _charges(bill: Bill) -> list[tuple[datetime, datetime, str]]:
    """Return start, end and amount in USD of each charge of a bill file."""
    data = gzip.decompress(bill.data) if bill.path.endswith(".gz") else bill.data
    if bill.path.endswith(".json"):
        return _json_charges(json.loads(data, parse_float=Decimal, parse_int=Decimal))
    rows = csv.DictReader(io.StringIO(data.decode()))
    if "vectorhub" in bill.path:
        return [(_at(r["ChargePeriodStart"]), _at(r["ChargePeriodEnd"]), r["BilledCost"]) for r in rows]
    return [
        (
            _at(row["line_item_usage_start_date"]),
            _at(row["line_item_usage_end_date"]),
            row["line_item_net_unblended_cost"] or row["line_item_unblended_cost"],
        )
        for row in rows
    ]


def _json_charges(page: Mapping[str, object]) -> list[tuple[datetime, datetime, str]]:
    """Return the charges of an OpenAI or Anthropic cost report; Anthropic's are in cents."""
    found = []
    buckets = page["data"]
    if not isinstance(buckets, list):
        raise TypeError("data is no list")
    for bucket in buckets:
        for result in bucket["results"]:
            if "starting_at" in bucket:
                span = _at(bucket["starting_at"]), _at(bucket["ending_at"])
                found.append((*span, str(Decimal(result["amount"]) / 100)))
            else:
                start, end = (
                    datetime.fromtimestamp(int(bucket[key]), UTC) for key in ("start_time", "end_time")
                )
                found.append((start, end, str(result["amount"]["value"])))
    return found


def _at(text: str) -> datetime:
    """Return an instant written 2026-05-01T00:00:00Z."""
    return datetime.fromisoformat(text)


def alerts_csv(spend: Spend, last_day: date) -> str:
    """Return every alert up to `last_day` as the CSV that a replay must print."""
    rows: list[tuple[date, int, list[str]]] = []
    for number, (budget, measure, whose, limit) in enumerate(LIMITS):
        line = spend[measure, whose]
        first = min(day for (kind, _), by_day in spend.items() if kind == measure for day in by_day)
        start = first.replace(day=1)
        for month in sorted({month_of(day) for by_day in spend.values() for day in by_day}):
            for on_day, cells in _month_alerts(line, start, month, last_day, limit, measure):
                rows.append((on_day, number, [month + "-01", on_day.isoformat(), budget, measure, *cells]))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row for _, _, row in sorted(rows, key=lambda item: item[:2]))
    return out.getvalue()


def _month_alerts(
    line: ByDay, start: date, month: str, last_day: date, limit: int, measure: str
) -> list[tuple[date, list[str]]]:
    """Return (day, the cells after the measure) of each alert of one budget in one month."""
    found: list[tuple[date, list[str]]] = []
    by_spend = by_forecast = 0
    spent = Fraction(0)
    for day in (d for d in days(month) if d <= last_day):
        spent += line.get(day, Fraction(0))
        path = _path(line, start, day, days(month)[-1])
        ahead = None if path is None else spent + sum(path.values(), Fraction(0))
        if ahead is None and day == days(month)[-1]:
            ahead = spent
        for basis, value in (("actual", spent), ("forecast", ahead)):
            known = by_spend if basis == "actual" else max(by_spend, by_forecast)
            reached = (
                0 if value is None else sum(1 for _, percent in LEVELS if value * 100 >= percent * limit)
            )
            if value is None or reached <= known:
                continue
            by_spend, by_forecast = (reached, by_forecast) if basis == "actual" else (by_spend, reached)
            state = LEVELS[by_spend - 1][0] if by_spend else ("warn" if by_forecast == 3 else "ok")
            level, percent = LEVELS[reached - 1]
            crosses = day if spent >= limit else _crosses(path, spent, limit)
            found.append(
                (
                    day,
                    [
                        *(basis, level, str(percent), _decimal(value), str(limit)),
                        *("USD" if measure == "cost" else "", crosses.isoformat() if crosses else "", state),
                    ],
                )
            )
    return found


def _path(line: ByDay, start: date, day: date, end: date) -> ByDay | None:
    """Return what each coming day costs: the mean of its weekday over up to four whole weeks."""
    begun = [d for d, part in line.items() if part]
    weeks = min(4, ((day - max(start, min(begun))).days + 1) // 7)
    if weeks < 1:
        return None
    path = {}
    for step in range(1, (end - day).days + 1):
        ahead = day + timedelta(days=step)
        past = [
            d for d in (day - timedelta(days=n) for n in range(7 * weeks)) if d.weekday() == ahead.weekday()
        ]
        path[ahead] = sum((line.get(d, Fraction(0)) for d in past), Fraction(0)) / weeks
    return path


def _crosses(path: ByDay | None, spent: Fraction, limit: int) -> date | None:
    """Return the coming day on which the limit is reached."""
    for day in sorted(path or {}):
        spent += (path or {})[day]
        if spent >= limit:
            return day
    return None


def _decimal(value: Fraction) -> str:
    """Return a fraction to 15 decimals, half-even, without trailing zeros."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return plain(exact.quantize(Decimal(1).scaleb(-15), ROUND_HALF_EVEN))
