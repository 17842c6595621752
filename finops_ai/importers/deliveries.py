"""A delivery of a bill replaces what it covers; the difference in money is reported.

Bills carry no row id and are delivered again and again. Two files that cover the same account and
month (or, where a format is exported for any window of days, the same days) are told apart by their
lines (period, SKU, resource and so on, without amounts): mostly the same lines are successive
deliveries, and the later one stands; disjoint lines are parts of one delivery, and both stand.
Anything between is a question for the user, and so is a file that seems older than what is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from finops_ai.errors import InputError
from finops_ai.importers.contract import Identity, Importer
from finops_ai.importers.results import MonthChange, Slot
from finops_ai.ledger import Ledger, statement

SAME_DELIVERY_PERCENT = 50
PARTS_PERCENT = 10
_UNSURE = "Nothing was imported. Leave it out, or say --delivery replace if it is the newer one."


@dataclass(frozen=True)
class _Earlier:
    """An earlier file that covers the same account and month (from `from_utc`), and what both hold.

    `is_older`: the earlier file has an invoice number and the new one has none. `importer` is the
    format that the earlier file was read as.
    """

    file_id: int
    path: str
    importer: str
    account: str
    month: object
    from_utc: datetime
    until_utc: datetime
    new_lines: int
    old_lines: int
    shared_lines: int
    ends_earlier: bool
    new_is_amortized: bool
    old_is_amortized: bool
    is_older: bool

    @property
    def shared_percent(self) -> int:
        """Shared lines in percent of the smaller of the two deliveries."""
        return 100 * self.shared_lines // max(1, min(self.new_lines, self.old_lines))

    @property
    def cover(self) -> str:
        """``account A, 2026-10``."""
        return f"account {self.account}, {str(self.month)[:7]}"


def take_delivery(ledger: Ledger, importer: Importer, slot: Slot, delivery: str) -> None:
    """Record what the file's charges cover, supersede what they replace, and fill the counts.

    `delivery` is ask, parts or replace. Raises InputError when the overlap leaves it open.
    """
    file_id, result = slot.file_id, slot.result
    ledger.execute(
        statement("importers", "sql/add_delivery.sql"), {"file_id": file_id, "importer": importer.source}
    )
    loaded = int(ledger.value("SELECT count(*) FROM charge WHERE file_id = $f", {"f": file_id}))
    result.billed = _money(ledger, file_id)
    before = _month_money(ledger, file_id, with_own=False)
    same = changed = 0
    for each in _earlier(ledger, importer, file_id):
        if delivery == "ask" and importer.is_finer_than(each.importer) is False:
            same += _yield(ledger, importer, slot, each)
        elif _replaces(each, importer, result.path, delivery):
            rows, repeated = _supersede(ledger, importer, slot, each)
            same += repeated
            changed += rows - repeated
    same = min(same, loaded)  # two earlier parts may both hold a row that the new file has once
    result.rows_repeated = same
    result.rows_replaced = min(loaded - same, changed)
    result.rows_withdrawn = changed - result.rows_replaced
    result.rows_added = loaded - same - result.rows_replaced
    result.months = [
        MonthChange(str(month)[:7], currency, before.get((month, currency), Decimal(0)), amount)
        for (month, currency), amount in _month_money(ledger, file_id, with_own=True).items()
    ]


def _earlier(ledger: Ledger, importer: Importer, file_id: int) -> list[_Earlier]:
    has_rival = ledger.value(
        "SELECT count(*) FROM delivery AS own "
        "JOIN delivery AS other USING (importer, billing_account_id, month) "
        "WHERE own.file_id = $file_id AND other.file_id <> $file_id AND other.superseded_by_file_id IS NULL",
        {"file_id": file_id},
    )
    if not has_rival:
        return []  # most bills: comparing lines costs more than all the rest of a small file
    sql = statement("importers", "sql/earlier_deliveries.sql")
    params = {"file_id": file_id, "by_days": importer.identity is Identity.DAYS}
    return [_Earlier(*row) for row in ledger.rows(sql, params)]


def _replaces(earlier: _Earlier, importer: Importer, path: str, delivery: str) -> bool:
    percent = earlier.shared_percent
    if delivery != "ask":
        is_view = earlier.old_is_amortized or earlier.importer != importer.name
        return delivery == "replace" and (percent > 0 or is_view)
    if earlier.new_is_amortized != earlier.old_is_amortized:
        return _replaces_amortized(earlier, path)
    if importer.is_finer_than(earlier.importer):
        return True
    if percent >= SAME_DELIVERY_PERCENT:
        _require_newer(earlier, path)
        return True
    if earlier.importer != importer.name:
        raise InputError(
            f"{path}: {earlier.path}, read as {earlier.importer}, bills {earlier.cover} "
            "for the same days: are they two views of one bill?",
            hint="Nothing was imported. Leave it out, or say --delivery replace to count this one instead, "
            "or --delivery parts to count both.",
        )
    if percent <= PARTS_PERCENT:
        return False
    raise InputError(
        f"{path}: {percent}% of its lines for {earlier.cover} "
        f"are also in {earlier.path}: is it a new delivery of that bill, or another part of it?",
        hint="Nothing was imported. Say --delivery replace or --delivery parts.",
    )


def _replaces_amortized(earlier: _Earlier, path: str) -> bool:
    """The amounts as billed replace amortized ones; the two are views of one spend, never a sum."""
    if earlier.old_is_amortized:
        return True
    raise InputError(
        f"{path}: holds amortized amounts for {earlier.cover}, "
        f"of which {earlier.path} holds the billed ones: they are two views of one spend.",
        hint="Nothing was imported. Leave it out, or say --delivery replace to count the amortized view.",
    )


def _require_newer(earlier: _Earlier, path: str) -> None:
    """Raise InputError for files that were read in another order than they were issued."""
    if earlier.ends_earlier and earlier.shared_lines == earlier.new_lines < earlier.old_lines:
        # Month-to-date files: the month would shrink.
        raise InputError(
            f"{path}: for {earlier.cover} it holds nothing that "
            f"{earlier.path} does not hold, and it ends earlier: an older delivery of that bill?",
            hint=_UNSURE,
        )
    if earlier.is_older:
        raise InputError(
            f"{path}: for {earlier.cover} it has no invoice number, "
            f"but {earlier.path} has: an older delivery of that bill, from before it was final?",
            hint=_UNSURE,
        )


def _supersede(ledger: Ledger, importer: Importer, slot: Slot, earlier: _Earlier) -> tuple[int, int]:
    """Replace what both cover; the rows that the earlier file loses, and how many of them stay the same."""
    result = slot.result
    params = _place(
        earlier,
        new=slot.file_id,
        old=earlier.file_id,
        same_sku=importer.is_finer_than(earlier.importer) is not None,
    )
    for currency, amount in ledger.rows(statement("importers", "sql/superseded_money.sql"), params):
        result.billed_before[currency] = result.billed_before.get(currency, Decimal(0)) + amount
    rows, repeated = (
        count or 0 for count in ledger.rows(statement("importers", "sql/same_charges.sql"), params)[0]
    )
    _take_out(ledger, importer, params)
    result.notes.append(f"replaces {earlier.path} for {earlier.account}, {_span(importer, earlier)}")
    return rows, repeated


def _yield(ledger: Ledger, importer: Importer, slot: Slot, earlier: _Earlier) -> int:
    """Leave what both cover to the earlier file, a finer view of the bill; the rows of this one left out."""
    params = _place(earlier, new=earlier.file_id, old=slot.file_id, same_sku=True)
    rows = int(ledger.rows(statement("importers", "sql/same_charges.sql"), params)[0][0] or 0)
    for currency, amount in ledger.rows(statement("importers", "sql/superseded_money.sql"), params):
        result = slot.result
        result.billed_elsewhere[currency] = result.billed_elsewhere.get(currency, Decimal(0)) + amount
    _take_out(ledger, importer, params)
    slot.result.notes.append(
        f"leaves {earlier.account}, {_span(importer, earlier)} to {earlier.path}, which tells more of it"
    )
    return rows


def _place(earlier: _Earlier, *, new: int, old: int, same_sku: bool) -> dict[str, object]:
    """`same_sku`: of a view of the bill, only the SKUs and days that the other view tells of, too."""
    return {
        "new": new,
        "old": old,
        "account": earlier.account,
        "month": earlier.month,
        "from_utc": earlier.from_utc,
        "until_utc": earlier.until_utc,
        "same_sku": same_sku,
    }


def _take_out(ledger: Ledger, importer: Importer, params: dict[str, object]) -> None:
    """Move the rows of file `old` that file `new` replaces to charge_superseded."""
    place = {name: params[name] for name in ("new", "old", "account", "month")}
    ledger.execute(statement("importers", "sql/supersede_copy.sql"), params)
    ledger.execute(
        statement("importers", "sql/supersede_delivery.sql"), {**params, "importer": importer.source}
    )
    ledger.execute(statement("importers", "sql/supersede_delete.sql"), params)
    ledger.execute(statement("importers", "sql/supersede_rest.sql"), place)
    ledger.execute(statement("importers", "sql/supersede_empty.sql"), {"old": params["old"]})


def _span(importer: Importer, earlier: _Earlier) -> str:
    """The month, or the days of it, that are replaced."""
    if importer.identity is not Identity.DAYS:
        return str(earlier.month)[:7]
    last = earlier.until_utc - timedelta(days=1)
    return f"{earlier.from_utc:%Y-%m-%d} to {last:%Y-%m-%d}"


def _month_money(ledger: Ledger, file_id: int, *, with_own: bool) -> dict[tuple[object, str], Decimal]:
    sql = statement("importers", "sql/month_money.sql")
    rows = ledger.rows(sql, {"file_id": file_id, "with_own": with_own})
    return {(month, currency): amount for month, currency, amount in rows}


def _money(ledger: Ledger, file_id: int) -> dict[str, Decimal]:
    return dict(
        ledger.rows(
            "SELECT billing_currency, sum(billed_cost) FROM charge WHERE file_id = $f GROUP BY 1 ORDER BY 1",
            {"f": file_id},
        )
    )
