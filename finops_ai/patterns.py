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
"""Text columns of `token_usage` and `charge`; tags are addressed as ``tags.<key>``."""

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
