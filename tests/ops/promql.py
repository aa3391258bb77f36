"""Names of figures in PromQL, as far as our rules and our dashboard use it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.ops.files import ROOT

_STRINGS = re.compile(r'"[^"]*"')
_MATCHERS = re.compile(r"\{[^{}]*\}")
_GROUPING = re.compile(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_WORDS = {"and", "or", "unless", "bool", "offset", "Inf", "NaN"}


def names(expression: str) -> set[str]:
    """What an expression asks for; functions are followed by a bracket and are not among them."""
    text = _GROUPING.sub(" ", _MATCHERS.sub("", _STRINGS.sub("", expression)))
    text = re.sub(r"\[[^\]]*\]", "", text)
    return {
        found[0]
        for found in _NAME.finditer(text)
        if not text[found.end() :].lstrip().startswith("(") and found[0] not in _WORDS
    } - {
        found[0] for found in _NAME.finditer(text) if re.fullmatch(r"e\d*", found[0])
    }  # fmt: skip


def rules() -> Iterator[dict[str, Any]]:
    """All rules, those that record and those that alert."""
    for path in sorted((ROOT / "ops/prometheus/rules").glob("*.yaml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            yield from group["rules"]


def dashboard() -> Iterator[str]:
    """Expressions of the dashboard's panels."""
    board = json.loads((ROOT / "ops/grafana/dashboards/itdo.json").read_text(encoding="utf-8"))
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            yield target["expr"]


def asked() -> set[str]:
    """Every figure that a rule or a panel asks for."""
    expressions = [rule["expr"] for rule in rules()] + list(dashboard())
    return set().union(*(names(each) for each in expressions))
