"""Attribution: every billed amount to a workflow, a shared pool or a named gap, exactly."""

from finops_ai.attribution.month import attribute_month
from finops_ai.attribution.result import Attribution, month_attribution, require_grouping
from finops_ai.attribution.staleness import stale_months

__all__ = ["Attribution", "attribute_month", "month_attribution", "require_grouping", "stale_months"]
