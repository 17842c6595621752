"""Records that the database itself refuses, past every typing macro: each costs itself only.

JSON of another shape than expected, a number that no column can hold: such a record stops the whole
SELECT, whatever a bad value becomes. They are found by halving the file.
"""

from __future__ import annotations

from finops_ai.importers.contract import Importer
from finops_ai.importers.readers import Raw
from finops_ai.importers.results import Reject
from finops_ai.importers.tables import Mapping
from finops_ai.ledger import REFUSED_ROW, Ledger

# Beyond it, or when it is every second record, not the records are at fault but the importer.
UNTYPABLE_MAX = 50


class Untypable:
    """A file's records in a table of their own, where those that cannot be typed are looked for."""

    def __init__(self, ledger: Ledger, importer: Importer, raw: Raw, mapping: Mapping) -> None:
        self._ledger = ledger
        self._importer = importer
        self._mapping = mapping
        self._found: dict[int, str] = {}
        ledger.execute(f"CREATE OR REPLACE TEMP TABLE readable AS {raw.sql}", raw.params)
        numbers = ledger.rows("SELECT row_number FROM readable ORDER BY row_number")
        self._numbers = [number for (number,) in numbers]

    def look(self) -> None:
        """Find them with the macros now in force; the database's own error when they are too many."""
        self._halve(0, len(self._numbers))

    def rejects(self) -> list[Reject]:
        """Those found so far."""
        return [
            Reject(number, None, None, f"cannot be read: {text}", None)
            for number, text in sorted(self._found.items())
        ]

    def others(self) -> Raw:
        """The relation without them."""
        return Raw(
            "SELECT * FROM readable WHERE row_number NOT IN (SELECT unnest($raw_untypable::BIGINT[]))",
            {"raw_untypable": sorted(self._found)},
        )

    def _halve(self, start: int, end: int) -> None:
        error = self._error(start, end)
        if error is None:
            return
        if end - start > 1:
            middle = (start + end) // 2
            self._halve(start, middle)
            self._halve(middle, end)
            return
        self._found[self._numbers[start]] = str(error).splitlines()[0].partition("Error: ")[2].strip()
        if len(self._found) > min(UNTYPABLE_MAX, len(self._numbers) // 2):
            raise error

    def _error(self, start: int, end: int) -> Exception | None:
        others = self.others()
        place = "row_number BETWEEN $raw_first AND $raw_last"
        raw = Raw(
            f"{others.sql} AND {place}",
            {**others.params, "raw_first": self._numbers[start], "raw_last": self._numbers[end - 1]},
        )
        typed = f"SELECT {self._mapping.typed} FROM typed"
        try:
            # Hashed, so that every column of every record is worked out.
            self._ledger.rows(
                raw.query(self._importer, f"SELECT bit_xor(hash(row)) FROM ({typed}) AS row"), raw.params
            )
        except REFUSED_ROW as error:
            return error
        return None
