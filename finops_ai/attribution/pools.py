"""Shared pools in steps: what a pool gives to another pool or to a team is split again, exactly each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_ai.attribution import commitments, matching
from finops_ai.config import Config, Pool
from finops_ai.ledger import Ledger
from finops_ai.months import Month

ROOM = "attribution"
_POOL, _TEAM = "pool:", "team:"


@dataclass(frozen=True)
class Stage:
    """One split: of a pool, or of a team's part of a pool.

    `workflows` and `stages` receive, by name with fixed weights; without any of them every workflow does.
    """

    name: str
    split_by: str
    workflows: tuple[tuple[str, Decimal], ...] = ()
    stages: tuple[tuple[str, Decimal], ...] = ()

    @property
    def goes_to_all(self) -> bool:
        """Whether every workflow with usage or direct cost takes part."""
        return not self.workflows and not self.stages


def stages(config: Config, month: Month) -> tuple[Stage, ...]:
    """Every split of `month`: its pools in the order in which charges meet them, then their teams."""
    pools = commitments.all_pools(config, month)
    found = [_of_pool(config, pool) for pool in pools]
    return (*(stage for stage, _ in found), *(team for _, teams in found for team in teams))


def _of_pool(config: Config, pool: Pool) -> tuple[Stage, list[Stage]]:
    known = {workflow.name for workflow in config.workflows}
    weights = dict(pool.weights)
    workflows: list[tuple[str, Decimal]] = []
    others: list[tuple[str, Decimal]] = []
    teams: list[Stage] = []
    names = pool.receivers or (tuple(weights) if pool.split_by == "weights" else ())
    for name in dict.fromkeys(names):
        weight = weights.get(name, Decimal(0))
        if name not in known and name.startswith(_POOL):
            others.append((name.removeprefix(_POOL), weight))
        elif name not in known and name.startswith(_TEAM):
            team = _of_team(config, pool, name.removeprefix(_TEAM))
            teams.append(team)
            others.append((team.name, weight))
        else:
            workflows.append((name, weight))
    return Stage(pool.name, pool.split_by, tuple(workflows), tuple(others)), teams


def _of_team(config: Config, pool: Pool, team: str) -> Stage:
    """The part of `pool` that a team receives: split as the team says, else as the pool is."""
    said = {each.team: each for each in config.teams}.get(team)
    split_by = pool.split_by if said is None else said.split_by
    weights = {} if said is None else dict(said.weights)
    members = [workflow.name for workflow in config.workflows if workflow.team == team]
    receiving = [(name, weights.get(name, Decimal(0))) for name in weights or members]
    return Stage(f"{pool.name} > team {team}", split_by, tuple(receiving))


def take_settings(ledger: Ledger, config: Config, month: Month) -> None:
    """Fill temporary pool_setting, pool_receiver and pool_reach from what finops.yaml says."""
    every = stages(config, month)
    ledger.run(
        ROOM,
        "pool_setting.sql",
        {
            "ordinals": list(range(len(every))),
            "pools": [stage.name for stage in every],
            "split_bys": [stage.split_by for stage in every],
            "are_staged": [stage.name in _staged(every) for stage in every],
        },
    )
    receivers = [
        (stage.name, workflow, None, weight) for stage in every for workflow, weight in stage.workflows
    ] + [(stage.name, None, other, weight) for stage in every for other, weight in stage.stages]
    ledger.run(
        ROOM,
        "pool_receiver.sql",
        {
            "pools": [pool for pool, _, _, _ in receivers],
            "workflows": [workflow for _, workflow, _, _ in receivers],
            "receiver_pools": [other for _, _, other, _ in receivers],
            "weights": [format(weight, "f") for _, _, _, weight in receivers],
        },
    )
    by_name = {stage.name: stage for stage in every}
    reached = [(name, each) for name in sorted(_staged(every)) for each in _reach(name, by_name)]
    ledger.run(
        ROOM,
        "pool_reach.sql",
        {"pools": [pool for pool, _ in reached], "workflows": [workflow for _, workflow in reached]},
    )


def _staged(every: Sequence[Stage]) -> frozenset[str]:
    """The stages that receive from others."""
    return frozenset(name for stage in every for name, _ in stage.stages)


def _reach(name: str, by_name: Mapping[str, Stage]) -> list[str | None]:
    """The workflows that a stage's money ends with, in order; None among them stands for all of them."""
    found: set[str | None] = set()
    ahead, seen = [name], {name}
    while ahead:
        stage = by_name[ahead.pop()]
        found |= {None} if stage.goes_to_all else {workflow for workflow, _ in stage.workflows}
        ahead += [other for other, _ in stage.stages if other not in seen]
        seen.update(other for other, _ in stage.stages)
    return [None] if None in found else sorted(found, key=str)


def share_out(ledger: Ledger, month: Month) -> None:
    """Write the rows of allocation_row that move the pools' money, step by step until all has arrived.

    Each step takes what the one before gave to other pools and teams; finops.yaml has no circles.
    """
    of_month: dict[str, object] = {"month": month.first_day}
    for name in ("pool_weight.sql", "commitment_weight.sql", "pool_cell.sql", "pool_amount.sql"):
        ledger.run(ROOM, name, of_month)
    while True:
        matching.allocate(ledger, "split_pools.sql")
        ledger.run(ROOM, "allocate_pools.sql", of_month)
        ledger.run(ROOM, "pool_amount_next.sql")
        if not ledger.value("SELECT count(*) FROM pool_amount"):
            break
    ledger.run(ROOM, "pool_unallocated.sql", of_month)
