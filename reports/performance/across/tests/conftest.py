"""Projects with what was kept of them on some days; today is 2026-04-15."""

from __future__ import annotations

import datetime as dt
from copy import copy
from typing import Any

import pytest
from django.utils import timezone

from projects.models import Project
from reports.models import ProjectEarnedDay
from reports.performance.across.tests.kept import HOUR, TODAY, Make
from tasks.baselines.services import take_baseline
from tasks.models import Baseline


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


@pytest.fixture
def make(project: Project, plan: Any, cast: Any) -> Make:
    """A project with what was kept of it: hours, and a thousand yen for each of them."""
    plan(("設計", 1, 5))
    first = take_baseline(project=project, actor=cast.leader, name="承認時")

    def made(
        name: str, *, sums: tuple[int, int, int, int] = (100, 50, 50, 50), day: dt.date = TODAY, **fields: Any
    ) -> Project:
        found = Project.objects.filter(name=name).first() or Project.objects.create(
            organization=project.organization, code=f"P-{name}", name=name, status="active", calendar=project.calendar,
            start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute, **fields,
        )  # fmt: skip
        baseline = Baseline.objects.filter(project=found).first() or _of(first, found)
        bac, pv, ev, ac = sums
        ProjectEarnedDay.objects.create(
            organization=project.organization, project=found, baseline=baseline, day=day, revision=1,
            recorded_at=timezone.now(),
            budget_minutes=bac * HOUR, planned_minutes=pv * HOUR, earned_minutes=ev * HOUR, actual_minutes=ac * HOUR,
            budget_cost=bac * 1000, planned_cost=pv * 1000, earned_cost=ev * 1000, actual_cost=ac * 1000,
        )  # fmt: skip
        return found

    return made


def _of(baseline: Baseline, project: Project) -> Baseline:
    """The same, of another project."""
    row = copy(baseline)
    row.pk, row.project = None, project
    row._state.adding = True
    row.save()
    return row
