"""What may be recorded or told is declared once, and what is declared is recorded or told somewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.contrib import admin

from projects.actions import groups, names_in
from projects.admin.installation import RecordedEverywhere
from projects.admin.site import RecordedAdmin
from projects.models import DeadJob
from projects.notifications.kinds import KINDS
from tests.ops.files import ROOT

APPS: Final = ("projects", "resources", "tasks", "reports")
#: What the admin records of every model that it changes. A company is deleted by no click.
VERBS: Final = ("added", "edited", "removed")
NEVER: Final = {"organization.removed"}


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """All that may record: no tests, no migrations, and not the declarations themselves."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if path.name != "declared.py" and not {"tests", "migrations"} & set(path.parts):
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def words(node: ast.AST) -> set[str]:
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def called(node: ast.Call) -> str:
    """`record` of `record(…)` and of `plan.record(…)`."""
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")


def actions() -> set[str]:
    """Those that are declared."""
    return {name for noun in groups() for name in names_in(noun)}


def recorded() -> set[str]:
    """First arguments of `record(…)` that are written out."""
    found: set[str] = set()
    for _path, module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and node.args and called(node) == "record":
                first = node.args[0]
                # The parts of an f-string are no names: see `made_up`.
                found |= set() if isinstance(first, ast.JoinedStr) else words(first)
    return found


def made_up() -> set[str]:
    """Names that are put together: of the models of the admin, and of what operators do with dead letters."""
    models = {
        model._meta.model_name
        for model, page in admin.site._registry.items()
        if isinstance(page, RecordedAdmin | RecordedEverywhere)
    }
    found = {f"{model}.{verb}" for model in models for verb in VERBS} - NEVER
    return found | {f"job.{each.value}" for each in DeadJob.Resolution} | {"user.password_changed"}


class TestActions:
    def test_that_are_recorded_are_declared(self) -> None:
        assert len(recorded()) > 30
        assert recorded() | made_up() <= actions()

    def test_that_are_declared_are_recorded_somewhere(self) -> None:
        written = set().union(*(words(module) for _path, module in modules()))
        assert actions() <= written | made_up()


class TestNotifications:
    def test_of_each_kind_are_told_somewhere(self) -> None:
        kinds = ROOT / "projects/notifications/kinds.py"
        written = set().union(*(words(module) for path, module in modules() if path != kinds))
        assert set(KINDS) <= written
