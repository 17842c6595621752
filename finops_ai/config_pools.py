"""The pools of finops.yaml: who receives a part, in one step or several, and how teams split theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from finops_ai.config import Pool, TeamSplit, Workflow
from finops_ai.config_reader import Reader
from finops_ai.yaml_text import KeyPath

SPLITS = ("tokens", "calls", "direct_cost", "even", "weights")
POOL, TEAM = "pool:", "team:"


@dataclass(frozen=True)
class _Known:
    """The names of workflows, and of other receivers with their prefix."""

    workflows: set[str]
    others: set[str]
    team: str | None = None
    """Whose workflows alone may receive; None: any."""


def shared_pools(file: Reader, workflows: Sequence[Workflow]) -> tuple[Pool, ...]:
    """The shared pools in order; a pool without receivers goes to every workflow.

    Refuses receivers that are not known, pools that nothing fills, and pools that give to each other.
    """
    names = {workflow.name for workflow in workflows}
    teams = {workflow.team for workflow in workflows if workflow.team is not None}
    unsaid = {f"{TEAM}{team}" for team in teams - set(file.mapping(("teams",), file.data.get("teams")))}
    found: list[tuple[KeyPath, Pool]] = []
    seen: set[str] = set()
    given = list(file.items("pools", ("name", "when", "split"), ("name", "split")))
    others = {f"{POOL}{fields['name']}" for _, fields in given} | {f"{TEAM}{team}" for team in teams}
    known = _Known(names, others)
    for at, fields in given:
        name = file.text((*at, "name"), fields["name"])
        file.unseen((*at, "name"), f'pool "{name}"', name, seen)
        file.origin(f"pools.{name}", at)
        by, receivers, weights = _split(file, (*at, "split"), fields["split"], known)
        for receiver in (unsaid - names).intersection(receivers if by == "weights" else ()):
            _refuse_unsaid(file, (*at, "split", "weights", receiver), receiver.removeprefix(TEAM))
        conditions = file.conditions((*at, "when"), fields["when"]) if fields.get("when") is not None else ()
        found.append((at, Pool(name, conditions, by, receivers, weights, file.lines.near(at))))
    pools = tuple(pool for _, pool in found)
    gives = {pool.name: _given_pools(pool, names) for pool in pools}
    filled = {other for others in gives.values() for other in others}
    for at, pool in found:
        if not pool.conditions and pool.name not in filled:
            file.fail(at, f'pool "{pool.name}" has no "when", and no pool gives to it.', 'Add "when: ...".')
        circle = _circle(pool.name, gives)
        if circle:
            way = " gives to ".join(f'"{name}"' for name in circle)
            file.fail((*at, "split"), f"pool {way}.", "Money would go round for ever: take one receiver out.")
    return pools


def team_splits(file: Reader, workflows: Sequence[Workflow]) -> tuple[TeamSplit, ...]:
    """How teams split what they receive; a team that is not named splits as the pool does."""
    found: list[TeamSplit] = []
    teams = {workflow.team for workflow in workflows if workflow.team is not None}
    for team, value in file.mapping(("teams",), file.data.get("teams")).items():
        at: KeyPath = ("teams", team)
        if team not in teams:
            file.fail(at, f'no workflow is of team "{team}".', file.hint(team, teams))
        fields = file.mapping(at, value)
        file.keys(at, fields, ("split",), ("split",))
        members = {workflow.name for workflow in workflows if workflow.team == team}
        split = file.mapping((*at, "split"), fields["split"])
        if "receivers" in split:
            file.fail((*at, "split"), "a team's receivers are its own workflows.", "Remove the receivers.")
        by, _, weights = _split(file, (*at, "split"), split, _Known(members, set(), team))
        file.origin(f"teams.{team}", at)
        found.append(TeamSplit(team, by, weights))
    return tuple(found)


def _split(
    file: Reader, where: KeyPath, value: Any, known: _Known
) -> tuple[str, tuple[str, ...], tuple[tuple[str, Decimal], ...]]:
    """The way to split, its receivers and their weights."""
    split = file.mapping(where, value)
    file.keys(where, split, ("by", "receivers", "weights"), ("by",))
    by = file.text((*where, "by"), split["by"])
    if by not in SPLITS:
        file.fail((*where, "by"), f'"{by}" is not a way to split.', file.hint(by, SPLITS))
    receivers = tuple(
        _receiver(file, (*where, "receivers", i), item, known)
        for i, item in enumerate(file.sequence((*where, "receivers"), split.get("receivers")))
    )
    weights = _weights(file, where, split, known)
    return by, tuple(name for name, _ in weights) or receivers, weights


def _weights(
    file: Reader, where: KeyPath, split: dict[str, Any], known: _Known
) -> tuple[tuple[str, Decimal], ...]:
    """The fixed weights of a split; they need no sum of one."""
    if split["by"] != "weights":
        if "weights" in split:
            by = split["by"]
            file.fail((*where, "weights"), f'weights stand beside "by: {by}".', 'Write "by: weights".')
        return ()
    at = (*where, "weights")
    given = file.mapping(at, split.get("weights"))
    if not given:
        file.fail(
            where, '"by: weights" names no weights.', 'Add weights: {some-workflow: "2", another: "1"}.'
        )
    if "receivers" in split:
        file.fail(
            (*where, "receivers"),
            "receivers stand beside weights.",
            "Weights name the receivers: remove them.",
        )
    return tuple(
        (_receiver(file, (*at, name), name, known), file.positive((*at, name), value))
        for name, value in given.items()
    )


def _receiver(file: Reader, at: KeyPath, value: Any, known: _Known) -> str:
    """A workflow, or ``pool:NAME`` or ``team:NAME``; a workflow of that very name goes first."""
    name = file.text(at, value)
    if name in known.workflows or name in known.others:
        return name
    if known.team is not None:
        what = f'"{name}" is no workflow of team "{known.team}".'
        file.fail(at, what, file.hint(name, known.workflows))
    if name.startswith((POOL, TEAM)):
        kind = POOL if name.startswith(POOL) else TEAM
        others = [each for each in known.others if each.startswith(kind)]
        what = "no pool of this name" if kind == POOL else "no workflow of this team"
        file.fail(at, f'"{name}": there is {what}.', file.hint(name, others))
    return file.workflow(at, name, known.workflows)


def _refuse_unsaid(file: Reader, at: KeyPath, team: str) -> NoReturn:
    """A team cannot split as the pool does where the pool's weights name the team."""
    file.fail(
        at,
        f'how team "{team}" splits its part is not said.',
        f"Say it: teams: {{{team}: {{split: {{by: tokens}}}}}}.",
    )


def _given_pools(pool: Pool, names: set[str]) -> list[str]:
    return [name.removeprefix(POOL) for name in pool.receivers if name.startswith(POOL) and name not in names]


def _circle(start: str, gives: dict[str, list[str]]) -> list[str]:
    """The way from a pool back to itself, first and last the same; empty when there is none."""
    ways = [[start]]
    reached: set[str] = set()
    while ways:
        way = ways.pop(0)
        for other in gives.get(way[-1], []):
            if other == start:
                return [*way, start]
            if other not in reached:
                reached.add(other)
                ways.append([*way, other])
    return []
