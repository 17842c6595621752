"""The calls that go through the company's LiteLLM gateway, and what became of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sample_company.model import Call, Dice, Outcome, Tokens, at, index_of, instant, workdays
from sample_company.prices import BEDROCK_HAIKU, HAIKU, LUNA, LUNA_DAY, MINI, sonnet

STORM_MONTH = "2026-03"
"""The refund agent's retry storm: a broken tool schema made it ask again and again."""

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ending:
    """How cases of one kind end, what a success is worth and the minutes it saves."""

    kind: str
    success_percent: int
    value_cents: Range
    minutes: Range


@dataclass(frozen=True, slots=True)
class Profile:
    """How one workflow behaves: volumes, token ranges and the shape of its outcomes."""

    workflow: str
    ending: Ending
    provider: str
    project: str | None
    key: str
    team: str
    prefix: str
    cases: Callable[[int], int]
    calls: Range
    uncached: Range
    cache_read: Range
    cache_write: Range
    output: Range
    reasoning_percent: int
    unlinked: int
    by_session: bool = False


def _pilot(index: int) -> int:
    """Return the contracts of a month: a pilot in June 2026, eight times that in October."""
    return {9: 5, 10: 9, 11: 16, 12: 26, 13: 40}.get(index, 0)


PROFILES = (
    Profile("support-triage", Ending("ticket_resolved", 80, (450, 1_400), (6, 25)),
            "anthropic", "wrkspc_01Support",
            "key-support-triage", "team-support", "T", lambda i: 72 + 8 * i, (1, 4),
            (105_000, 158_000), (8_000, 24_000), (0, 9_000), (20_000, 52_000), 0, 4),
    Profile("refund-agent", Ending("refund_decided", 84, (300, 2_500), (4, 18)),
            "openai", "proj_refunds",
            "key-refund-agent", "team-support", "R", lambda i: 30 + 3 * i, (1, 4),
            (60_000, 140_000), (10_000, 60_000), (0, 0), (45_000, 115_000), 80, 2),
    Profile("claims-intake", Ending("claim_processed", 77, (1_800, 6_500), (20, 70)),
            "aws-bedrock", None,
            "key-claims-intake", "team-claims", "CLM", lambda i: 40 + 5 * (i - 2) if i > 1 else 0,
            (2, 4), (90_000, 150_000), (10_000, 40_000), (0, 12_000), (18_000, 48_000), 0, 1,
            by_session=True),
    Profile("contract-review", Ending("contract_reviewed", 70, (9_000, 30_000), (60, 180)),
            "anthropic", "wrkspc_03Contracts",
            "key-contract-review", "team-legal", "K", _pilot, (3, 7),
            (110_000, 165_000), (5_000, 25_000), (0, 8_000), (20_000, 56_000), 0, 0),
)  # fmt: skip


def _model(profile: Profile, day: date) -> str:
    """Return the model a workflow uses on a day."""
    if profile.provider == "openai":
        return LUNA if day >= LUNA_DAY else MINI
    if profile.provider == "aws-bedrock":
        return BEDROCK_HAIKU
    return HAIKU if profile.workflow == "contract-review" else sonnet(day)


def _tokens(profile: Profile, dice: Dice) -> Tokens:
    """Draw one call's tokens; the prompt stays under 200,000, where prices would change."""
    output = dice.whole(*profile.output)
    return Tokens(
        input_uncached=dice.whole(*profile.uncached),
        cache_read=dice.whole(*profile.cache_read),
        cache_write_5m=dice.whole(*profile.cache_write) if dice.chance(50) else 0,
        output=output,
        reasoning=output * profile.reasoning_percent // 100,
    )


def _call(profile: Profile, dice: Dice, at_ms: int, case: str | None, *, fails: bool) -> Call:
    """Make one logged call of a case, or of no case at all."""
    tokens = Tokens() if fails else _tokens(profile, dice)
    linked_session = f"intake-{case.lower()}" if case and profile.by_session else ""
    error = dice.pick(("RateLimitError", "InternalServerError", "Timeout")) if fails else ""
    return Call(
        call_id=dice.uuid(),
        at_ms=at_ms,
        took_ms=dice.whole(300, 2_500) + tokens.output * 5,
        provider=profile.provider,
        model=_model(profile, instant(at_ms).date()),
        project=profile.project,
        workflow=profile.workflow,
        key=profile.key,
        team=profile.team,
        user=f"svc-{profile.workflow}",
        trace_id=f"trace-{case.lower()}" if case else f"trace-{dice.hexes(8)}",
        session_id=linked_session,
        outcome_id=case,
        tokens=tokens,
        error=error,
    )


def _case_calls(profile: Profile, dice: Dice, month: str, day: date, case: str) -> list[Call]:
    """Make all calls of one case: within one day, three times as many in the retry storm."""
    storm = profile.workflow == "refund-agent" and month == STORM_MONTH
    count = dice.whole(*profile.calls) * (3 if storm else 1)
    at_ms = at(day, dice.whole(7 * 3600, 15 * 3600)) + dice.whole(0, 999)
    calls = []
    for number in range(count):
        fails = dice.chance(30 if storm else 2) and number + 1 < count
        calls.append(_call(profile, dice, at_ms, case, fails=fails))
        at_ms += calls[-1].took_ms + dice.whole(40, 900) * 1000 + dice.whole(0, 999)
    return calls


def make_outcome(dice: Dice, case: str, last: Call, ending: Ending) -> Outcome:
    """Decide how a case ended, some minutes after its last call and on the same day."""
    success = dice.chance(ending.success_percent)
    status = "success" if success else dice.pick(("failed", "escalated", "escalated", "abandoned"))
    resolved = (last.at_ms // 1000 + dice.whole(5, 120) * 60) * 1000
    reopened = resolved + dice.whole(20, 240) * 3_600_000 if success and dice.chance(5) else None
    known = success and not dice.chance(8)
    return Outcome(
        outcome_id=case,
        kind=ending.kind,
        workflow=last.workflow or "",
        status=status,
        resolved_ms=resolved,
        reopened_ms=reopened,
        session_id=last.session_id,
        trace_id=last.trace_id,
        value=Decimal(dice.whole(*ending.value_cents)).scaleb(-2) if known else None,
        minutes=dice.whole(*ending.minutes) if known else None,
    )


def workflow_month(profile: Profile, month: str) -> tuple[list[Call], list[Outcome]]:
    """Make one workflow's calls and outcomes of one month."""
    dice = Dice(f"{profile.workflow}/{month}")
    calls: list[Call] = []
    outcomes = []
    cases = profile.cases(index_of(month))
    for number in range(1, cases + 1):
        case = f"{profile.prefix}-{month[2:4]}{month[5:]}-{number:04d}"
        own = _case_calls(profile, dice, month, dice.pick(workdays(month)), case)
        outcomes.append(make_outcome(dice, case, own[-1], profile.ending))
        calls += own
    for _ in range(profile.unlinked if cases else 0):
        at_ms = at(dice.pick(workdays(month)), dice.whole(7 * 3600, 18 * 3600))
        calls.append(_call(profile, dice, at_ms, None, fails=False))
    return calls, outcomes


def hackday_month(month: str) -> list[Call]:
    """Make the calls of a key that nobody registered, on a project the company forgot."""
    if index_of(month) < 7:
        return []
    dice = Dice(f"key-hackday/{month}")
    lab_days = [dice.pick(workdays(month)) for _ in range(8)]
    calls = []
    for _ in range(dice.whole(18, 34)):
        day = dice.pick(lab_days)
        calls.append(_hackday_call(dice, at(day, dice.whole(16 * 3600, 22 * 3600))))
    return calls


def _hackday_call(dice: Dice, at_ms: int) -> Call:
    """Make one call of the unregistered key: no workflow, no ticket, no session."""
    output = dice.whole(20_000, 90_000)
    tokens = Tokens(dice.whole(90_000, 180_000), dice.whole(0, 15_000), 0, 0, output, output // 2)
    return Call(
        call_id=dice.uuid(),
        at_ms=at_ms,
        took_ms=output * 5,
        provider="openai",
        model=MINI,
        project="proj_lab",
        workflow=None,
        key="key-hackday",
        team="team-lab",
        user="lab-guest",
        trace_id=f"trace-{dice.hexes(8)}",
        session_id="",
        outcome_id=None,
        tokens=tokens,
    )


def marketing_month(month: str) -> list[tuple[date, Tokens]]:
    """Return the daily tokens of an OpenAI project that is billed but logs nothing."""
    if index_of(month) < 5:
        return []
    dice = Dice(f"proj_marketing/{month}")
    scale = index_of(month) - 3
    return [
        (
            day,
            Tokens(
                dice.whole(4_000, 9_000) * 1000 * scale // 2 + dice.whole(0, 999),
                dice.whole(1_000, 3_000) * 1000,
                0,
                0,
                dice.whole(900, 1_900) * 1000 * scale // 2 + dice.whole(0, 999),
            ),
        )
        for day in workdays(month)
    ]
