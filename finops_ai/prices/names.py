"""How names of models are read: prefixes and suffixes that say where a call went, not what it called.

Every rule is written out here and applied in order; nothing is matched by likeness. A name that
none of the readings finds in the price list or among the aliases stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from finops_ai.providers import PRICE_PROVIDER, price_provider

# Whose list a prefix such as ``groq/`` may lead to, when the log names only the gateway before it.
_OWNERS = (
    "anthropic",
    "aws-bedrock",
    "azure-openai",
    "cohere",
    "deepseek",
    "google",
    "google-vertex",
    "groq",
    "mistral",
    "openai",
    "openrouter",
    "xai",
)

# A gateway bills nothing itself: the name's own prefix says who does. Without one it stays unknown.
# "unknown" is none of them: behind it, ``openai/gpt-oss-20b`` may be anybody's.
GATEWAYS = ("", "litellm", "litellm_proxy")

# What a call goes to when neither the log nor the name says so. A plain Bedrock id calls its region;
# the others' standard endpoints are global.
DEFAULT_SCOPE = {"aws-bedrock": "regional"}


@dataclass(frozen=True)
class Reading:
    """One way to read a name: whose list to look in, for which id, the scope it implies, the rules so far."""

    price_provider: str
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

_AREA = "us|eu|apac|jp|au|ca|in|sa"

# GovCloud (``us-gov``) and China have price lists of their own, so those names stay as they are: unknown.
_RULES = (
    _Rule("without [1m]", _CLAUDE_HOSTS, re.compile(r"(.+)\[1m\]"), r"\1"),
    _Rule("responses route", ("openai", "azure-openai"), re.compile(r"responses/(.+)"), r"\1"),
    _Rule(
        "Bedrock route", _BEDROCK, re.compile(r"(?:bedrock/)?(?:converse|converse_like|invoke)/(.+)"), r"\1"
    ),
    _Rule(
        "Bedrock ARN",
        _BEDROCK,
        re.compile(r"arn:aws:bedrock:[a-z0-9-]*:\d*:(?:foundation-model|inference-profile)/(.+)"),
        r"\1",
    ),
    _Rule(
        "global resource path",
        _GOOGLE,
        re.compile(r"projects/[^/]+/locations/global/(?:publishers/[^/]+/)?models/([^/]+)"),
        r"\1",
        "global",
    ),
    _Rule(
        "regional resource path",
        _GOOGLE,
        re.compile(r"projects/[^/]+/locations/[^/]+/(?:publishers/[^/]+/)?models/([^/]+)"),
        r"\1",
        "regional",
    ),
    _Rule("resource path", _GOOGLE, re.compile(r"(?:publishers/[^/]+/)?models/([^/]+)"), r"\1"),
    _Rule(
        "publisher prefix",
        ("google-vertex",),
        re.compile(r"(?:google|anthropic|meta|mistralai|openai|qwen|deepseek-ai)/(.+)"),
        r"\1",
    ),
    _Rule(
        "Bedrock region",
        _BEDROCK,
        re.compile(r"(?!us-gov-|cn-)[a-z]{2}(?:-[a-z]+)+-\d/(.+)"),
        r"\1",
        "regional",
    ),
    _Rule("Azure data zone", ("azure-openai",), re.compile(r"(?:us|eu)/(.+)"), r"\1", "data_zone"),
    _Rule("Azure global", ("azure-openai",), re.compile(r"global(?:-standard)?/(.+)"), r"\1", "global"),
    _Rule("global profile", _BEDROCK, re.compile(r"global\.(.+)"), r"\1", "global"),
    _Rule("regional profile", _BEDROCK, re.compile(rf"(?:{_AREA})\.(.+)"), r"\1", "regional"),
    _Rule(
        "Bedrock id",
        _BEDROCK,
        re.compile(r"anthropic\.(claude-.+?)(?:-v\d+(?::\d+(?::\d+k)?)?)?"),
        r"\1",
    ),
    _Rule("Vertex version", ("google-vertex",), re.compile(r"(.+)@(\d{8})"), r"\1-\2"),
    _Rule("Vertex default version", ("google-vertex",), re.compile(r"(.+)@default"), r"\1"),
    _Rule("fine-tuned from", ("openai",), re.compile(r"(ft:[^:]+):.*"), r"\1"),
)


def readings(provider: str, model_name: str) -> Iterator[Reading]:
    """The readings of `model_name`, as written first, then after each rule that applies."""
    rules: tuple[str, ...] = ()
    owner, name = price_provider(provider), model_name
    if provider in GATEWAYS:
        owner, name, rules = _behind_gateway(model_name)
    yield from _readings_of(owner, name, rules)
    if owner == "google":
        # Bills and logs say google of both its shops; what the Gemini API does not sell is Vertex AI's.
        yield from _readings_of("google-vertex", name, (*rules, "Vertex AI"))


def _readings_of(owner: str, name: str, rules: tuple[str, ...]) -> Iterator[Reading]:
    """The readings of `name` as one of `owner`'s."""
    reading = Reading(owner, name, DEFAULT_SCOPE.get(owner, "global"), rules)
    yield reading
    prefix = _own_prefix(owner, name)
    if prefix:
        rules = (*rules, "provider prefix")
        reading = Reading(owner, name[len(prefix) :], reading.endpoint_scope, rules)
        yield reading
    for rule in _RULES:
        match = rule.pattern.fullmatch(reading.name) if owner in rule.providers else None
        if match is not None:
            scope = rule.endpoint_scope or reading.endpoint_scope
            reading = Reading(owner, match.expand(rule.template), scope, (*reading.rules, rule.label))
            yield reading


def _behind_gateway(model_name: str) -> tuple[str, str, tuple[str, ...]]:
    """Whose price list the prefix of `model_name` names, the rest, and the rule; nobody's without one."""
    match = re.fullmatch(r"([a-z][a-z_.-]*)[/:](.+)", model_name)
    owner = price_provider(match[1]) if match else ""
    if match is None or owner not in _OWNERS:
        return "", model_name, ()
    return owner, match[2], ("provider named in the model",)


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
