"""The patterns of finops.yaml, and the fields that they may be matched against.

Text is exact; ``*`` and ``?`` make it a glob; ``re:...`` is an RE2 regular expression.
"""

from __future__ import annotations

import re

FIELDS = (
    # of token_usage
    "source", "source_key", "provider", "model_name", "model_id", "service_tier", "endpoint_scope",
    "region_id", "status", "trace_id", "session_id", "request_id", "user_id", "api_key_id", "project_id",
    "team_id",
    "workflow_hint", "response_id", "grain", "quality",
    # of charge
    "token_kind", "cost_basis", "allocated_method_details", "allocated_method_id", "allocated_resource_id",
    "allocated_resource_name", "availability_zone", "billing_account_id", "billing_account_name",
    "billing_account_type", "billing_currency", "capacity_reservation_id", "capacity_reservation_status",
    "charge_category", "charge_class", "charge_description", "charge_frequency",
    "commitment_discount_category", "commitment_discount_id", "commitment_discount_name",
    "commitment_discount_status", "commitment_discount_type", "commitment_discount_unit", "consumed_unit",
    "contract_applied", "host_provider_name", "invoice_id", "invoice_issuer_name", "pricing_category",
    "pricing_currency", "pricing_unit", "provider_name", "publisher_name", "region_name", "resource_id",
    "resource_name", "resource_type", "service_category", "service_name", "service_provider_name",
    "service_subcategory", "sku_id", "sku_meter", "sku_price_id", "sub_account_id", "sub_account_name",
    "sub_account_type",
)  # fmt: skip
"""Text columns of `token_usage` and `charge`; a key of a JSON column: ``tags.<key>``, ``tags['<key>']``."""
JSON_COLUMNS = ("tags", "allocated_tags", "sku_price_details")
"""Columns whose keys may be addressed; calls have only tags."""

_TAG = re.compile(rf"(?P<column>{'|'.join(JSON_COLUMNS)})(?:\.(?P<flat>.+)|(?P<path>\['.*))\Z", re.DOTALL)
# One step of a path: ['any key'] with a quote written twice, .key, or [number].
_STEP = re.compile(r"\['(?P<quoted>(?:[^']|'')+)'\]|\.(?P<plain>[^.\[\]]+)|\[(?P<item>\d+)\]", re.DOTALL)

# What Python's `re` accepts and RE2 refuses. Escapes are looked at first, so that `\\(?=` is plain.
_REFUSED = re.compile(
    r"""\\(?P<back>[1-9]|k<|g<)
      | \\(?P<escape>[ZNuU])
      | \\.
      | \[\^?\]?(?:\\.|[^\]\\])*\]
      | (?P<look>\(\?(?:=|!|<=|<!))
      | (?P<group>\(\?(?![:]|P<[A-Za-z_]|[ims]*(?:-[ims]+)?[:)]))
      | (?P<greedy>[*+?}]\+)
      | \{(?P<low>\d+)(?:,(?P<high>\d*))?\}
    """,
    re.VERBOSE | re.DOTALL,
)
_REPEATS_MAX = 1000
_SPECIAL = frozenset(r"\.+*?()|[]{}^$")


def is_tag(field_name: str) -> bool:
    """Whether `field_name` reaches into a JSON column, well written or not."""
    return _TAG.match(field_name) is not None


def column_of(field_name: str) -> str:
    """The column that `field_name` is, or reaches into."""
    found = _TAG.match(field_name)
    return field_name if found is None else found["column"]


def tag_paths(field_name: str) -> tuple[str, ...]:
    """JSON paths of a tag, the first that has a value counts; none when `field_name` is no usable path.

    ``tags.a.b`` has two readings, the key `a.b` and then `b` within `a`; ``tags['a.b'].c`` has one.
    """
    found = _TAG.match(field_name)
    if found is None:
        return ()
    if found["flat"] is None:
        steps = _steps(found["path"])
        return (f"${steps}",) if steps else ()
    flat = f"${_key(found['flat'])}"
    steps = _steps(f".{found['flat']}")
    return (flat, f"${steps}") if steps not in ("", flat[1:]) else (flat,)


def _steps(text: str) -> str:
    """The steps of a path as DuckDB writes them; empty when there is anything else in `text`."""
    steps, at = "", 0
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            return ""
        key = step["plain"] if step["quoted"] is None else step["quoted"].replace("''", "'")
        steps += f"[{step['item']}]" if step["item"] is not None else _key(key)
        at = step.end()
    return steps


def _key(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'."{escaped}"'


def written(pattern: str) -> str:
    """An RE2 expression as people read it: text, a glob, several of them, or ``re:`` and itself."""
    found = spelled(pattern)
    return found if isinstance(found, str) else ", ".join(found)


def spelled(pattern: str) -> str | list[str]:
    """What stands in finops.yaml for an RE2 expression: read again, it gives the same expression."""
    if pattern.startswith("(?:") and pattern.endswith(")"):
        parts = [_glob(part) for part in pattern[3:-1].split("|")]
        if all(part is not None for part in parts):
            return [str(part) for part in parts]
    text = _glob(pattern)
    return f"re:{pattern}" if text is None else text


def _glob(pattern: str) -> str | None:
    """The text or glob whose expression is `pattern`; None when there is none."""
    text = pattern.replace("(?s:.*)", "*").replace("(?s:.)", "?")
    text = re.sub(r"\\([^\w\s])", r"\1", text)
    is_same = not text.startswith("re:") and text != "" and expression(text) == pattern
    return text if is_same else None


def exact(text: str) -> str:
    """The pattern that matches just `text`, as it stands in finops.yaml."""
    if text and not text.startswith("re:") and not any(mark in text for mark in "*?"):
        return text
    return "re:" + "".join(f"\\{mark}" if mark in _SPECIAL else mark for mark in text)


def expression(pattern: str) -> str:
    """The RE2 expression, for the whole value, of a pattern as users write it.

    Raises re.error with the reason when a regular expression is not usable in RE2.
    """
    if pattern.startswith("re:"):
        body = pattern.removeprefix("re:")
        re.compile(body)
        _refuse_beyond_re2(body)
        return body
    return "".join(_translated(mark) for mark in pattern)


def _translated(mark: str) -> str:
    if mark == "*":
        return "(?s:.*)"
    if mark == "?":
        return "(?s:.)"
    return f"\\{mark}" if mark in _SPECIAL else mark


def _refuse_beyond_re2(body: str) -> None:
    for found in _REFUSED.finditer(body):
        if found["look"]:
            raise re.error(f'lookaround "{found[0]}" is not available')
        if found["back"]:
            raise re.error(f'backreference "{found[0]}" is not available')
        if found["escape"] or found["group"] or found["greedy"]:
            raise re.error(f'"{found[0]}" is not available')
        if any(int(found[name] or 0) > _REPEATS_MAX for name in ("low", "high")):
            raise re.error(f'"{found[0]}" repeats more than {_REPEATS_MAX} times')
