"""Calls to outcomes: which outcomes each call was made for, and which share of it each of them takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from finops_ai.attribution import fields
from finops_ai.attribution.matching import allocate
from finops_ai.config import BRANCH, Config, LinkWindow, OutcomeLink
from finops_ai.errors import ConfigError
from finops_ai.ledger import Ledger
from finops_ai.months import Month

ROOM = "attribution"
NEXT_ONE = "next"
"""The method where none is stated: the outcome that is resolved next takes the whole call."""
_OWN_COLUMNS = ("session_id", "trace_id")
_CALL_BRANCH = "tags.git_branch"
_OUTCOMES_MANY = 100_000
"""Of other months: from then on looking which values the month's calls carry costs less than it saves."""


@dataclass(frozen=True)
class Step:
    """One link of one outcome kind and workflow, and when it is tried.

    Steps of one `turn` cannot take calls from each other. `claim` is 0 where a call goes to one outcome.
    """

    turn: int
    claim: int
    of: OutcomeLink
    by: str | LinkWindow
    earlier: tuple[str, ...]
    """The links tried before a window: outcomes that carry one of them are not looked for by time."""

    @property
    def order(self) -> tuple[int, bool, str, tuple[str, ...]]:
        """Equal for steps that one pass over the calls can do together."""
        return (self.turn, isinstance(self.by, LinkWindow), str(self.by), self.earlier)


def steps(links: Iterable[OutcomeLink]) -> list[Step]:
    """The steps of `links` in the order of passes.

    Without a stated method the links of all kinds of a workflow are tried one after the other; with one, each
    kind has its own, since its outcomes share the call with those of other kinds.
    """
    found = []
    turns: dict[str, int] = {}
    for number, link in enumerate(links, start=1):
        for place, by in enumerate(link.links):
            turn = place if link.split else turns.get(link.workflow, 0)
            turns[link.workflow] = turn + 1
            is_window = isinstance(by, LinkWindow)
            earlier = tuple(str(each) for each in link.links[:place]) if is_window else ()
            found.append(Step(turn, number if link.split else 0, link, by, earlier))
    return sorted(found, key=lambda step: step.order)


def link_usage(ledger: Ledger, config: Config, month: Month) -> None:
    """Fill temporary usage_linked (the party of each linked call) and what names parties: outcome_ref,
    party_share, party_name.

    An outcome of another month counts too: a call is linked wherever its outcome was resolved.
    """
    _refuse_unknown_fields(ledger, config)
    planned = steps(config.outcomes)
    passes = [list(group) for _, group in groupby(planned, key=lambda step: step.order)]
    _name_steps(ledger, passes)
    for name in ("link_new.sql", "link_outcome_new.sql"):
        ledger.run(ROOM, name)
    for number, together in enumerate(passes):
        if isinstance(together[0].by, LinkWindow):
            _link_by_window(ledger, number, together[0], together[0].by, month)
        else:
            _link_by_value(ledger, number, together[0].by, _kinds(together), month)
    _share_calls(ledger, config, month)


def outcomes_by(ledger: Ledger, link: str, kinds: Iterable[str], *, only_seen: bool = False) -> None:
    """Fill temporary link_named: outcomes of `kinds` with the value that their calls carry for `link`.

    `only_seen` leaves out values that are not in temporary link_seen.
    """
    _, params = fields.expression(link, "path")
    if not only_seen:
        ledger.execute("CREATE OR REPLACE TEMP TABLE link_seen (value VARCHAR)")
    paths = {name: params.get(name) for name in ("path", "path_within")}
    ledger.run(ROOM, "link_named.sql", {"kinds": list(kinds), "link": link, **paths, "is_any": not only_seen})


def call_value(link: str, parameter: str) -> tuple[str, dict[str, object]]:
    """SQL text and bound values of what a usage row carries for `link`."""
    return fields.expression(_CALL_BRANCH if link == BRANCH else link, parameter)


def _kinds(together: Iterable[Step]) -> list[str]:
    return sorted({step.of.kind for step in together})


def _refuse_unknown_fields(ledger: Ledger, config: Config) -> None:
    known = fields.columns(ledger, "token_usage") | {BRANCH}
    for link in config.outcomes:
        for by in link.links:
            for name in by.same if isinstance(by, LinkWindow) else (by,):
                if not fields.exists(name, known):
                    raise ConfigError(
                        f'Outcome {link.kind}: no usage row has the field "{name}".',
                        hint="Link by session_id, trace_id, request_id, branch or tags.<key>.",
                    )


def _name_steps(ledger: Ledger, passes: list[list[Step]]) -> None:
    numbered = [(number, step) for number, together in enumerate(passes) for step in together]
    ledger.run(
        ROOM,
        "link_step.sql",
        {
            "passes": [number for number, _ in numbered],
            "steps": list(range(1, len(numbered) + 1)),
            "claims": [step.claim for _, step in numbered],
            "kinds": [step.of.kind for _, step in numbered],
            "workflows": [step.of.workflow for _, step in numbered],
            "links": [str(step.by) for _, step in numbered],
            "methods": [step.of.split or NEXT_ONE for _, step in numbered],
            "half_lives": [step.of.half_life_hours for _, step in numbered],
        },
    )


def _link_by_value(ledger: Ledger, number: int, link: str, kinds: list[str], month: Month) -> None:
    value, params = call_value(link, "path")
    span = {"start_utc": month.start_utc, "end_utc": month.end_utc}
    # Years of outcomes would be grouped for each month: then only those that the month's calls name.
    is_many = ledger.value(
        "SELECT count(*) > $many FROM outcome "
        "WHERE resolved_at_utc < $start_utc OR resolved_at_utc >= $end_utc",
        {**span, "many": _OUTCOMES_MANY},
    )
    if is_many:
        ledger.execute(
            f"CREATE OR REPLACE TEMP TABLE link_seen AS SELECT DISTINCT {value} AS value FROM token_usage "
            "WHERE at_utc >= $start_utc AND at_utc < $end_utc",
            {**params, **span},
        )
    outcomes_by(ledger, link, kinds, only_seen=is_many)
    for name in ("link_value.sql", "link_outcome.sql", "link_instant.sql"):
        ledger.run(ROOM, name)
    known = _ANTI_JOIN_KNOWN if number else ""
    ledger.execute(
        "CREATE OR REPLACE TEMP TABLE link_found AS SELECT u.file_id, u.row_number, u.at_utc, s.claim, "
        "s.step_id, s.method, v.value_id, v.outcomes FROM token_usage AS u "
        f"INNER JOIN ({_MAPPED}) AS m ON m.file_id = u.file_id AND m.row_number = u.row_number "
        "INNER JOIN link_step AS s ON s.workflow = m.workflow AND s.pass = $pass "
        f"INNER JOIN link_value AS v ON v.kind = s.kind AND v.value = {value} {known}"
        "WHERE u.at_utc >= $start_utc AND u.at_utc < $end_utc",
        {**params, **span, "pass": number},
    )
    ledger.run(ROOM, "link_take.sql")


# Few workflows have outcomes: their calls are picked before the wide table is joined.
_MAPPED = (
    "SELECT file_id, row_number, workflow FROM usage_signed INNER JOIN usage_signature USING (signature_id) "
    "WHERE workflow IN (SELECT workflow FROM link_step WHERE pass = $pass)"
)
_ANTI_JOIN_KNOWN = (
    "ANTI JOIN call_link AS c ON c.file_id = u.file_id AND c.row_number = u.row_number AND c.claim = s.claim "
)


def _link_by_window(ledger: Ledger, number: int, step: Step, window: LinkWindow, month: Month) -> None:
    """Outcomes without an id of their own take the workflow's calls of the hours before them."""
    ledger.run(ROOM, "link_known.sql")
    params: dict[str, object] = {
        "pass": number,
        "hours": window.hours,
        "start_utc": month.start_utc,
        "end_utc": month.end_utc,
    }
    named = {**params, "carries": [name for name in step.earlier if name in (*_OWN_COLUMNS, BRANCH)]}
    own_tags, tag_params = _values((name for name in step.earlier if name.startswith("tags.")), "own")
    value, same_params = _outcome_values(window.same)
    ledger.execute(
        f"CREATE OR REPLACE TEMP TABLE link_same AS SELECT kind, outcome_id, {value} AS value, "
        f"coalesce({', '.join(own_tags) or 'NULL'}) IS NOT NULL AS has_own_tag FROM outcome "
        "WHERE kind IN (SELECT kind FROM link_step WHERE pass = $pass)",
        {**same_params, **tag_params, "pass": number},
    )
    ledger.run(ROOM, "link_named_window.sql", named)
    for name in ("link_value.sql", "link_outcome.sql", "link_instant.sql"):
        ledger.run(ROOM, name)
    texts, call_params = _values(window.same, "same")
    known = _ANTI_JOIN_KNOWN if number else ""
    ledger.execute(
        "CREATE OR REPLACE TEMP TABLE link_found AS SELECT u.file_id, u.row_number, u.at_utc, s.claim, "
        "s.step_id, u.at_utc + to_hours($hours::INTEGER) AS until_utc, s.method, v.value_id "
        "FROM token_usage AS u "
        f"INNER JOIN ({_MAPPED}) AS m ON m.file_id = u.file_id AND m.row_number = u.row_number "
        "INNER JOIN link_step AS s ON s.workflow = m.workflow AND s.pass = $pass "
        f"INNER JOIN link_value AS v ON v.step_id = s.step_id AND v.value = {_key(texts)} {known}"
        "WHERE u.at_utc >= $start_utc AND u.at_utc < $end_utc",
        {**params, **call_params},
    )
    ledger.run(ROOM, "link_take_window.sql")


def _values(names: Iterable[str], parameter: str) -> tuple[list[str], dict[str, object]]:
    """SQL texts and bound values of several fields."""
    texts, params = [], {}
    for number, name in enumerate(names):
        text, bound = fields.expression(name, f"{parameter}_{number}")
        texts.append(text)
        params.update(bound)
    return texts, params


def _outcome_values(names: Iterable[str]) -> tuple[str, dict[str, object]]:
    """The key of an outcome: its session or trace where a field has that name, else its tag of that name."""
    tagged = (name if name in _OWN_COLUMNS else f"tags.{name.removeprefix('tags.')}" for name in names)
    texts, params = _values(tagged, "same")
    return _key(texts), params


def _key(texts: Iterable[str]) -> str:
    """SQL of one text for several values, NULL when any of them is."""
    return " || chr(31) || ".join(["''", *texts])


def _share_calls(ledger: Ledger, config: Config, month: Month) -> None:
    """Name the outcomes of each call, and divide calls of several by the method stated."""
    for name in ("link_span.sql", "link_several.sql", "link_group.sql", "link_group_outcome.sql"):
        ledger.run(ROOM, name)
    for name in ("outcome_ref.sql", "party.sql", "usage_linked.sql"):
        ledger.run(ROOM, name)
    if ledger.value("SELECT count(*) FROM call_several") > 0:
        ledger.run(ROOM, "usage_linked_several.sql")
    # A row per linked call each: later steps need the memory.
    for name in ("link_found", "call_link", "call_several"):
        ledger.execute(f"DROP TABLE IF EXISTS {name}")
    is_needed = any(link.split == "token_weighted" for link in config.outcomes)
    span = {"start_utc": month.start_utc, "end_utc": month.end_utc}
    ledger.run(ROOM, "link_own_tokens.sql", {**span, "is_needed": is_needed})
    allocate(ledger, "allocate_link_weight.sql")
    for name in ("party_share.sql", "party_name.sql"):
        ledger.run(ROOM, name)


def windows(links: Iterable[OutcomeLink]) -> Iterator[tuple[str, int]]:
    """(kind, hours) of every window of `links`."""
    for link in links:
        for by in link.links:
            if isinstance(by, LinkWindow):
                yield link.kind, by.hours
