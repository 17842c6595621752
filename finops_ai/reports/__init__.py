"""The reports room: the month as finance receives it. Gather once, render purely, write whole."""

from finops_ai.reports.closing import (
    ClosedMonth,
    close_month,
    closed_months,
    late_months,
    reopen_month,
)
from finops_ai.reports.gather import monthly_report
from finops_ai.reports.model import Report
from finops_ai.reports.render import figures_sha256, render_all
from finops_ai.reports.render_csv import csv_text, render_csv
from finops_ai.reports.render_html import render_html
from finops_ai.reports.render_markdown import render_markdown
from finops_ai.reports.reported import Reported, last_reported, record_reported
from finops_ai.reports.write import write_report

__all__ = [
    "ClosedMonth",
    "Report",
    "Reported",
    "close_month",
    "closed_months",
    "csv_text",
    "figures_sha256",
    "last_reported",
    "late_months",
    "monthly_report",
    "record_reported",
    "render_all",
    "render_csv",
    "render_html",
    "render_markdown",
    "reopen_month",
    "write_report",
]
