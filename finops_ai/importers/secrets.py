"""Secrets in text that is kept: a refused row may hold somebody's key, and the ledger is no place for it."""

from __future__ import annotations

import re

_SECRET = re.compile(
    # Not inside a word ("task-..."), but behind the n of an escaped line end.
    r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))(?P<keep>(?:"
    # What begins like a key: OpenAI, Anthropic and others; AWS; GitHub; GitLab; Google; Slack.
    r"(?:sk-(?:ant-|proj-|or-|lf-)?|sk_live_)(?=[\w-]{12})"
    r"|(?:AKIA|ASIA)(?=[0-9A-Z]{16}\b)"
    r"|(?:gh[pousr]_|github_pat_|hf_|gsk_|glpat-|xai-|pplx-|dapi|ya29\.)(?=[\w-]{16})"
    r"|AIza(?=[\w-]{20})"
    r"|xox[abeprs]-(?=[\w-]{10})"
    # A token of three parts in base64, and what stands behind a word that announces a secret.
    r"|eyJ(?=[\w-]{8,}\.[\w-]{8,}\.[\w-]{4})"
    r"|(?i:bearer)\s+(?=[\w.~+/-]{12})"
    r"|(?i:aws_secret_access_key|secretaccesskey)\W{1,5}(?=[\w/+]{40})"
    r"))[\w.~+/=-]+"
)


def masked(text: str) -> str:
    """`text` with whatever looks like a key cut down to how it begins: ``sk-ant-***``."""
    return _SECRET.sub(r"\g<keep>***", text)
