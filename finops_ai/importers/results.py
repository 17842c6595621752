"""What an import reports: per file, in counts that add up to its records."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from finops_ai.errors import InputError
from finops_ai.importers.secrets import masked
from finops_ai.importers.sources import BackgroundDigest, Digest


@dataclass(frozen=True)
class Reject:
    """A refused record: its number, physical line where known, column, reason and raw text.

    What looks like a key is masked: the file keeps it, and reading it again needs no copy.
    """

    row_number: int
    line: int | None
    column: str | None
    reason: str
    raw_text: str | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", masked(self.reason))
        object.__setattr__(self, "raw_text", None if self.raw_text is None else masked(self.raw_text))

    def described(self, display: str) -> str:
        """``october.csv, line 812, column cost: "1,204.50" is not a plain number``."""
        place = f"line {self.line}" if self.line is not None else f"record {self.row_number}"
        column = f", column {self.column}" if self.column else ""
        return f"{display}, {place}{column}: {self.reason}"


@dataclass(frozen=True)
class MonthChange:
    """Money in force of one month (``2026-10``) and currency, before and after a file."""

    month: str
    billing_currency: str
    before: Decimal
    after: Decimal


@dataclass
class FileResult:
    """One file's import. `status` is imported, known, manifest, skipped or refused.

    rows_read = added + repeated + replaced + rejected + ignored. `rows_withdrawn` are old rows
    that a new delivery of the same bill no longer has. `billed` is the file's money by currency,
    `billed_elsewhere` the part of it that a finer view of the bill already tells, `billed_before`
    what the replaced deliveries had said.
    """

    path: str
    status: str
    importer: str | None = None
    feeds: str | None = None
    bytes: int = 0
    rows_read: int = 0
    rows_added: int = 0
    rows_repeated: int = 0
    rows_replaced: int = 0
    rows_withdrawn: int = 0
    rows_rejected: int = 0
    rows_ignored: int = 0
    rows_rounded: int = 0
    rounded_total: Decimal = Decimal(0)
    billed: dict[str, Decimal] = field(default_factory=dict)
    billed_elsewhere: dict[str, Decimal] = field(default_factory=dict)
    billed_before: dict[str, Decimal] = field(default_factory=dict)
    ignored: dict[str, int] = field(default_factory=dict)
    months: list[MonthChange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    error: InputError | None = None


@dataclass(frozen=True)
class Slot:
    """A file that is being loaded: its id in the ledger, its digest, and the result being filled."""

    file_id: int
    digest: Digest | BackgroundDigest
    result: FileResult
