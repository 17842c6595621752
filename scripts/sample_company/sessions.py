"""The coding assistant: Claude Code sessions of the engineers and the changes they merged."""

from dataclasses import dataclass, replace
from datetime import date

from sample_company.model import Call, Dice, Outcome, Tokens, at, index_of, instant, workdays
from sample_company.prices import HAIKU, sonnet
from sample_company.traffic import Ending, make_outcome

WORKFLOW = "code-assistant"
WORKSPACE = "wrkspc_02Engineering"
ENDING = Ending("change_merged", 78, (20_000, 90_000), (60, 300))
REPOSITORIES = ("claims-portal", "policy-core")
SUB_AGENT_MONTH = 2
"""Sub-agents on the small model are used from November 2025 on."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session file: its own calls, and the lines it repeats if it resumes another."""

    session_id: str
    repository: str
    branch: str
    version: str
    calls: tuple[Call, ...]
    sub_agent_calls: tuple[Call, ...] = ()
    replayed: tuple[Call, ...] = ()

    @property
    def folder(self) -> str:
        """The project folder name the tool derives from the working directory."""
        return f"-home-dev-{self.repository}"


def _tokens(dice: Dice, number: int, *, sub_agent: bool) -> Tokens:
    """Draw one message's tokens: the context grows and is read from the cache."""
    if sub_agent:
        return Tokens(
            dice.whole(10, 400),
            min(number * 9_000, 90_000),
            dice.whole(3_000, 14_000),
            0,
            dice.whole(600, 5_000),
        )
    return Tokens(
        input_uncached=dice.whole(4, 1_200),
        cache_read=min(18_000 + number * 4_500, 150_000) + dice.whole(0, 4_000),
        cache_write_1h=dice.whole(6_000, 26_000),
        output=dice.whole(1_200, 15_000),
    )


def _calls(
    dice: Dice, session_id: str, case: str | None, start_ms: int, count: int, *, sub_agent: bool
) -> tuple[Call, ...]:
    """Make the messages of one session file or of one sub-agent file."""
    calls = []
    for number in range(count):
        tokens = _tokens(dice, number, sub_agent=sub_agent)
        calls.append(
            Call(
                call_id=dice.hexes(20),
                at_ms=start_ms,
                took_ms=0,
                provider="anthropic",
                model=HAIKU if sub_agent else sonnet(instant(start_ms).date()),
                project=WORKSPACE,
                workflow=WORKFLOW,
                key="",
                team="",
                user="",
                trace_id="",
                session_id=session_id,
                outcome_id=case,
                tokens=tokens,
            )
        )
        start_ms += dice.whole(15, 240) * 1000 + dice.whole(0, 999)
    return tuple(calls)


def _session(dice: Dice, month: str, day: date, number: int, *, linked: bool) -> Session:
    """Make one session of one day, some with a sub-agent."""
    session_id = dice.uuid()
    case = f"PC-{month[2:4]}{month[5:]}-{number:02d}"
    outcome = case if linked else None
    start = at(day, dice.whole(8 * 3600, 14 * 3600)) + dice.whole(0, 999)
    main = _calls(dice, session_id, outcome, start, dice.whole(28, 64), sub_agent=False)
    helper: tuple[Call, ...] = ()
    if index_of(month) >= SUB_AGENT_MONTH and dice.chance(35):
        later = main[len(main) // 2].at_ms + 7_000
        helper = _calls(dice, session_id, outcome, later, dice.whole(4, 12), sub_agent=True)
    branch = f"{dice.pick(('feat', 'fix', 'chore'))}/{case}" if linked else "main"
    version = f"2.{index_of(month) // 7}.{dice.whole(10, 99)}"
    repository = REPOSITORIES[number % 2]
    return Session(session_id, repository, branch, version, main, helper)


def _resumed(dice: Dice, month: str, origin: Session, number: int) -> Session:
    """Resume a session in a new file: the tool copies old lines under a new session id."""
    session_id = dice.uuid()
    case = f"PC-{month[2:4]}{month[5:]}-{number:02d}"
    start = origin.calls[-1].at_ms + 3_600_000
    own = _calls(dice, session_id, case, start, dice.whole(10, 20), sub_agent=False)
    return replace(
        origin,
        session_id=session_id,
        branch=f"feat/{case}",
        calls=own,
        sub_agent_calls=(),
        replayed=origin.calls[-6:],
    )


def sessions_month(month: str) -> tuple[list[Session], list[Outcome]]:
    """Make the month's sessions; every third month has one without a change to show for it."""
    dice = Dice(f"{WORKFLOW}/{month}")
    count = 5 + index_of(month) // 3
    found = []
    for number in range(1, count + 1):
        linked = not (number == 1 and index_of(month) % 3 == 2)
        day = dice.pick(workdays(month))
        found.append(_session(dice, month, day, number, linked=linked))
    if index_of(month) % 2 == 0:
        found.append(_resumed(dice, month, found[-1], count + 1))
    outcomes = [
        make_outcome(dice, case, session.calls[-1], ENDING)
        for session in found
        if (case := session.calls[-1].outcome_id)
    ]
    return sorted(found, key=lambda one: one.calls[0].at_ms), outcomes
