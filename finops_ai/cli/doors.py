"""Commands that are loaded when they are asked for: starting up costs the same however many there are."""

# No `from __future__ import annotations` here: see app.py.

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group


class Door(TyperCommand):
    """The name and the one line of help of a command or group that stands in module `module`."""

    def __init__(self, name: str, module: str, attribute: str, line: str) -> None:
        super().__init__(name, help=line)
        self._module, self._attribute = module, attribute

    def opened(self) -> Any:
        """The command itself, with its options."""
        found = getattr(import_module(f"finops_ai.cli.{self._module}"), self._attribute)
        if isinstance(found, typer.Typer):
            command: Any = get_group(found)
        else:
            alone = typer.Typer(rich_markup_mode=None, add_completion=False)
            alone.command(self.name)(found)
            command = get_command(alone)
        command.name = self.name
        return command


class Doors(TyperGroup):
    """The top of the command line: its own commands, then the doors below."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands.update({str(door.name): door for door in DOORS})

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that `args` begin with, opened."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.opened() if isinstance(command, Door) else command, rest


DOORS = (
    Door("forecast", "forecast_app", "forecast_app", "Budget the coming months in three scenarios."),
    Door(
        *("accrue", "accrue_app", "accrue"),
        "Accrue what is logged and not billed yet, and true it up when the bill is there.",
    ),
    Door(
        *("commitments", "commitments_app", "commitments"),
        "Show how far throughput, seats and prepaid credits are used.",
    ),
    Door(
        *("outcomes", "outcomes_app", "outcomes"),
        "Show what outcomes cost: per success, attempt, call and token.",
    ),
    Door(
        *("waste", "waste_app", "waste"),
        "Find money at stake: retries, missed caches, duplicates and twelve more.",
    ),
    Door(
        *("verify", "unit_cost_app", "verify"),
        "Try whether each workflow's cost per outcome is known, on a half held out.",
    ),
    Door("roi", "unit_cost_app", "roi", "Show what outcomes are worth beside what they and humans cost."),
    Door("rejects", "rejects_app", "rejects_app", "List refused rows, write them down, or try them again."),
    Door(
        *("prices", "prices_app", "prices_app"),
        "Look at the price list: what holds on a day, what a name means, what lacks a price.",
    ),
    Door("reconcile", "reconcile_app", "reconcile_app", "Compare the bill with the logs, by cause."),
    Door(
        *("close", "close_app", "close"),
        "Close a month: keep its figures, whatever prices, rules or late rows come.",
    ),
    Door("explain", "explain_app", "explain_app", "Show what a figure is made of."),
    Door(
        *("estimate", "estimate_app", "estimate"),
        "Extrapolate a sample of calls to production: users x requests x measured cost.",
    ),
    Door("budget", "budget_app", "budget_app", "Hold spend against the budgets of finops.yaml."),
    Door(
        *("rules", "rules_app", "rules_app"),
        "What each rule takes, what a new rule would move, and which rules are in each other's way.",
    ),
    Door(
        *("inventory", "inventory_app", "inventory"),
        "List everything that spent: vendors, keys, projects, models, services, seats.",
    ),
)
