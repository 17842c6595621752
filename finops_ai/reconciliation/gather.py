"""From the ledger to groups: what was billed, what was logged, and what each could have cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reconciliation.model import EXACT, TOKEN, ZERO, Bill, Cell, Ground, Log, Origin, Price, times

ROOM = "reconciliation"
ALL_MODELS = "all models"
_ORIGIN = ("project", "api_key", "day", "model_id", "model_name", "kind")
_ROUNDING_OF_FLOATS = Decimal("1e-12")


def gather(ledger: Ledger, month: Month, currency: str) -> Ground:
    """Read the groups of `month`; usage without a price counts as `currency`.

    Needs names resolved and the months around priced. Leaves the temporary tables that `rows` reads.
    """
    span = {"start_utc": month.start_utc, "end_utc": month.end_utc}
    ledger.run(ROOM, "charge_group.sql", span)
    ledger.run(ROOM, "expected_usage.sql")
    ledger.run(ROOM, "usage_group.sql", {**span, "currency": currency})
    ledger.run(ROOM, "log_meter.sql")
    bills = ledger.run_records(ROOM, "bill_groups.sql")
    logs = ledger.run_records(ROOM, "log_groups.sql")
    shape = _Shape(bills, logs)
    ground = Ground()
    ground.bills = [_bill(row, shape) for row in bills]
    ground.logs = [_log(number, row, shape) for number, row in enumerate(logs)]
    ground.prices = _prices(ledger, span)
    return ground


class _Shape:
    """What bill and log of a provider both tell: only that can be compared.

    Projects (and keys) count where at least one name stands on both sides, days where most token lines
    of the provider have one, kinds where any token line of the model has one.
    """

    def __init__(self, bills: list[dict[str, Any]], logs: list[dict[str, Any]]) -> None:
        _name_coarse_lines(bills, logs)
        lines = [bill for bill in bills if bill["nature"] == TOKEN]
        self.coarse = {bill["provider"] for bill in lines if bill["model_id"] == ALL_MODELS}
        self.projects = _shared(lines, logs, "project")
        self.keys = _shared(lines, logs, "api_key")
        days = Counter((bill["provider"], bill["day"] is not None) for bill in lines)
        self.without_day = {name for name, _ in days if days[name, False] > days[name, True]}
        self.without_kind = {(bill["provider"], bill["model_id"]) for bill in lines} - {
            (bill["provider"], bill["model_id"]) for bill in lines if bill["kind"] is not None
        }
        self.account_of_project: dict[tuple[str, str], str] = {}
        accounts = defaultdict(set)
        for bill in lines:
            accounts[bill["provider"]].add(bill["account"])
            if bill["project"] is not None:
                self.account_of_project[bill["provider"], bill["project"]] = bill["account"]
        self.only_account = {name: next(iter(found)) for name, found in accounts.items() if len(found) == 1}

    def cell(self, row: dict[str, Any], model: str) -> Cell:
        """The cell of a bill or log row."""
        provider = row["provider"]
        by_project, by_key = provider in self.projects, provider in self.keys
        project = row["project"] or ""
        account = row.get("account")
        if account is None:
            account = self.account_of_project.get((provider, project)) or self.only_account.get(provider, "")
        model = ALL_MODELS if provider in self.coarse else model
        by_kind = (provider, model) not in self.without_kind
        return Cell(
            provider=provider,
            currency=row["currency"],
            account=account,
            project=project if by_project else "",
            api_key=(row["api_key"] or "") if by_key else "",
            day=None if provider in self.without_day else row["day"],
            model=model,
            kind=(row["kind"] or "") if by_kind else "",
        )


def _name_coarse_lines(bills: list[dict[str, Any]], logs: list[dict[str, Any]]) -> None:
    """A bill that names no model on any line, of a provider that is logged: its usage is of all models."""
    named = {bill["provider"] for bill in bills if bill["nature"] == TOKEN}
    logged = {log["provider"] for log in logs if log["expected"] is not None}
    for bill in bills:
        if bill["nature"] == "other_charges" and bill["provider"] in logged - named:
            bill.update(nature=TOKEN, model_id=ALL_MODELS, kind=None, quantity=None)


def _shared(bills: Iterable[dict[str, Any]], logs: Iterable[dict[str, Any]], column: str) -> set[str]:
    billed = {(row["provider"], row[column]) for row in bills if row[column]}
    return {row["provider"] for row in logs if row[column] and (row["provider"], row[column]) in billed}


def _bill(row: dict[str, Any], shape: _Shape) -> Bill:
    token = row["nature"] == TOKEN
    cell = shape.cell(row, row["model_id"] or "") if token else _outer_cell(row)
    last_digit = Decimal(5).scaleb(-1 - int(row["decimals"]))
    return Bill(
        bill_id=row["bill_id"],
        nature=row["nature"],
        in_month=row["in_month"],
        cell=cell,
        model_name=row["model_name"],
        tier=row["tier"] or "standard",
        scope=row["scope"],
        detail=row["detail"] or "",
        billed=row["billed"],
        quantity=row["quantity"],
        charge_rows=row["charge_rows"],
        epsilon=times(last_digit, Decimal(row["charge_rows"]))
        + times(abs(row["billed"]), _ROUNDING_OF_FLOATS),
    )


def _outer_cell(row: dict[str, Any]) -> Cell:
    """The cell of a charge that no log tells of: as the bill states it."""
    return Cell(
        provider=row["provider"],
        currency=row["currency"],
        account=row["account"],
        project=row["project"] or "",
        api_key="",
        day=row["day"],
        model=row["model_id"] or row["model_name"] or "",
        kind=row["kind"] or "",
    )


def _log(number: int, row: dict[str, Any], shape: _Shape) -> Log:
    tokens, expected, listed = Decimal(row["tokens"]), row["expected"], row["list_price"]
    unit = None if expected is None else EXACT.divide(expected, tokens)
    model = row["model_id"] or f"?{row['model_name'] or ''}"
    cell = shape.cell(row, model)
    return Log(
        log_id=number,
        in_month=row["in_month"],
        cell=cell,
        origin=Origin(**{name: row[name] for name in _ORIGIN}),
        tier=row["tier"] or "standard",
        scope=row["scope"],
        failed=row["failed"],
        price_id=row["price_id"],
        unit=unit,
        contract=EXACT.divide(unit, listed) if unit and listed else Decimal(1),
        tokens=tokens,
        expected=expected,
        usage_rows=row["usage_rows"],
        left=ZERO,
    )


def _prices(ledger: Ledger, span: dict[str, Any]) -> dict[tuple[str, str], list[Price]]:
    found: dict[tuple[str, str], list[Price]] = defaultdict(list)
    for row in ledger.run_records(ROOM, "catalogue_prices.sql", span):
        provider, model = row.pop("provider"), row.pop("model_id")
        found[provider, model].append(Price(**row))
    return dict(found)
