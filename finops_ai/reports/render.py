"""All files of one report, and the manifest that proves them."""

from __future__ import annotations

import hashlib
import json

from finops_ai.reports.model import Report
from finops_ai.reports.render_csv import ACCRUALS, CHANGE, INTERVALS, render_csv
from finops_ai.reports.render_html import render_html
from finops_ai.reports.render_markdown import render_markdown

MANIFEST_SCHEMA = 1


def render_all(report: Report) -> dict[str, str]:
    """File name -> text: Markdown, HTML, the CSV files and the manifest. The same report, the same bytes."""
    stem = f"finops-{report.month}"
    files = {
        f"{stem}.md": render_markdown(report),
        f"{stem}.html": render_html(report),
        **render_csv(report),
    }
    return {**files, f"{stem}-manifest.json": _manifest(report, files)}


def figures_sha256(report: Report) -> str:
    """SHA-256 of the month's exact figures, and of nothing else.

    Equal for two reports whose workflows, outcomes, gaps and reconciliation are equal, whatever
    changed in layout, in file names, in accruals, in the month before, in the budgets or in how well
    costs are known: what `record_reported` keeps.
    """
    apart = ("-files.csv", ACCRUALS, CHANGE, INTERVALS)
    texts = {name: text for name, text in render_csv(report).items() if not name.endswith(apart)}
    return _sha256("".join(texts[name] for name in sorted(texts)))


def _manifest(report: Report, files: dict[str, str]) -> str:
    content = {
        "schema": MANIFEST_SCHEMA,
        "month": str(report.month),
        "ledger_batch": report.ledger_batch,
        "ties_to_the_bill": report.holds,
        "figures_sha256": figures_sha256(report),
        "files": [
            {"name": name, "bytes": len(text.encode()), "sha256": _sha256(text)}
            for name, text in sorted(files.items())
        ],
        "inputs": [
            {"name": file.name, "importer": file.importer, "sha256": file.sha256} for file in report.files
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
