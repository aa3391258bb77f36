"""What tests of figures and of reports share."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from projects.models import Project
from resources.models import Resource, ResourceRate
from tasks.baselines.services import take_baseline
from tasks.models import Assignment, Task


@pytest.fixture
def agreed(project: Project, plan: Any, cast: Any, organization: Any) -> dict[str, Task]:
    """Monday 4/6 on: 設計 for a week, 開発 for two weeks after it, both by Ann at 5,000 yen; the summary has a fixed cost."""
    tasks: dict[str, Task] = plan(("工程", 1, 1), ("設計", 2, 5), ("開発", 2, 10, "2"), ("教育", 1, 2))
    ann = Resource.objects.create(organization=organization, name="Ann", kind="person")
    ResourceRate.objects.create(
        organization=organization, resource=ann, valid_from=dt.date(2020, 1, 1), cost_per_hour=5_000
    )
    for name, minutes in (("設計", 2_400), ("開発", 4_800)):
        Assignment.objects.create(
            organization=organization, project=project, task=tasks[name], resource=ann, work_minutes=minutes
        )
        Task.objects.filter(pk=tasks[name].pk).update(work_minutes=minutes)
    Task.objects.filter(pk=tasks["工程"].pk).update(fixed_cost=Decimal(30_000))
    take_baseline(project=project, actor=cast.leader, name="承認時")
    project.refresh_from_db()
    return tasks
