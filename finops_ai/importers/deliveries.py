"""A delivery of a bill replaces what it covers; the difference in money is reported.

Bills carry no row id and are delivered again and again, cumulatively. Two files that cover the
same account and month are told apart by their lines (period, SKU, resource and so on, without
amounts): mostly the same lines are successive deliveries, and the later one stands; disjoint
lines are parts of one delivery, and both stand. Anything between is a question for the user, and
so is a file that holds only the earlier days of what is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_ai.errors import InputError
from finops_ai.importers.contract import Importer
from finops_ai.importers.results import Slot
from finops_ai.ledger import Ledger, statement

SAME_DELIVERY_PERCENT = 50
PARTS_PERCENT = 10


@dataclass(frozen=True)
class _Earlier:
    """An earlier file that covers the same account and month, and how many lines are shared."""

    file_id: int
    path: str
    account: str
    month: object
    new_lines: int
    old_lines: int
    shared_lines: int
    ends_earlier: bool

    @property
    def shared_percent(self) -> int:
        """Shared lines in percent of the smaller of the two deliveries."""
        return 100 * self.shared_lines // max(1, min(self.new_lines, self.old_lines))


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
    earlier = _earlier(ledger, file_id)
    replaced = [each for each in earlier if _replaces(each, result.path, delivery)]
    same = withdrawn = changed = 0
    for each in replaced:
        params = {"new": file_id, "old": each.file_id, "account": each.account, "month": each.month}
        before, repeated = ledger.rows(statement("importers", "sql/same_charges.sql"), params)[0]
        for currency, amount in ledger.rows(statement("importers", "sql/superseded_money.sql"), params):
            result.billed_before[currency] = result.billed_before.get(currency, Decimal(0)) + amount
        for name in ("supersede_copy", "supersede_delete", "supersede_delivery"):
            ledger.execute(statement("importers", f"sql/{name}.sql"), params)
        same += repeated
        changed += before - repeated
        result.notes.append(f"replaces {each.path} for {each.account}, {str(each.month)[:7]}")
    same = min(same, loaded)  # two earlier parts may both hold a row that the new file has once
    result.rows_repeated = same
    result.rows_replaced = min(loaded - same, changed)
    withdrawn = changed - result.rows_replaced
    result.rows_withdrawn = withdrawn
    result.rows_added = loaded - same - result.rows_replaced


def _earlier(ledger: Ledger, file_id: int) -> list[_Earlier]:
    has_rival = ledger.value(
        "SELECT count(*) FROM delivery AS own "
        "JOIN delivery AS other USING (importer, billing_account_id, month) "
        "WHERE own.file_id = $file_id AND other.file_id <> $file_id AND other.superseded_by_file_id IS NULL",
        {"file_id": file_id},
    )
    if not has_rival:
        return []  # most bills: comparing lines costs more than all the rest of a small file
    sql = statement("importers", "sql/earlier_deliveries.sql")
    return [_Earlier(*row) for row in ledger.rows(sql, {"file_id": file_id})]


def _replaces(earlier: _Earlier, path: str, delivery: str) -> bool:
    percent = earlier.shared_percent
    if delivery != "ask":
        return delivery == "replace" and percent > 0
    if percent >= SAME_DELIVERY_PERCENT:
        if earlier.ends_earlier and earlier.shared_lines == earlier.new_lines < earlier.old_lines:
            # Month-to-date files read in another order than they were issued: the month would shrink.
            raise InputError(
                f"{path}: for account {earlier.account}, {str(earlier.month)[:7]} it holds nothing that "
                f"{earlier.path} does not hold, and it ends earlier: an older delivery of that bill?",
                hint="Nothing was imported. Leave it out, or say --delivery replace if it is the newer one.",
            )
        return True
    if percent <= PARTS_PERCENT:
        return False
    raise InputError(
        f"{path}: {percent}% of its lines for account {earlier.account}, {str(earlier.month)[:7]} "
        f"are also in {earlier.path}: is it a new delivery of that bill, or another part of it?",
        hint="Nothing was imported. Say --delivery replace or --delivery parts.",
    )


def _money(ledger: Ledger, file_id: int) -> dict[str, Decimal]:
    return dict(
        ledger.rows(
            "SELECT billing_currency, sum(billed_cost) FROM charge WHERE file_id = $f GROUP BY 1 ORDER BY 1",
            {"f": file_id},
        )
    )
