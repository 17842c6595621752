"""What every command shares: the global options, the configuration, the open ledger, the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from finops_ai.errors import ConfigError, InputError
from finops_ai.months import Month

if TYPE_CHECKING:
    from finops_ai.config import Config  # 9 ms that --help need not pay
    from finops_ai.ledger import Ledger

LOCK_TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Settings:
    """The global options of one command line."""

    version: str = ""
    ledger: Path | None = None
    config: Path | None = None
    lock_timeout_s: float = LOCK_TIMEOUT_S
    memory_limit: str | None = None

    def load(self) -> Config:
        """The nearest finops.yaml (or --config), with --ledger applied. ConfigError when it is wrong."""
        from finops_ai.config_file import load_config

        return load_config(Path.cwd(), config_path=self.config, ledger_path=self.ledger)

    def open(self, config: Config, *, read_only: bool = False, readable: Sequence[Path] = ()) -> Ledger:
        """The ledger of `config`, to be used as a context manager."""
        from finops_ai.ledger import Ledger

        return Ledger.open(
            config.ledger_path,
            read_only=read_only,
            lock_timeout_s=self.lock_timeout_s,
            memory_limit=self.memory_limit,
            readable=readable,
        )

    def copy(self, config: Config, target: Path) -> None:
        """Copy the ledger of `config` to `target`, for a rehearsal."""
        from finops_ai.ledger import Ledger

        Ledger.copy(config.ledger_path, target, lock_timeout_s=self.lock_timeout_s)


def require_ledger(config: Config, asked: str | None) -> None:
    """Raise ConfigError when the month `asked` for is none, or when there is no ledger.

    A mistyped --ledger must not leave an empty ledger behind.
    """
    if asked is not None:
        Month.parse(asked)
    if not config.ledger_path.exists():
        raise ConfigError(
            f"{config.ledger_path}: there is no ledger yet.", hint="Run `finops-ai ingest PATH` first."
        )


def now_utc() -> datetime:
    """This instant in UTC without zone, to the second. Commands read the clock here, rooms never."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def day(text: str) -> date:
    """The day written YYYY-MM-DD; ConfigError for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise ConfigError(
            f'"{text}" is not a day.', hint="Write it as YYYY-MM-DD, for example 2026-10-31."
        ) from None


_MONTHS = """
SELECT DISTINCT month, charged FROM (
    SELECT date_trunc('month', billing_period_start_utc)::DATE AS month, true AS charged FROM charge
    UNION ALL
    SELECT date_trunc('month', at_utc)::DATE, false FROM token_usage
)
ORDER BY month, charged
"""


def chosen_month(ledger: Ledger, asked: str | None) -> Month:
    """The month `asked` for, else the newest with charges (with usage when nothing is charged).

    InputError when the ledger has nothing in it: a report of zeros would look like an answer.
    """
    wanted = None if asked is None else Month.parse(asked)
    found = ledger.rows(_MONTHS)
    if not found:
        raise InputError(
            f"{ledger.path}: holds no charges and no usage.", hint="Run `finops-ai ingest PATH` first."
        )
    if wanted is None:
        return Month.of(max(day for day, charged in found if charged or not any(c for _, c in found)))
    months = sorted({Month.of(day) for day, _ in found})
    if wanted not in months:
        raise InputError(
            f"{wanted}: the ledger holds no charge and no usage of this month.",
            hint=f"It has data from {months[0]} to {months[-1]}.",
        )
    return wanted
