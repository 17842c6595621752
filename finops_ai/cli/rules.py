"""`finops-ai rules list` and `rules check`: what rules take and reach, and which are in each other's way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from finops_ai.attribution import rule_use
from finops_ai.attribution.rule_use import Coverage, Idle, Overlap, Taken
from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import counted
from finops_ai.config import Condition, Config, Rule
from finops_ai.errors import ConfigError, ExitCode, InputError
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.patterns import written
from finops_ai.reports import closed_months

_RULES = columns(
    *("rule:rule:count", "workflow:workflow:hidden", "owner:owner:hidden", "team:team:hidden"),
    *("department:department:hidden", "cost_centre:cost_centre:hidden", "product:product:hidden"),
    *("answers:workflow, owner, team", "when:when"),
    *("valid_from:valid_from:hidden", "valid_to:valid_to:hidden", "currency:currency"),
    *("calls:calls:count", "tokens:tokens:hidden", "charges:charges:count", "billed:billed:money"),
)
_BILLED = columns("way:placed by", "currency:currency", "cost:billed:money", "share:share")
_LOGGED = columns(
    *("way:placed by", "currency:currency", "cost:estimate:money", "share:share"),
    *("calls:calls:count", "calls_share:of calls", "tokens:tokens:count"),
)
_OVERLAPS = columns(
    *("kind:kind:hidden", "rule:takes:hidden", "workflow:takes", "other:over:hidden"),
    *("other_workflow:before", "currency:currency", "calls:calls:count", "estimated:estimate:money"),
    *("charges:charges:count", "billed:billed:money", "first_day:first:hidden", "last_day:last"),
)
_IDLE = columns(
    *("noun:noun:hidden", "rule:rule:hidden", "name:takes nothing", "cause:cause", "detail:why"),
    *("calls:calls:hidden", "charges:charges:hidden", "last_day:last met"),
)
_FINDINGS = columns(
    *(
        "finding:finding",
        "name:name",
        "other:other",
        "detail:detail",
        "currency:currency",
        "calls:calls:count",
    ),
    *("estimated:estimated:money", "charges:charges:count", "billed:billed:money", "first_day:first_day"),
    "last_day:last_day",
)
_WAYS = {
    "rule": "a rule",
    "log": "a workflow that the log itself names",
    "commitment": "a commitment",
    "pool": "a shared pool",
    "apart": "tax, credits and refunds, which no rule names",
    "none": "nothing: a gap",
}
_TAKEN = (
    "Calls and charges: the rows that a rule was the first to match. Billed: the money that went to its "
    "workflow by this rule; of charges that are tokens, the calls decide."
)
_CLOSED = "{month} is closed: its figures are by the rules, and their numbers, of the day it was closed."


def list_rules(settings: Settings, asked: str | None, *, at_utc: datetime) -> Document:
    """Each rule with what it took in the month `asked` for, and what share of the month is reached."""
    config = settings.load()
    require_ledger(config, asked)
    with settings.open(config) as ledger:
        month = chosen_month(ledger, asked)
        refresh(ledger, config, at_utc=at_utc)
        taken = rule_use.taken(ledger, month)
        billed, logged = rule_use.coverage(ledger, month, config.reporting_currency)
        is_closed = month in {found.month for found in closed_months(ledger)}
    rows = tuple(_rule_rows(config, taken))
    nothing = "There are no rules: add some under `rules` in finops.yaml."
    blocks: list[Table | str] = [
        Table("rules", f"Rules in {month}", _RULES, rows, empty=nothing, null=""),
        *([_TAKEN, ""] if rows else []),
        Table("billed", "Billed money", _BILLED, tuple(_shares(billed)), empty=f"{month}: nothing billed."),
        Table("logged", "Logged usage, at contract rate or list price", _LOGGED, tuple(_used(logged))),
        *([_CLOSED.format(month=month)] if is_closed else []),
    ]
    return Document("rules list", tuple(blocks), {"month": month})


def _rule_rows(config: Config, taken: Sequence[Taken]) -> Iterator[tuple[object, ...]]:
    owners = {workflow.name: workflow for workflow in config.workflows}
    for rule in config.rules:
        owner = owners.get(rule.workflow)
        shown = (
            *(rule.ordinal, rule.workflow, owner and owner.owner, owner and owner.team),
            *(owner and owner.department, owner and owner.cost_centre, owner and owner.product),
            ", ".join(filter(None, (rule.workflow, owner.owner, owner.team))) if owner else rule.workflow,
            *(when_text(rule.conditions) + dates_text(rule), rule.valid_from, rule.valid_to),
        )
        found = [each for each in taken if each.rule_ordinal == rule.ordinal]
        for each in found:
            currency = each.currency or config.reporting_currency
            yield *shown, currency, each.calls, each.tokens, each.charges, each.cost
        if not found:
            yield *shown, config.reporting_currency, 0, 0, 0, Decimal(0)


def when_text(conditions: Iterable[Condition]) -> str:
    """Fields and patterns as finops.yaml has them."""
    return ", ".join(f"{each.field_name}: {written(each.pattern)}" for each in conditions)


def dates_text(rule: Rule) -> str:
    """The dates of a rule behind its fields; empty when it has none."""
    since = f" from {rule.valid_from}" if rule.valid_from else ""
    return since + (f" until {rule.valid_to}" if rule.valid_to else "")


def _shares(billed: Sequence[Coverage]) -> Iterator[tuple[object, ...]]:
    for each in _in_order(billed):
        whole = [other.cost for other in billed if other.currency == each.currency]
        yield _WAYS[each.way], each.currency, each.cost, _share(each.cost, whole)


def _used(logged: Sequence[Coverage]) -> Iterator[tuple[object, ...]]:
    all_calls = sum(each.calls or 0 for each in logged)
    for each in _in_order(logged):
        whole = [other.cost for other in logged if other.currency == each.currency]
        calls = _share(Decimal(each.calls or 0), [Decimal(all_calls)])
        share = _share(each.cost, whole)
        yield _WAYS[each.way], each.currency, each.cost, share, each.calls, calls, each.tokens


def _in_order(found: Sequence[Coverage]) -> list[Coverage]:
    ways = list(_WAYS)
    return sorted(found, key=lambda each: (each.currency, ways.index(each.way)))


def _share(part: Decimal | None, whole: Sequence[Decimal | None]) -> str | None:
    """A part in percent with one decimal; None where a cost is not known or the whole is not above zero."""
    known = [cost for cost in whole if cost is not None]
    total = sum(known, Decimal(0))
    if part is None or len(known) < len(whole) or total <= 0:
        return None
    return f"{part * 100 / total:.1f}%"


def check_rules(
    settings: Settings, asked: str | None, since: str | None, *, at_utc: datetime
) -> tuple[Document, int]:
    """Overlaps and idle rules in the months asked for; exit code 4 when there are conflicts or idle ones."""
    config = settings.load()
    require_ledger(config, asked or since)
    with settings.open(config) as ledger:
        refresh(ledger, config, at_utc=at_utc)
        months = months_asked(ledger, asked, since)
        tried = rule_use.tried_in_order(config, months)
        met = rule_use.met(ledger, config, tried, months)
        overlaps = rule_use.overlaps(config, met)
        idle = rule_use.idle(ledger, config, months, tried, met)
    if asked or since:
        # Of some months only, a rule that held in others has done its work.
        idle = tuple(each for each in idle if each.cause != "dates")
    conflicts = [each for each in overlaps if each.kind == "conflict"]
    narrow = [each for each in overlaps if each.kind == "narrow_first"]
    span = str(months[0]) if len(months) == 1 else f"{months[0]} to {months[-1]}"
    document = Document(
        "rules check",
        tuple(_check_blocks(config, conflicts, narrow, idle, span)),
        {
            "months": [str(month) for month in months],
            "findings": len(conflicts) + len(idle),
        },
        flat=Table("findings", "", _FINDINGS, tuple(_findings(conflicts, idle, narrow))),
    )
    return document, int(ExitCode.FINDINGS if conflicts or idle else ExitCode.OK)


def _check_blocks(
    config: Config, conflicts: list[Overlap], narrow: list[Overlap], idle: Sequence[Idle], span: str
) -> Iterator[Table | str]:
    if not config.rules and not config.pools:
        yield "There are no rules and no pools: add some under `rules` in finops.yaml."
    elif not conflicts and not idle:
        names = f"{counted(len(config.rules), 'rule')} and {counted(len(config.pools), 'pool')}"
        yield f"{names}, {span}: all of them take something, and no order decides by chance."
    yield Table("conflicts", "Rules that overlap: their order decides", _OVERLAPS, _rows(conflicts))
    if conflicts:
        yield (
            "Each takes calls or charges that the other would take, were it first. Estimate: the calls at "
            "contract rate or list price; billed: the charges. Put the one that is meant first, or narrow it."
        )
    rows = tuple(
        (
            *(each.tried.noun, each.tried.rule.ordinal if each.tried.noun == "rule" else None),
            *(each.tried.title, each.cause, each.detail, each.calls, each.charges, each.last_day),
        )
        for each in idle
    )
    yield Table("idle", f"Nothing taken, {span}", _IDLE, rows, null="")
    if idle:
        yield "Remove them, or look what their values are called now: `finops-ai inventory` lists them."
    yield Table("narrow_first", "Exceptions before a wider rule (as it should be)", _OVERLAPS, _rows(narrow))


def _rows(overlaps: Sequence[Overlap]) -> tuple[tuple[object, ...], ...]:
    return tuple(_overlap_rows(overlaps))


def _findings(
    conflicts: Sequence[Overlap], idle: Sequence[Idle], narrow: Sequence[Overlap]
) -> Iterator[tuple[object, ...]]:
    """Everything in one table, for a spreadsheet: conflicts, what takes nothing, exceptions."""

    def pairs(overlaps: Sequence[Overlap]) -> Iterator[tuple[object, ...]]:
        for each in overlaps:
            names = (f"rule {rule.ordinal} ({rule.workflow})" for rule in (each.winner, each.other))
            yield (
                *(each.kind, *names, "", each.currency, each.calls, each.estimated, each.charges),
                *(each.billed, each.first_day, each.last_day),
            )

    yield from pairs(conflicts)
    for each in idle:
        by = ", ".join(each.by)
        stake = (None, each.calls, None, each.charges, None, None, each.last_day)
        yield each.cause, each.tried.title, by, each.detail, *stake
    yield from pairs(narrow)


def _overlap_rows(overlaps: Sequence[Overlap]) -> Iterator[tuple[object, ...]]:
    for each in overlaps:
        yield (
            *(each.kind, each.winner.ordinal, f"{each.winner.ordinal} {each.winner.workflow}"),
            *(each.other.ordinal, f"{each.other.ordinal} {each.other.workflow}", each.currency, each.calls),
            *(each.estimated, each.charges, each.billed, each.first_day, each.last_day),
        )


def months_asked(ledger: Ledger, asked: str | None, since: str | None) -> list[Month]:
    """The months of the ledger that an answer is about: one, all from `since` on, or all.

    ConfigError when both are given, InputError when the ledger holds none of them.
    """
    if asked is not None and since is not None:
        raise ConfigError("--month and --since do not go together.", hint="Give one of them.")
    if asked is not None:
        return [chosen_month(ledger, asked)]
    newest = chosen_month(ledger, None)
    found = [Month.of(row[0]) for row in ledger.rows("SELECT month FROM month_attributed ORDER BY month")]
    start = None if since is None else Month.parse(since)
    months = [month for month in found if start is None or month >= start]
    if not months:
        raise InputError(
            f"{since}: the ledger holds nothing from this month on.", hint=f"Its newest month is {newest}."
        )
    return months
