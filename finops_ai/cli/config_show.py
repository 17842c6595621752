"""`finops-ai config show`: every setting, its value, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from finops_ai.cli.context import Settings
from finops_ai.cli.document import Document, Table, columns
from finops_ai.config import Budget, Condition, Config, ContractRate, FxRates, OutcomeLink, Value
from finops_ai.money import plain

_COLUMNS = columns("setting:setting", "value:value", "origin:origin")


def show_config(settings: Settings) -> Document:
    """The configuration in force for the current folder and command line."""
    config = settings.load()
    origins = dict(config.origins)
    rows = [(name, value, origins.get(name, "default")) for name, value in _values(config)]
    rows += _global_options(settings)
    found = "none found; defaults are in force" if config.path is None else str(config.path)
    return Document(
        "config show",
        (f"finops.yaml: {found}", Table("settings", "", _COLUMNS, tuple(rows))),
        {"config_path": config.path, "ledger_path": config.ledger_path},
    )


def _global_options(settings: Settings) -> list[tuple[str, str, str]]:
    from finops_ai.cli.context import LOCK_TIMEOUT_S

    waits = settings.lock_timeout_s
    memory = settings.memory_limit
    return [
        ("lock-timeout", f"{waits:g} s", "default" if waits == LOCK_TIMEOUT_S else "flag --lock-timeout"),
        (
            "memory-limit",
            memory or "half, 2 GiB at most",
            "default" if memory is None else "flag --memory-limit",
        ),
    ]


def _values(config: Config) -> list[tuple[str, str]]:
    values = [("ledger", str(config.ledger_path)), ("reporting_currency", config.reporting_currency)]
    for flow in config.workflows:
        parts = (flow.owner, flow.team, flow.department, flow.cost_centre, flow.gl_code, flow.product)
        values.append((f"workflows.{flow.name}", ", ".join(part for part in parts if part) or "registered"))
    for rule in config.rules:
        dates = f" from {rule.valid_from}" if rule.valid_from else ""
        dates += f" until {rule.valid_to}" if rule.valid_to else ""
        values.append((f"rules.{rule.ordinal}", f"{_when(rule.conditions)} -> {rule.workflow}{dates}"))
    if config.plan is not None:
        sizes = (("launches", config.plan.launches), ("model changes", config.plan.model_changes))
        counts = [f"{len(items)} {name}" for name, items in (*sizes, ("prices", config.plan.prices))]
        values.append(("plan", ", ".join((*counts, *(["growth"] if config.plan.growth else [])))))
    values += [(f"budgets.{budget.name}", _budget(budget)) for budget in config.budgets]
    for pool in config.pools:
        shares = ", ".join(f"{name} {plain(weight)}" for name, weight in pool.weights) or ", ".join(
            pool.receivers
        )
        source = _when(pool.conditions) if pool.conditions else "what other pools give"
        values.append((f"pools.{pool.name}", f"{source} by {pool.split_by}: {shares or 'every workflow'}"))
    for team in config.teams:
        shares = ", ".join(f"{name} {plain(weight)}" for name, weight in team.weights)
        values.append((f"teams.{team.team}", f"by {team.split_by}: {shares or 'its workflows'}"))
    values += [(f"outcomes.{link.kind}", _link(link)) for link in config.outcomes]
    values += [(f"importers.{number}", str(path)) for number, path in enumerate(config.importers, 1)]
    values += [(f"detectors.{number}", str(path)) for number, path in enumerate(config.detectors, 1)]
    for preset in config.scenarios:
        levels = " / ".join(plain(level) for level in (preset.low, preset.mid, preset.high))
        values.append((f"scenarios.{preset.name}", f"{levels} ({preset.source})"))
    values += [(f"model_names.{n.provider}.{n.model_name}", n.model_id) for n in config.model_names]
    values += [(f"contract_rates.{rate.name}", _agreed(rate)) for rate in config.contract_rates]
    if config.prices_folder is not None:
        values.append(("prices", str(config.prices_folder)))
    values += [("fx_rates", _rates(config.fx_rates))] if config.fx_rates is not None else []
    for each in config.commitments:
        unit = {"throughput": "tokens a month", "seats": "seats"}.get(each.kind, each.currency or "")
        dates = f" from {each.valid_from}" if each.valid_from else ""
        dates += f" until {each.valid_to}" if each.valid_to else ""
        text = f"{each.kind}, {plain(each.capacity)} {unit}: {_when(each.conditions)}{dates}"
        values.append((f"commitments.{each.name}", text))
    for limits in config.freshness:
        ages = (("warn after", limits.warn_after_days), ("error after", limits.error_after_days))
        text = ", ".join(f"{name} {age} days" for name, age in ages if age is not None)
        values.append((f"freshness.{limits.source or 'default'}", text))
    return values + list(_worth(config.value))


def _worth(value: Value) -> Iterator[tuple[str, str]]:
    if value.hourly_cost is not None:
        yield "value.hourly_cost", plain(value.hourly_cost)
    for each in value.outcomes:
        said = (
            ("value", each.value),
            ("human minutes", each.human_minutes),
            ("review minutes", each.review_minutes),
        )
        text = ", ".join(f"{name} {plain(number)}" for name, number in said if number is not None)
        yield f"value.outcomes.{each.kind}", text


def _budget(budget: Budget) -> str:
    limits = [] if budget.cost is None else [f"{plain(budget.cost)} of cost"]
    limits += [] if budget.tokens is None else [f"{budget.tokens:d} tokens"]
    levels = "/".join(plain(percent) for percent in budget.alerts)
    return f"{' and '.join(limits)} a {budget.period}, alerts at {levels}%"


def _agreed(rate: ContractRate) -> str:
    if rate.multiplier is not None:
        return f"{rate.provider}: list price x {plain(rate.multiplier)}"
    return f"{rate.provider}: " + ", ".join(
        f"{meter} {plain(price)} {rate.currency}" for meter, price in rate.unit_prices
    )


def _link(link: OutcomeLink) -> str:
    text = f"{link.workflow} by {', else '.join(str(each) for each in link.links)}"
    if link.split is None:
        return text
    life = f", half-life {link.half_life_hours}h" if link.split == "time_decay" else ""
    return f"{text}; shared calls: {link.split}{life}"


def _rates(rates: FxRates) -> str:
    ages = "".join(f", {currency} {age}" for currency, age in rates.max_age_days_of)
    ways = (", also inverse" if rates.inverse else "") + (
        f", also through {rates.through}" if rates.through else ""
    )
    return f"{rates.path}, at most {rates.max_age_days} days old{ages}{ways}"


def _when(conditions: tuple[Condition, ...]) -> str:
    return " and ".join(f"{condition.field_name} ~ {condition.pattern}" for condition in conditions)
