"""Fields to try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from projects.models import Project
from tasks.editing.refused import Cell
from tasks.editing.writing import write_cells
from tasks.fields.services import add_field, use_fields
from tasks.models import CustomField, Task


@pytest.fixture
def declare(project: Project, cast: Any) -> Callable[..., CustomField]:
    """Declares a field that the project then uses: `declare("工程", "choice", choices=["設計", "製造"])`."""

    def make(name: str, kind: str = "text", **said: Any) -> CustomField:
        field = add_field(
            organization=project.organization, kind=kind, said={"name": name, **said}, actor=cast.admin
        )
        use_fields(project=project, ids=[*project.field_ids, field.pk], actor=cast.leader)
        return field

    return make


@pytest.fixture
def tree(plan: Any) -> dict[str, Task]:
    """A plan with a summary: 設計, 開発 with 製造 and 単体試験 under it, 試験."""
    found: dict[str, Task] = plan(
        ("設計", 1, 5), ("開発", 1, 2), ("製造", 2, 4), ("単体試験", 2, 3), ("試験", 1, 3)
    )
    return found


@pytest.fixture
def write(project: Project, cast: Any) -> Callable[..., Any]:
    """Types into cells: `write({task: "12"}, column)`."""

    def put(values: dict[Any, str], column: str, actor: Any = None) -> Any:
        cells = [Cell(getattr(task, "pk", task), column, text) for task, text in values.items()]
        return write_cells(project=project, cells=cells, actor=actor or cast.planner)

    return put
