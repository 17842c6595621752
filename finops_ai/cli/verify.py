"""`finops-ai verify`: is it known what each workflow costs per transaction?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.explain_figure import command, outcome_command
from finops_ai.cli.refresh import refresh
from finops_ai.errors import ConfigError, ExitCode
from finops_ai.money import decimal_from_text, plain
from finops_ai.months import Month
from finops_ai.unit_cost import SPLITS, Check, HeldOut, verify

_KNOWN = columns(
    *("workflow:workflow", "outcome:outcome", "currency:currency", "successes:success:count"),
    *("estimate:per success:money4", "low:from:money4", "high:to:money4", "verdict:known"),
)
_LOST = columns(
    *("workflow:workflow", "outcome:outcome", "currency:currency", "attributed:logged:money4"),
    *("estimate:estimate:money4", "low:from:money4", "high:to:money4", "lost:lost:money"),
)
_HELD_OUT = columns(
    *("workflow:workflow", "outcome:outcome", "currency:currency", "estimate:estimate:money4"),
    *("actual:actual:money4", "off:off:count", "hit:hit", "hits:hits:count", "inside:inside:count"),
)
_MEANING = (
    f"hits, inside: of {SPLITS} divisions, in how many the half held out was within the limit, and inside "
    "the 95% interval stated from the other half."
)
_FLAT = columns(
    *("workflow:", "outcome:", "currency:", "verdict:", "reason:", "advice:", "spend:", "attempts:"),
    *("successes:", "sessions:", "attributed:", "estimate:", "month_low:", "month_high:"),
    *("expected_low:", "expected_high:", "lost_cost:", "known_within:", "held_out_estimate:"),
    *("held_out_actual:", "held_out_off:", "held_out_hit:", "held_out_hits:", "held_out_covered:"),
    "splits:",
)


def verify_month(
    settings: Settings, asked: str | None, within: str, now_utc: datetime
) -> tuple[Document, int]:
    """What is known of the month `asked` for; FINDINGS when some workflow's verdict is no."""
    limit = _limit(within)
    config = settings.load()
    require_ledger(config, asked)
    with settings.open(config) as ledger:
        month = chosen_month(ledger, asked)
        refresh(ledger, config, at_utc=now_utc)
        checks = verify(ledger, month, limit)
    code = ExitCode.FINDINGS if any(check.verdict == "no" for check in checks) else ExitCode.OK
    return _document(month, limit, checks), int(code)


def _limit(text: str) -> Decimal:
    """``20%`` or ``0.2``, above zero and at most one."""
    number = text.removesuffix("%")
    try:
        share = decimal_from_text(number) * (Decimal("0.01") if text.endswith("%") else 1)
    except ValueError:
        share = Decimal(0)
    if not 0 < share <= 1:
        raise ConfigError(f'--within "{text}" is no share up to 100%.', hint="Write it as 20% or as 0.2.")
    return share


def _document(month: Month, limit: Decimal, checks: tuple[Check, ...]) -> Document:
    known = tuple(_known(check) for check in checks)
    held_out = tuple(_held_out(check, check.held_out) for check in checks if check.held_out is not None)
    lost = tuple(_lost(check) for check in checks if check.cost is not None and check.cost.lost)
    flat = Table("checks", "", _FLAT, tuple(_flat(check) for check in checks))
    facts = {
        "month": month,
        "within": limit,
        "checks": [
            {**dict(zip((c.key for c in _FLAT), row, strict=True)), "explain": _explained(month, check)}
            for check, row in zip(checks, flat.rows, strict=True)
        ],
        "known": sum(check.verdict == "yes" for check in checks),
        "failed": sum(check.verdict == "no" for check in checks),
    }
    return Document(
        "verify",
        (
            Table("", f"{month}: cost per success (estimated), 95% in the long run", _KNOWN, known),
            Table("", "Logs are lost: cost per success of this month itself, 95%", _LOST, lost),
            Table("", f"One half held out, the middle of {SPLITS} divisions", _HELD_OUT, held_out),
            *(_said(check, checks) for check in checks),
            *_summary(checks, limit),
            *([_MEANING] if held_out else []),
        ),
        facts,
        flat,
    )


def _explained(month: Month, check: Check) -> str:
    if check.kind is None:
        return command("cost", month=month, workflow=check.workflow, currency=check.currency)
    return outcome_command(month, check.kind, check.workflow, check.currency)


def _known(check: Check) -> tuple[object, ...]:
    cost = check.cost
    expected = None if cost is None else cost.expected
    return (
        *(check.workflow, check.kind, check.currency, None if cost is None else cost.successes),
        None if cost is None else cost.estimate,
        *((None, None) if expected is None else (expected.low, expected.high)),
        "?" if check.verdict == "not enough data" else check.verdict,
    )


def _lost(check: Check) -> tuple[object, ...]:
    cost = check.cost
    assert cost is not None
    of_month = cost.of_month
    return (
        *(check.workflow, check.kind, check.currency, cost.attributed, cost.estimate),
        *((None, None) if of_month is None else (of_month.low, of_month.high)),
        cost.lost,
    )


def _held_out(check: Check, held: HeldOut) -> tuple[object, ...]:
    return (
        *(check.workflow, check.kind, check.currency, held.estimate, held.actual),
        *(f"{held.error:+.1%}", held.is_hit, held.hits, held.covered),
    )


def _said(check: Check, checks: tuple[Check, ...]) -> str:
    name = check.workflow if check.kind is None else f"{check.workflow}, {check.kind}"
    if any(
        (each.workflow, each.kind) == (check.workflow, check.kind) for each in checks if each is not check
    ):
        name += f", {check.currency}"
    return f"{name}: {check.verdict}; {check.reason}.{f' {check.advice}' if check.advice else ''}"


def _summary(checks: tuple[Check, ...], limit: Decimal) -> Iterator[str]:
    if not checks:
        yield "No workflow has spent anything."
        return
    known = [check for check in checks if check.verdict == "yes"]
    spend = sum((check.spend for check in checks), Decimal(0))
    yield ""
    of_spend = ""
    # Spend of several currencies has no sum, and what is not billed no share.
    if spend and len({check.currency for check in checks}) == 1:
        share = sum((check.spend for check in known), Decimal(0)) / spend
        of_spend = f", {_percent(share)} of their spend"
    yield f"Known within {_percent(limit)}: {len(known)} of {len(checks)}{of_spend}."


def _flat(check: Check) -> tuple[object, ...]:
    cost, held = check.cost, check.held_out
    return (
        *(check.workflow, check.kind, check.currency, check.verdict, check.reason, check.advice),
        check.spend or None,
        *(
            (None,) * 9
            if cost is None
            else (
                *(cost.attempts, cost.successes, cost.units, cost.attributed, cost.estimate),
                *((None, None) if cost.of_month is None else (cost.of_month.low, cost.of_month.high)),
                *((None, None) if cost.expected is None else (cost.expected.low, cost.expected.high)),
            )
        ),
        None if cost is None else cost.lost,
        _rounded(check.half_width),
        *(
            (None,) * 6
            if held is None
            else (
                *(_money(held.estimate), _money(held.actual), _rounded(held.error), held.is_hit),
                *(held.hits, held.covered),
            )
        ),
        None if held is None else SPLITS,
    )


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.000000001"))


def _rounded(number: float | None) -> Decimal | None:
    """A statistic to six decimals: its last bits are nobody's business."""
    return None if number is None else Decimal(f"{number:.6f}")


def _percent(share: Decimal) -> str:
    return f"{plain((share * 100).quantize(Decimal('0.1')))}%"
