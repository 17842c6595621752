"""Which months are whole: every account's bill has come and reaches the month's end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from finops_ai.months import Month


@dataclass(frozen=True)
class AccountMonth:
    """The days (inclusive) that one account's recurring charges of a month pay for.

    `last_daily_day` and `weekdays` (1 Monday to 7 Sunday) are those of its lines of a day or less.
    """

    first_day: date
    last_day: date
    last_daily_day: date | None = None
    weekdays: frozenset[int] = frozenset()

    @property
    def until(self) -> date:
        """The day that the bill goes up to; an account that bills by the day is held to that."""
        return self.last_daily_day or self.last_day


SETTLES_AFTER_DAYS = 2
"""Days after a month's end before its bill is believed to be whole: late lines arrive until then."""

Accounts = Mapping[Month, Mapping[str, AccountMonth]]


@dataclass(frozen=True)
class Completeness:
    """Why months are not whole, accounts taken as ended, and what was taken on trust."""

    open_months: dict[Month, str]
    ended_accounts: tuple[str, ...]
    assumed: tuple[str, ...]


def completeness(accounts: Accounts, read_at_utc: datetime | None = None) -> Completeness:
    """Judge every month by the accounts that billed in it and in the month before.

    An account that is absent and comes back is missing, unless it bills only now and then; one
    that never comes back has ended, except in the newest month, where its bill may still arrive.
    Only the newest bill can still grow: an earlier one was followed by the next. It does so until two
    days after its month, so a bill read (`read_at_utc`, None: not known) before that is not whole. A bill
    that was read before its month began came with a clock that tells nothing.
    """
    first, newest = min(accounts), max(accounts)
    last_seen = {name: month for month in sorted(accounts) for name in accounts[month]}
    reasons: dict[Month, str] = {}
    starts = min(account.first_day for account in accounts[first].values())
    quiet_start = all(_quiet(accounts, first, name, first.first_day, starts) for name in accounts[first])
    if starts > first.first_day and not quiet_start:
        reasons[first] = f"the ledger begins on {starts}"
    for month in sorted(accounts):
        for name in sorted({*accounts[month], *accounts.get(month.plus(-1), {})} - {*accounts[month]}):
            regular = month.plus(-1) == first or name in accounts.get(month.plus(-2), {})
            if month == newest or (regular and last_seen[name] > month):
                reasons.setdefault(month, f"the bill of {name} is missing")
    settles_utc = newest.end_utc + timedelta(days=SETTLES_AFTER_DAYS)
    if read_at_utc is not None and newest.start_utc <= read_at_utc < settles_utc:
        reasons.setdefault(
            newest,
            f"its bills were read on {read_at_utc.date()}, less than {SETTLES_AFTER_DAYS} days after its end",
        )
    assumed = _judge_newest(accounts, newest, reasons)
    gone = sorted((name, month) for name, month in last_seen.items() if month < newest.plus(-1))
    return Completeness(reasons, tuple(f"{name} after {month}" for name, month in gone), assumed)


def _judge_newest(accounts: Accounts, newest: Month, reasons: dict[Month, str]) -> tuple[str, ...]:
    """Add the reason why the newest month is open, or say which early ends are taken as its end."""
    trusted: list[str] = []
    for name, account in sorted(accounts[newest].items()):
        rest = account.until + timedelta(days=1)
        if rest > newest.plus(1).first_day - timedelta(days=1):
            continue
        if account.last_daily_day and _quiet(accounts, newest, name, rest, newest.plus(1).first_day):
            trusted.append(f"{name} ({account.until})")
        else:
            reasons.setdefault(newest, f"the bill of {name} ends on {account.until}")
    if newest in reasons or not trusted:
        return ()
    statement = (
        f"{newest} is taken as complete although bills end before its last day, because these accounts "
        f"have no charges on the weekdays that follow: {', '.join(trusted)}."
    )
    return (statement,)


def _quiet(accounts: Accounts, month: Month, name: str, first: date, end: date) -> bool:
    """Whether the account bills by the day but never on the weekdays of `first` to `end` (exclusive).

    Its habit is that of the month and its neighbours: offices that rest on Saturdays and Sundays.
    """
    near = [accounts.get(month.plus(step), {}).get(name) for step in (-1, 0, 1)]
    habit = {weekday for account in near if account is not None for weekday in account.weekdays}
    days = [first + timedelta(days=n) for n in range((end - first).days)]
    return bool(habit) and not any(day.isoweekday() in habit for day in days)
