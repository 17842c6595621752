"""Why a record is refused: the typing macro's own words, and the file's own name of the column."""

from __future__ import annotations

import re
from collections.abc import Iterable

from finops_ai.importers.contract import Importer
from finops_ai.importers.heads import Head
from finops_ai.importers.readers import Raw
from finops_ai.ledger import DatabaseError, Ledger, quoted, statement

# Asking the whole SELECT costs some 50 ms a record; most answers follow from an earlier one.
ASKED_MAX = 60
_QUOTED_VALUE = re.compile(r'"(.*)" (is .*)\Z', re.DOTALL)
_MACROS = {
    "is not a plain number": "as_money",
    "is not a whole number from 0": "as_count",
    "is not a date or time": "as_epoch_utc",
    "is not valid JSON": "as_json",
}


class Reasons:
    """Answers for the records numbered in `numbers`. Needs and leaves the strict macros in force."""

    def __init__(
        self, ledger: Ledger, importer: Importer, head: Head, raw: Raw, numbers: Iterable[int]
    ) -> None:
        self._ledger = ledger
        self._importer = importer
        self._names = {column.name: head.own_name(column) for column in importer.columns}
        self._asked = 0
        # Output column -> (raw column, what is wrong, the bad texts by record): found guilty before.
        self._guilty: dict[str, list[tuple[str, str, dict[int, str]]]] = {}
        # The bad records alone: a question about one of them must not read the file again.
        ledger.execute(
            f"CREATE OR REPLACE TEMP TABLE refused AS SELECT * FROM ({raw.sql}) "
            "WHERE row_number IN (SELECT unnest($raw_wanted::BIGINT[]))",
            {**raw.params, "raw_wanted": sorted(numbers)},
        )

    def of(self, number: int, column: str) -> tuple[str, str]:
        """The bad column and what is wrong with it, for output `column` of record `number`."""
        for name, wrong, texts in self._guilty.get(column, ()):
            if number in texts:
                return self._own(name), _sentence(texts[number], wrong)
        self._asked += 1
        text = self._error("SELECT * FROM refused", number, column) if self._asked <= ASKED_MAX else None
        match = _QUOTED_VALUE.search(text or "")
        if match is None:
            return column, "cannot be read"
        value, wrong = str(match[1]), str(match[2])
        holder = self._holder(number, column, value)
        if holder is None:
            return column, _sentence(value, wrong)
        if wrong in _MACROS:
            self._guilty.setdefault(column, []).append((holder, wrong, self._bad_texts(holder, wrong)))
        return self._own(holder), _sentence(value, wrong)

    def _own(self, name: str) -> str:
        return self._names.get(name, name)

    def _bad_texts(self, name: str, wrong: str) -> dict[int, str]:
        """What stands in raw column `name` where its macro cannot read it, by record."""
        self._ledger.execute(statement("importers.macros", "bad_null.sql"))
        found = self._ledger.rows(
            f"SELECT row_number, {quoted(name)} FROM refused "
            f"WHERE {quoted(name)} IS NOT NULL AND {_MACROS[wrong]}({quoted(name)}) IS NULL"
        )
        self._ledger.execute(statement("importers.macros", "bad_strict.sql"))
        return dict(found)

    def _error(self, relation: str, number: int, column: str) -> str | None:
        """What typing `column` of one record says, or None when it succeeds."""
        # This record alone: a SELECT that looks at its neighbours would meet their faults first.
        relation = f"SELECT * FROM ({relation}) WHERE row_number = $raw_number"
        tail = f"SELECT {quoted(column)} FROM typed"
        try:
            self._ledger.rows(Raw(relation, {}).query(self._importer, tail), {"raw_number": number})
        except DatabaseError as error:
            return str(error).removeprefix("Invalid Input Error: ").strip()
        return None

    def _holder(self, number: int, column: str, value: str) -> str | None:
        """The raw column that holds `value`; None when it stands deeper."""
        query = "SELECT * FROM refused WHERE row_number = $number"
        (record,) = self._ledger.records(query, {"number": number})
        holders = [column.name for column in self._importer.columns if record[column.name] == value]
        for name in holders:
            # Of several columns with the same text, the bad one is the one without which it types.
            without = f"SELECT * REPLACE (NULL::VARCHAR AS {quoted(name)}) FROM refused"
            if len(holders) == 1 or self._error(without, number, column) is None:
                return name
        return None


def _sentence(value: str, wrong: str) -> str:
    return f'"{value[:200]}" {wrong}'
