"""The files of production, as their readers see them."""

from __future__ import annotations

import importlib.util
import re
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    """A compose file, its anchors followed."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def module(path: str) -> ModuleType:
    """A script that is no package, imported by its place."""
    name = Path(path).name.replace(".", "_").replace("-", "_")
    # A script to be typed has no suffix.
    loader = SourceFileLoader(name, str(ROOT / path))
    spec = importlib.util.spec_from_loader(name, loader)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def example() -> dict[str, str | None]:
    """Variables of .env.example: those with a line of their own, and None for those that show a default."""
    found: dict[str, str | None] = {}
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"(#?)([A-Z][A-Z0-9_]*)=(.*)", line):
            assert match[2] not in found, f"{match[2]} stands twice"
            found[match[2]] = None if match[1] else match[3]
    return found
