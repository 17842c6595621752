"""Rules and pools over rows: which one each usage row and charge meets first.

Patterns are evaluated once per distinct combination of the fields in use, never per row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from types import MappingProxyType

from finops_ai.attribution import fields
from finops_ai.config import Commitment, Condition, Config, Pool, Rule
from finops_ai.errors import ConfigError
from finops_ai.ledger import DatabaseError, Ledger, quoted
from finops_ai.months import Month

ROOM = "attribution"
_INSTANTS = {"token_usage": "at_utc", "charge": "billing_period_start_utc"}
# Taxes, credits and corrections are gaps of their own: a rule or pool for a whole provider or service
# does not take them, only one that names the category.
_SET_APART = "coalesce(charge_category IN ('Tax', 'Credit', 'Adjustment'), false)"
_CATEGORY_FIELDS = frozenset({"charge_category", "charge_class"})
_DAYS = {"token_usage": "at_utc", "charge": "charge_period_start_utc"}
_OF_CALLS = {
    "workflow_hint": "workflow_hint",
    "provider": "provider",
    "project_id": "project_id",
    "api_key_id": "api_key_id",
    "model_id": "model_id",
    "model_name": "model_name",
    "service_tier": "service_tier",
    # What the gateway answered from its own cache never reached the provider.
    "is_sent": "status <> 'cache_hit'",
}


@dataclass(frozen=True)
class Owners:
    """What rows may belong to: the first rule and the first pool that match."""

    rules: tuple[Rule, ...]
    pools: tuple[Pool, ...]


def validate(ledger: Ledger, config: Config) -> None:
    """Raise ConfigError for a pattern that RE2 refuses or fields that no row has together."""
    usage, charge = fields.columns(ledger, "token_usage"), fields.columns(ledger, "charge")
    for rule in config.rules:
        _compile(ledger, config, rule, f"rule {rule.ordinal} (workflow {rule.workflow})")
        if not (_applies(rule.conditions, usage) or _applies(rule.conditions, charge)):
            raise ConfigError(
                f"{_place(config, rule)}: rule {rule.ordinal} (workflow {rule.workflow}) can match nothing: "
                f"no usage row and no charge has all of {_names(rule.conditions)}.",
                hint="Split it into one rule for usage and one for charges.",
            )
    owners: list[tuple[Pool | Commitment, str]] = [(pool, "pool") for pool in config.pools]
    owners += [(each, "commitment") for each in config.commitments]
    for owner, noun in owners:
        _compile(ledger, config, owner, f"{noun} {owner.name}")
        if not _applies(owner.conditions, charge):
            raise ConfigError(
                f"{_place(config, owner)}: {noun} {owner.name} can match nothing: "
                f"no charge has all of {_names(owner.conditions)}.",
                hint="Name fields of charges: see `charge` in docs/schema.md.",
            )
    for each in config.commitments:
        _compile(ledger, config, replace(each, conditions=each.used_by), f"commitment {each.name}")
        if not _applies(each.used_by, usage):
            raise ConfigError(
                f"{_place(config, each)}: commitment {each.name} can be used by nothing: "
                f"no usage row has all of {_names(each.used_by)}.",
                hint="Name fields of calls under used_by: see `token_usage` in docs/schema.md.",
            )


def match_charges(ledger: Ledger, config: Config, month: Month, pools: Sequence[Pool] = ()) -> None:
    """Fill temporary `charge_rule` as `match` does, by the rules of `config` and `pools`."""
    match(ledger, "charge", month, Owners(config.rules, tuple(pools)), "charge_rule")


def match_usage(ledger: Ledger, config: Config, month: Month, pools: Sequence[Pool] = ()) -> None:
    """Fill temporary `usage_signed` and `row_signature`: what each call of `month` meets first.

    A call has the number of its signature and its usage_id; a signature holds all that rules, bills and
    receivers of money ask of a call but its day, so that later steps go by one number.
    """
    rows = _judged(ledger, "token_usage", month, Owners(config.rules, tuple(pools)), carried=_OF_CALLS)
    ledger.execute(
        "CREATE OR REPLACE TEMP TABLE usage_signed AS "
        f"SELECT r.file_id, r.row_number, r.usage_id, s.signature_id {rows.text}",
        rows.params,
    )


def match(ledger: Ledger, table: str, month: Month, among: Owners, result: str) -> None:
    """Fill temporary `result`: file_id, row_number, rule_ordinal and pool_ordinal (NULL: none).

    `table` is token_usage or charge; its rows of `month` appear once each. Of pools the first that
    matches is taken, by its place; one without conditions matches nothing.
    """
    rows = _judged(ledger, table, month, among)
    ledger.execute(
        f"CREATE OR REPLACE TEMP TABLE {quoted(result)} AS "
        f"SELECT r.file_id, r.row_number, s.rule_ordinal, s.pool_ordinal {rows.text}",
        rows.params,
    )


def match_every(ledger: Ledger, table: str, month: Month, tried: Sequence[Rule]) -> None:
    """Fill temporary `every_rule`: file_id, row_number, and rule_ordinals of all `tried` that match."""
    rows = _judged(ledger, table, month, Owners(tuple(tried), ()), every=True)
    ledger.execute(
        "CREATE OR REPLACE TEMP TABLE every_rule AS "
        f"SELECT r.file_id, r.row_number, s.rule_ordinals {rows.text}",
        rows.params,
    )


@dataclass(frozen=True)
class _Rows:
    """SQL over the rows of a month, with its bound values."""

    text: str
    params: dict[str, object]


def _judged(
    ledger: Ledger,
    table: str,
    month: Month,
    among: Owners,
    *,
    carried: Mapping[str, str] = MappingProxyType({}),
    every: bool = False,
) -> _Rows:
    """Fill row_signature, a row per combination of the fields in use and what is `carried` with them.

    The fields are read from the rows twice, for their combinations and for the join: a table of them
    per row costs more than that to write.
    """
    known = fields.columns(ledger, table)
    rules = [rule for rule in among.rules if _applies(rule.conditions, known)]
    owners: list[Rule | Pool] = [*rules, *among.pools]
    names = sorted({condition.field_name for owner in owners for condition in owner.conditions})
    aliases = {name: f"field_{index}" for index, name in enumerate(names)}
    params: dict[str, object] = {"start_utc": month.start_utc, "end_utc": month.end_utc}
    chosen = {"is_set_apart": _SET_APART if table == "charge" else "false"}
    # A day tells rows apart only where a rule is dated.
    is_dated = any(rule.valid_from or rule.valid_to for rule in rules)
    chosen["day"] = f"{_DAYS[table]}::DATE" if is_dated else "NULL::DATE"
    for name, alias in aliases.items():
        chosen[alias], values = fields.expression(name, alias)
        params.update(values)
    chosen.update(carried)
    texts = ", ".join(f"{text} AS {alias}" for alias, text in chosen.items())
    of_month = f"FROM {table} WHERE {_INSTANTS[table]} >= $start_utc AND {_INSTANTS[table]} < $end_utc"
    distinct = _Rows(f"SELECT DISTINCT {texts} {of_month}", params)
    _judge(ledger, distinct, aliases, Owners(tuple(rules), among.pools), every=every)
    ids = "file_id, row_number, usage_id" if table == "token_usage" else "file_id, row_number"
    # Aliases are names of this module's: nothing of the user's stands in this text.
    same = " AND ".join(f"r.{alias} IS NOT DISTINCT FROM s.{alias}" for alias in chosen)
    rows = f"(SELECT {ids}, {texts} {of_month})"
    return _Rows(f"FROM {rows} AS r INNER JOIN row_signature AS s ON {same}", params)


def _judge(
    ledger: Ledger,
    combinations: _Rows,
    aliases: Mapping[str, str],
    among: Owners,
    *,
    every: bool,
) -> None:
    """Fill temporary row_signature: the rows of `combinations`, numbered, and what each meets first.

    With `every` also rule_ordinals, all rules that it meets.
    """
    params = dict(combinations.params)
    numbers = count()

    def bound(value: object) -> str:
        name = f"value_{next(numbers)}"
        params[name] = value
        return f"${name}"

    def met(conditions: Sequence[Condition], since: date | None = None, until: date | None = None) -> str:
        is_meant = any(condition.field_name in _CATEGORY_FIELDS for condition in conditions)
        tests = ["true"] if is_meant else ["NOT is_set_apart"]
        tests += [f"day >= {bound(since)}"] if since else []
        tests += [f"day < {bound(until)}"] if until else []
        for condition in conditions:
            alias, text = aliases[condition.field_name], fields.literal(condition.pattern)
            if text is None:
                tests.append(f"regexp_full_match({alias}, {bound(condition.pattern)})")
            else:
                tests.append(f"{alias} = {bound(text)}")
        return " AND ".join(tests)

    by_rule = [
        f"WHEN {met(rule.conditions, rule.valid_from, rule.valid_to)} THEN {bound(rule.ordinal)}::INTEGER"
        for rule in sorted(among.rules, key=lambda rule: rule.ordinal)
    ]
    met_all = f", {_all(by_rule)} AS rule_ordinals" if every else ""
    by_pool = [
        f"WHEN {met(pool.conditions)} THEN {bound(index)}::INTEGER"
        for index, pool in enumerate(among.pools)
        if pool.conditions
    ]
    ledger.execute(
        "CREATE OR REPLACE TEMP TABLE row_signature AS "
        f"SELECT (row_number() OVER ())::INTEGER AS signature_id, *, {_first(by_rule)} AS rule_ordinal, "
        f"{_first(by_pool)} AS pool_ordinal{met_all} FROM ({combinations.text})",
        params,
    )


def _first(branches: Sequence[str]) -> str:
    return f"CASE {' '.join(branches)} END" if branches else "NULL::INTEGER"


def _all(branches: Sequence[str]) -> str:
    each = ", ".join(f"CASE {branch} END" for branch in branches)
    return f"[met FOR met IN [{each}] IF met IS NOT NULL]" if branches else "[]::INTEGER[]"


def _applies(conditions: Iterable[Condition], known: frozenset[str]) -> bool:
    return all(fields.exists(condition.field_name, known) for condition in conditions)


def _compile(ledger: Ledger, config: Config, owner: Rule | Pool | Commitment, title: str) -> None:
    for condition in owner.conditions:
        try:
            ledger.value("SELECT regexp_full_match('', $pattern)", {"pattern": condition.pattern})
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0].rpartition("Error: ")[2]
            raise ConfigError(
                f"{_place(config, owner)}: {title}, field {condition.field_name}: the pattern "
                f'"{condition.pattern}" is not a usable expression: {reason}.',
                hint="Write exact text, a glob with * and ?, or an RE2 expression after re:.",
            ) from error


def _place(config: Config, owner: Rule | Pool | Commitment) -> str:
    path = config.path.name if config.path else "finops.yaml"
    return f"{path}, line {owner.line}" if owner.line else path


def _names(conditions: Iterable[Condition]) -> str:
    return ", ".join(condition.field_name for condition in conditions)
