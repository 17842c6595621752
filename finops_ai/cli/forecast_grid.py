"""`finops-ai forecast grid`: price falls against volume growth. Arithmetic alone, no ledger is read."""

from __future__ import annotations

from decimal import Decimal

from finops_ai.cli.document import Column, Document, Table
from finops_ai.cli.text import cell
from finops_ai.errors import ConfigError
from finops_ai.forecast.grid import GridRow, grid
from finops_ai.money import decimal_from_text, plain

_CHANGE_MAX = Decimal(100)


def show_grid(changes: str, volumes: str, migrates: str, years: str, elasticity: str | None) -> Document:
    """Spend as a multiple of today's for each price change and volume, and the volume that breaks even."""
    steps = [change / 100 for change in _numbers(changes, "--prices")]
    wanted = _numbers(volumes, "--volumes")
    (moved,) = _numbers(migrates, "--migrates", one=True)
    (span,) = _numbers(years, "--years", one=True)
    answer = None if elasticity is None else _numbers(elasticity, "--elasticity", one=True)[0]
    _check(steps, wanted, moved, span, answer)
    rows = grid(steps, wanted, migrates=moved, years=span, elasticity=answer)
    return Document(
        "forecast grid",
        (
            "Spend as a multiple of today's, by change of price (rows) and volume as a multiple of today's "
            "(columns). Break-even: the volume at which spend is what it was. A year: the change a year that "
            f"adds up to it in {plain(span)} years."
            + ("" if moved == 1 else f" Only {plain(moved * 100)}% of traffic moves to the new price."),
            "",
            Table("", "", _layout(wanted, answer), tuple(_people(row, answer) for row in rows)),
            *([] if answer is None else [_elasticity_text(answer)]),
        ),
        {"rows": [_record(row, wanted) for row in rows]},
        Table("grid", "", _flat_layout(wanted), tuple(_flat(row) for row in rows)),
    )


def _numbers(text: str, option: str, *, one: bool = False) -> list[Decimal]:
    try:
        found = [decimal_from_text(part.strip()) for part in text.split(",")]
    except ValueError:
        found = []
    if not found or (one and len(found) != 1):
        what = "a plain number" if one else "a list of plain numbers"
        raise ConfigError(
            f'{option} "{text}" is not {what}.', hint=f"For example {option} {_EXAMPLES[option]}."
        )
    return found


_EXAMPLES = {
    "--prices": "-30,-70,-90",
    "--volumes": "1,2,5,10",
    "--migrates": "0.4",
    "--years": "5",
    "--elasticity": "-1.1",
}


def _check(
    changes: list[Decimal],
    volumes: list[Decimal],
    migrates: Decimal,
    years: Decimal,
    elasticity: Decimal | None,
) -> None:
    sound = {
        "--prices": all(-1 < change <= _CHANGE_MAX for change in changes),
        "--volumes": all(volume >= 0 for volume in volumes),
        "--migrates": 0 <= migrates <= 1,
        "--years": years > 0,
        "--elasticity": elasticity is None or -5 <= elasticity <= 0,
    }
    limits = {
        "--prices": "prices change by more than -100 percent",
        "--volumes": "volumes are zero or more",
        "--migrates": "a share is from 0 to 1",
        "--years": "years are above zero",
        "--elasticity": "an elasticity is from -5 to 0",
    }
    for option, is_sound in sound.items():
        if not is_sound:
            raise ConfigError(
                f"{option} is out of range: {limits[option]}.",
                hint=f"For example {option} {_EXAMPLES[option]}.",
            )


def _layout(volumes: list[Decimal], elasticity: Decimal | None) -> tuple[Column, ...]:
    fixed = (
        Column("change", "price", "count"),
        Column("yearly", "a year", "count"),
        Column("break_even", "break-even", "count"),
        *(Column(f"v{number}", f"x{plain(volume)}", "count") for number, volume in enumerate(volumes)),
    )
    if elasticity is None:
        return fixed
    return (
        *fixed,
        Column("answered", f"at {plain(elasticity)}", "count"),
        Column("rebound", "rebound", "count"),
    )


def _people(row: GridRow, elasticity: Decimal | None) -> tuple[object, ...]:
    values: tuple[object, ...] = (
        f"{plain(row.change * 100)}%",
        f"{cell(row.yearly_change * 100, places=1)}%",
        f"x{cell(row.break_even_volume)}",
        *(cell(spend) for spend in row.spend),
    )
    if elasticity is None:
        return values
    rebound = "n/a" if row.rebound is None else f"{cell(row.rebound * 100, places=0)}%"
    return (*values, cell(row.answered_spend), rebound)


def _elasticity_text(elasticity: Decimal) -> str:
    return (
        f"At {plain(elasticity)}: spend when volume answers the price with this elasticity, an assumption; "
        "rebound is the share of the saving that comes back, above 100% spend rises."
    )


def _record(row: GridRow, volumes: list[Decimal]) -> dict[str, object]:
    return {
        "change": row.change,
        "yearly_change": row.yearly_change,
        "break_even_volume": row.break_even_volume,
        "spend": {plain(volume): spend for volume, spend in zip(volumes, row.spend, strict=True)},
        "answered_volume": row.answered_volume,
        "answered_spend": row.answered_spend,
        "rebound": row.rebound,
    }


def _flat_layout(volumes: list[Decimal]) -> tuple[Column, ...]:
    names = ("change", "yearly_change", "break_even_volume", *(f"spend_at_{plain(v)}" for v in volumes))
    return tuple(
        Column(name, name, "money") for name in (*names, "answered_volume", "answered_spend", "rebound")
    )


def _flat(row: GridRow) -> tuple[object, ...]:
    return (
        *(row.change, row.yearly_change, row.break_even_volume, *row.spend),
        *(row.answered_volume, row.answered_spend, row.rebound),
    )
