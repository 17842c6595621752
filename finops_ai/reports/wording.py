"""What the report says in words: gap causes, labels and methods."""

from __future__ import annotations

GAP_NAMES = {
    "unlogged_usage": "unlogged usage",
    "unbilled_usage": "logged, not billed",
    "unmapped_usage": "usage without a rule",
    "unmapped_charge": "charges without a rule",
    "unmapped_billing_name": "unknown billing name",
    "credit": "credits",
    "refund": "refunds",
    "tax": "tax",
    "rate_difference": "rate difference",
    "currency": "no exchange rate",
    "idle_capacity": "idle capacity",
    "shared_unallocated": "shared, not allocated",
    "unpriced_model": "unpriced model",
    "unexplained": "unexplained",
}

GAP_MEANINGS = {
    "unlogged_usage": "Billed, but no log shows the calls. Send the logs; look for keys past the gateway.",
    "unbilled_usage": "Logged, but on no bill yet. Expect it on a later bill, or in another account's bill.",
    "unmapped_usage": "Billed and logged, but no rule names a workflow. Add a rule to finops.yaml.",
    "unmapped_charge": "A charge that no rule and no pool takes. Add a rule or a pool to finops.yaml.",
    "unmapped_billing_name": "A token line of an unknown model. Map it with model_names in finops.yaml.",
    "credit": "Credits are shown, not spread: they would make usage look cheaper than it is.",
    "refund": "Refunds are shown, not spread: they mostly belong to an earlier month.",
    "tax": "Tax is shown, not spread: whether it is a cost depends on your tax position.",
    "rate_difference": "Logged usage at known prices against what was billed: discounts, tiers, scopes.",
    "currency": "Billed in a currency without a rate for this month. It is never converted by a guess.",
    "idle_capacity": "Throughput or seats that were paid for and that nobody used this month.",
    "shared_unallocated": "A shared pool without receivers this month. Name receivers in finops.yaml.",
    "unpriced_model": "No list price is known, so no estimate is possible. Add a price with its source.",
    "unexplained": "Nothing in the ledger explains it. It needs a person.",
}

LABELS = (
    ("billed", "taken from the provider's bill, line by line"),
    ("allocated", "billed amounts assigned to a workflow by a rule, by matching logs, or by a pool's key"),
    ("logged", "counted in token logs, no money of its own"),
    ("estimated", "computed from logs and contract rates or list prices; never inside the billed total"),
    ("forecast", "a budget for months to come"),
)

METHODS = (
    "Amounts are exact in the ledger and rounded half-even for display; totals are exact sums, rounded once.",
    "The CSV files hold all digits.",
    "A charge belongs to the month its billing period starts in; days and months are UTC.",
    "Billed = workflows (direct and shared) + shared not allocated + named gaps.",
    "What is not known is a named gap: never zero, and never spread silently.",
    "Cost per success: failed attempts are charged to the successes.",
    "Attributed is what was linked to the outcomes; loaded adds the workflow's other and shared spend.",
    "Ceiling adds the gaps to loaded, as if all of them that could belong here did.",
    "Currencies are never added together.",
)


def gap_name(cause: str) -> str:
    """The cause as people say it."""
    return GAP_NAMES.get(cause, cause.replace("_", " "))


def gap_meaning(cause: str) -> str:
    """What the cause means and what to do about it."""
    return GAP_MEANINGS.get(cause, "")
