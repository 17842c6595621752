"""The plain statements that stand under a forecast: what it rests on and what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from finops_ai.forecast.history import History
from finops_ai.forecast.result import NOT_ATTRIBUTED, Line, LineEvent
from finops_ai.forecast.run_rate import RunRates
from finops_ai.money import shown

_MOST_NAMES = 10
_EVENTS = {
    "launch": ("Launched within the history", "Only the months since then are used."),
    "price": (
        "Price per token changed for good",
        "Months before count as if at the new price.",
    ),
    "level_shift": (
        "Level changed for good",
        "Months before count as if at the new level.",
    ),
    "one_off": ("One-off seen (times the months beside it)", "The baseline does not repeat them."),
    "dip": ("Low month seen (times the months beside it)", "The baseline does not repeat them."),
    "newest_jump": (
        "The newest month is far from the one before it",
        "A one-off or a new level: the next month will tell, and the baseline takes it as it is.",
    ),
    "no_cost": ("Months without cost", "They count as zero."),
}
_PART_NAMES = {"credit": "credits", "tax": "tax", "one_time": "one-time charges", "refund": "refunds"}


def notes_of(
    history: History, rates: RunRates, lines: Sequence[Line], months: int, events: Sequence[LineEvent] = ()
) -> tuple[str, ...]:
    """Every statement that applies beside those of `run_rate_notes`, in the order in which one needs them."""
    return (
        *_basis_notes(history, rates),
        *_left_out_notes(history, rates),
        *_coverage_notes(history),
        *_line_notes(lines, history.currency),
        *event_notes(events),
        *_horizon_notes(months),
    )


def run_rate_notes(history: History, rates: RunRates) -> tuple[str, ...]:
    """What the run rate is and what it leaves out; a report tells this in words of its own."""
    total, currency, month = rates.total, history.currency, rates.basis_month
    rate, year = shown(total.monthly_cost, currency), shown(total.yearly_cost, currency)
    notes = [f"Run rate: {rates.basis}, as a month of 365/12 days: {rate} a month, {year} a year."]
    parts = history.left_out[month]
    if parts:
        text = ", ".join(f"{_PART_NAMES[part]} {shown(parts[part], currency)}" for part in sorted(parts))
        notes.append(f"Left out of {month}: {text}.")
    return tuple(notes)


def _basis_notes(history: History, rates: RunRates) -> list[str]:
    total, currency = rates.total, history.currency
    notes = []
    if total.differs:
        notes.append(
            "The run rate differs by more than 10% from its variants: trailing 30 days to "
            f"{history.last_day} {shown(total.trailing_30_days_cost, currency)}, mean of the last 3 complete "
            f"months {shown(total.mean_3_months_cost, currency)}. Ask why before you budget."
        )
    if total.monthly_cost <= 0:
        notes.append("The run rate is not above zero: multiples of it say nothing about the months to come.")
    return notes


def _left_out_notes(history: History, rates: RunRates) -> list[str]:
    parts = history.left_out[rates.basis_month]
    notes = []
    if "one_time" in parts or "refund" in parts:
        notes.append(
            "One-time charges and refunds that a rule gives to a workflow stay in its line and are "
            "taken off the line not attributed; the total is without them."
        )
    for other, cost in history.other_currencies:
        notes.append(f"Left out of {history.newest}: {shown(cost, other)} billed in another currency.")
    return notes


def _coverage_notes(history: History) -> list[str]:
    notes = [
        f"{month} is not complete: {why}." for month, why in sorted(history.completeness.open_months.items())
    ]
    notes += history.completeness.assumed
    if history.unattributed:
        text = _some([str(month) for month in history.unattributed])
        notes.append(
            f"Billed but not attributed, so left out: {text}. Run `finops-ai attribute --month "
            f"{history.unattributed[-1]}`."
        )
    if len(history.contiguous) < len(history.complete):
        notes.append(
            f"The months before {history.contiguous[0]} are not used for the baseline: "
            f"{history.contiguous[0].plus(-1)} is missing or not complete."
        )
    if history.completeness.ended_accounts:
        notes.append(f"Accounts taken as ended: {_some(history.completeness.ended_accounts)}.")
    return notes


def _line_notes(lines: Sequence[Line], currency: str) -> list[str]:
    notes = []
    rest = next(line for line in lines if line.scope == NOT_ATTRIBUTED).run_rate.monthly_cost
    if rest != Decimal(0):
        notes.append(
            f"{shown(rest, currency)} a month is attributed to no workflow and is a line of its own."
        )
    launches = [line.label for line in lines if "launch" in line.flags]
    if launches:
        notes.append(
            f"Launched less than 3 months ago: {_some(launches)}. A multiple of a pilot's cost "
            "is no plan for its production."
        )
    return notes


def event_notes(events: Sequence[LineEvent]) -> list[str]:
    """What history showed, one statement a kind, and what the baseline made of it."""
    notes = []
    for kind, (introduction, treatment) in _EVENTS.items():
        found = [event for event in events if event.kind == kind]
        if kind == "no_cost":
            names = {
                event.workflow: sum(1 for other in found if other.workflow == event.workflow)
                for event in found
            }
            texts = [f"{_name(name)} ({count})" for name, count in names.items()]
        else:
            texts = [_event_text(event) for event in found]
        if texts:
            notes.append(f"{introduction}: {_some(texts)}. {treatment}")
    return notes


def _event_text(event: LineEvent) -> str:
    if event.ratio is None:
        return f"{_name(event.workflow)} ({event.month})"
    if event.kind in ("price", "level_shift"):
        change = (event.ratio - 1) * 100
        return f"{_name(event.workflow)} ({event.month}, {change:+.0f}%)"
    return f"{_name(event.workflow)} ({event.month}, {event.ratio:.1f}x)"


def _name(workflow: str | None) -> str:
    return NOT_ATTRIBUTED.replace("_", " ") if workflow is None else workflow


def _some(names: Sequence[str]) -> str:
    """The names, or the first ten and how many more there are."""
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _horizon_notes(months: int) -> list[str]:
    if months == 12:
        return []
    how = "continue that path" if months > 12 else "are its beginning"
    return [f"Growth is set so that 12 months cost multiplier x 12 x run rate; these {months} months {how}."]
