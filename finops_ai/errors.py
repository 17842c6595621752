"""Every error a user can meet, grouped by what the caller should do about it.

FinopsError
|-- ConfigError      exit 2   the command line or finops.yaml is wrong
|-- InputError       exit 3   a file or a row is refused
|-- LockedError      exit 5   another process holds the ledger
|-- DeliveryError    exit 6   a report could not be written or sent
`-- IntegrityError   exit 7   the ledger itself is damaged or does not balance
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command, documented in docs/exit-codes.md."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    INPUT = 3
    FINDINGS = 4
    LOCKED = 5
    DELIVERY = 6
    INTEGRITY = 7


class FinopsError(Exception):
    """A problem told to the user: where, what, why (`message`) and what next (`hint`)."""

    exit_code = ExitCode.INTERNAL

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ConfigError(FinopsError):
    """The command line or finops.yaml is wrong; nothing was done."""

    exit_code = ExitCode.USAGE


class InputError(FinopsError):
    """A file is refused, or more rows are rejected than allowed."""

    exit_code = ExitCode.INPUT


class LockedError(FinopsError):
    """Another process holds the ledger; the message names it."""

    exit_code = ExitCode.LOCKED


class DeliveryError(FinopsError):
    """A report could not be written where it was asked for."""

    exit_code = ExitCode.DELIVERY


class IntegrityError(FinopsError):
    """The ledger is damaged, cut short, or one of its invariants does not hold."""

    exit_code = ExitCode.INTEGRITY
