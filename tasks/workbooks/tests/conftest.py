"""A plan, and a planner with a workbook of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from projects.models import Project
from tasks.models import Task
from tasks.workbooks.tests.desk import Desk


@pytest.fixture
def tasks(plan: Any, project: Project, crew: Any) -> dict[str, Task]:
    """Two summaries, links, and a milestone."""
    found: dict[str, Task] = plan(
        ("基本", 1, 1), ("設計", 2, 5), ("試験", 2, 3, "2"), ("開発", 1, 1), ("画面", 2, 4, "3"), ("完了", 1, 0, "5"),
    )  # fmt: skip
    return found


@pytest.fixture
def desk(planner_client: Client, project: Project, tasks: Any) -> Desk:
    return Desk(planner_client, project)
