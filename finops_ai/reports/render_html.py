"""Page -> one self-contained HTML file: no script, nothing fetched, prints and reads well."""

from __future__ import annotations

from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from finops_ai.reports.budget_use import budget_use_chart
from finops_ai.reports.charts import bridge_chart, budget_chart, trend_chart
from finops_ai.reports.fans import fan_chart
from finops_ai.reports.layout import page_of
from finops_ai.reports.model import Report
from finops_ai.reports.text import clean


def render_html(report: Report) -> str:
    """The report as one HTML document, ending in a newline."""
    return _template().render(page=page_of(report), charts=_charts(report), css=_css(), clean=clean)


def _charts(report: Report) -> dict[str, Markup]:
    pictures = {f"bridge-{proof.currency}": bridge_chart(proof) for proof in report.reconciliations}
    pictures |= {f"trend-{trend.currency}": trend_chart(trend) for trend in report.trends}
    if report.budget_uses:
        pictures["budget-use"] = budget_use_chart(report.budget_uses)
    if report.budgets is not None:
        pictures["budgets"] = budget_chart(report.budgets)
        if report.budgets.fans:
            pictures["fans"] = fan_chart(report.budgets)
    return pictures


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(_text("report.html.j2"))


@cache
def _css() -> Markup:
    # Our own file, shipped in the package: the one text that is trusted as it stands.
    return Markup(_text("report.css"))  # noqa: S704


def _text(name: str) -> str:
    folder = resources.files("finops_ai.reports").joinpath("templates")
    return folder.joinpath(name).read_text(encoding="utf-8")
