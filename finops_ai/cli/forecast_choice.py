"""What the command line says about scenarios, put over what finops.yaml says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NoReturn

from finops_ai.config import Config, Growth, Plan, Scenario
from finops_ai.errors import ConfigError
from finops_ai.forecast.scenarios import PRESETS
from finops_ai.money import decimal_from_text

_OWN = "stated on the command line"
_ELASTICITY_MIN = Decimal(-5)


@dataclass(frozen=True)
class Choice:
    """The texts of --scenario, --growth and --elasticity."""

    scenarios: tuple[str, ...] = ()
    growth: str | None = None
    elasticity: str | None = None


def with_choices(config: Config, choice: Choice) -> Config:
    """`config` with scenarios picked (NAME) or stated (NAME=LOW/MID/HIGH), growth and elasticity replaced.

    ConfigError when one of them cannot be read.
    """
    plan = config.plan or Plan()
    if choice.growth is not None:
        levels = _levels(choice.growth, "--growth", "0.4/0.5/0.6", allow_negative=True)
        plan = replace(plan, growth=Growth(*levels, source=_OWN))
    if choice.elasticity is not None:
        value = _numbers(choice.elasticity, "--elasticity", "-1.1")[0]
        if not _ELASTICITY_MIN <= value <= 0:
            raise ConfigError(
                f'--elasticity "{choice.elasticity}" is not between -5 and 0.',
                hint="-1.1 means: a price lower by 1% is answered by 1.1% more volume.",
            )
        plan = replace(plan, elasticity=value)
    known = tuple(config.scenarios) or PRESETS
    chosen = tuple(_scenario(text, known) for text in choice.scenarios) or known
    return replace(config, scenarios=chosen, plan=None if plan == Plan() else plan)


def _scenario(text: str, known: Sequence[Scenario]) -> Scenario:
    name, stated, multiples = text.partition("=")
    same = next((one for one in known if one.name.lower() == name.strip().lower()), None)
    if stated:
        low, mid, high = _levels(multiples, "--scenario", "Expected=1.9/2.1/2.3")
        return Scenario(same.name if same else name.strip(), low, mid, high, _OWN)
    if same is None:
        names = ", ".join(one.name for one in known)
        raise ConfigError(
            f'--scenario "{text}": there is no such scenario.',
            hint=f"Known: {names}. Or state one, such as {text}=1.9/2.1/2.3.",
        )
    return same


def _levels(
    text: str, option: str, example: str, *, allow_negative: bool = False
) -> tuple[Decimal, Decimal, Decimal]:
    numbers = _numbers(text, option, example)
    if len(numbers) == 1:
        numbers = numbers * 3
    floor = Decimal("-0.99") if allow_negative else Decimal(0)
    if len(numbers) != 3 or list(numbers) != sorted(numbers) or numbers[0] < floor:
        _refuse(text, option, example)
    low, mid, high = numbers
    return low, mid, high


def _numbers(text: str, option: str, example: str) -> list[Decimal]:
    try:
        return [decimal_from_text(part.strip()) for part in text.split("/")]
    except ValueError:
        _refuse(text, option, example)


def _refuse(text: str, option: str, example: str) -> NoReturn:
    raise ConfigError(
        f'{option} "{text}" is neither one number nor low/mid/high in order.',
        hint=f"For example {option} {example}.",
    )
