"""How names of models are read: prefixes and suffixes that say where a call went, not what it called.

Every rule is written out here and applied in order; nothing is matched by likeness. A name that
none of the readings finds in the price list or among the aliases stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Providers as other tools write them, and whose price list that is.
PRICE_PROVIDER = {
    "amazon-bedrock": "aws-bedrock",
    "azure": "azure-openai",
    "azure_openai": "azure-openai",
    "bedrock": "aws-bedrock",
    "bedrock_converse": "aws-bedrock",
    "gemini": "google",
    "mistralai": "mistral",
    "vertex_ai": "google-vertex",
    "vertexai": "google-vertex",
    "x-ai": "xai",
}

# What a call goes to when neither the log nor the name says so. A plain Bedrock id calls its region;
# the others' standard endpoints are global.
DEFAULT_SCOPE = {"aws-bedrock": "regional"}


@dataclass(frozen=True)
class Reading:
    """One way to read a name: the id to look up, the scope it implies, the rules applied so far."""

    name: str
    endpoint_scope: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class _Rule:
    """Rewrites a name of `providers` (all when empty) that matches `pattern` as a whole."""

    label: str
    providers: tuple[str, ...]
    pattern: re.Pattern[str]
    template: str
    endpoint_scope: str | None = None


_BEDROCK = ("aws-bedrock",)
_GOOGLE = ("google", "google-vertex")
_CLAUDE_HOSTS = ("anthropic", "aws-bedrock", "google-vertex")

_RULES = (
    _Rule("without [1m]", _CLAUDE_HOSTS, re.compile(r"(.+)\[1m\]"), r"\1"),
    _Rule(
        "Bedrock ARN",
        _BEDROCK,
        re.compile(r"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:foundation-model|inference-profile)/(.+)"),
        r"\1",
    ),
    _Rule(
        "resource path",
        _GOOGLE,
        re.compile(r"(?:projects/[^/]+/locations/[^/]+/)?(?:publishers/[^/]+/)?models/([^/]+)"),
        r"\1",
    ),
    _Rule("Bedrock route", _BEDROCK, re.compile(r"(?:bedrock/)?(?:converse|invoke)/(.+)"), r"\1"),
    _Rule("Bedrock region", _BEDROCK, re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d/(.+)"), r"\1", "regional"),
    _Rule("Azure data zone", ("azure-openai",), re.compile(r"(?:us|eu)/(.+)"), r"\1", "data_zone"),
    _Rule("Azure global", ("azure-openai",), re.compile(r"global/(.+)"), r"\1", "global"),
    _Rule("global profile", _BEDROCK, re.compile(r"global\.(.+)"), r"\1", "global"),
    _Rule(
        "regional profile",
        _BEDROCK,
        re.compile(r"(?:us|us-gov|eu|apac|jp|au|ca)\.(.+)"),
        r"\1",
        "regional",
    ),
    _Rule(
        "Bedrock id",
        _BEDROCK,
        re.compile(r"anthropic\.(claude-.+?)(?:-v\d+(?::\d+(?::\d+k)?)?)?"),
        r"\1",
    ),
    _Rule("Vertex version", ("google-vertex",), re.compile(r"(.+)@(\d{8})"), r"\1-\2"),
    _Rule("fine-tuned from", ("openai",), re.compile(r"(ft:[^:]+):.*"), r"\1"),
)


def price_provider(provider: str) -> str:
    """Whose price list holds for calls that a log puts under `provider`."""
    return PRICE_PROVIDER.get(provider, provider)


def readings(provider: str, model_name: str) -> Iterator[Reading]:
    """The readings of `model_name`, as written first, then after each rule that applies."""
    owner = price_provider(provider)
    reading = Reading(model_name, DEFAULT_SCOPE.get(owner, "global"), ())
    yield reading
    prefix = _own_prefix(owner, model_name)
    if prefix:
        reading = Reading(model_name[len(prefix) :], reading.endpoint_scope, ("provider prefix",))
        yield reading
    for rule in _RULES:
        match = rule.pattern.fullmatch(reading.name) if owner in rule.providers else None
        if match is not None:
            scope = rule.endpoint_scope or reading.endpoint_scope
            reading = Reading(match.expand(rule.template), scope, (*reading.rules, rule.label))
            yield reading


def _own_prefix(owner: str, model_name: str) -> str:
    """The ``provider/`` or ``provider:`` that names the billing provider itself, else nothing.

    Another provider's prefix is left alone: at a reseller it is part of the id.
    """
    names = {owner, *(name for name, listed in PRICE_PROVIDER.items() if listed == owner)}
    for name in sorted(names):
        for mark in "/:":
            if model_name.startswith(name + mark):
                return name + mark
    return ""
