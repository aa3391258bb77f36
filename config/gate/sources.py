"""The texts that code and templates show to people."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.utils.translation.template import templatize

from config.gate.catalogue import Text

# Which argument of a call is which part of a text.
CALLS: Final = {
    "_": ("singular",),
    "gettext": ("singular",),
    "gettext_lazy": ("singular",),
    "gettext_noop": ("singular",),
    "ngettext": ("singular", "plural"),
    "ngettext_lazy": ("singular", "plural"),
    "pgettext": ("context", "singular"),
    "pgettext_lazy": ("context", "singular"),
    "npgettext": ("context", "singular", "plural"),
    "npgettext_lazy": ("context", "singular", "plural"),
}
APPS: Final = ("config", "projects", "resources", "tasks", "reports")
# What templatize makes of a template: calls of gettext among lines of filler.
TEMPLATE_CALL: Final = re.compile(r"\b(n?p?gettext|_)\((?=u?['\"])")


def texts(project: Path) -> set[Text]:
    """All texts of the project."""
    found: set[Text] = set()
    for app in APPS:
        for path in (project / app).rglob("*.py"):
            if "tests" not in path.parts and "gate" not in path.parts:
                found |= set(in_code(path.read_text(encoding="utf-8")))
    for path in (project / "templates").rglob("*"):
        if path.suffix in {".html", ".txt"}:
            found |= set(in_template(path.read_text(encoding="utf-8"), str(path)))
    return found


def in_code(source: str) -> Iterator[Text]:
    """The texts of a Python module."""
    aliases = dict(CALLS)
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            aliases |= {
                name.asname: CALLS[name.name] for name in node.names if name.asname and name.name in CALLS
            }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            text = _text(node, aliases)
            if text:
                yield text


def in_template(source: str, origin: str) -> Iterator[Text]:
    """The texts of a template, as Django's own extraction sees them."""
    code = templatize(source, origin=origin)
    for match in TEMPLATE_CALL.finditer(code):
        node = _call_at(code[match.start() :])
        text = _text(node, CALLS) if node else None
        if text:
            yield text


def _call_at(code: str) -> ast.Call | None:
    """The shortest piece that is a whole call: a bracket inside a text does not end it."""
    for end in (match.end() for match in re.finditer(r"\)", code)):
        try:
            node = ast.parse(code[:end], mode="eval").body
        except SyntaxError:
            continue
        return node if isinstance(node, ast.Call) else None
    return None


def _text(node: ast.Call, calls: dict[str, tuple[str, ...]]) -> Text | None:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    parts = calls.get(name)
    if parts is None or len(node.args) < len(parts):
        return None
    values = [argument.value for argument in node.args[: len(parts)] if isinstance(argument, ast.Constant)]
    if len(values) < len(parts) or not all(isinstance(value, str) and value for value in values):
        return None
    return Text(**dict(zip(parts, map(str, values), strict=True)))
