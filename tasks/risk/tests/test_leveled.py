"""Runs of a plan that are levelled each by itself, around what people do in other projects."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from projects.errors import RuleBrokenError
from projects.models import Project
from tasks.leveling.tests.test_leveling import Tasks, overloaded
from tasks.models import Task
from tasks.risk.asked import Asked
from tasks.risk.running import load_input, simulate_plan

__all__ = ["overloaded"]
FEW = Asked(runs=100, leveled=True)


def test_end_later_than_runs_in_which_a_person_does_two_things_at_once(
    project: Project, overloaded: Tasks
) -> None:
    leveled = simulate_plan(project, FEW)
    alone = simulate_plan(project, replace(FEW, leveled=False))
    assert leveled.planned > alone.planned
    assert leveled.percentiles[0].moment > alone.percentiles[3].moment
    assert leveled.asked.leveled


def test_hang_on_what_people_do_elsewhere(project: Project, overloaded: Tasks) -> None:
    given = load_input(project, FEW)
    assert given.elsewhere is not None
    assert load_input(project, replace(FEW, leveled=False)).elsewhere is None


def test_say_what_they_cannot_do(project: Project, overloaded: Tasks) -> None:
    Task.objects.filter(project=project).update(constraint_type="ALAP")
    with pytest.raises(RuleBrokenError, match="平準化を外すか"):
        simulate_plan(project, FEW)


def test_say_that_they_know_no_people_on_elapsed_tasks(project: Project, overloaded: Tasks) -> None:
    Task.objects.filter(project=project).update(is_elapsed=True)
    with pytest.raises(RuleBrokenError, match="経過5日"):
        simulate_plan(project, FEW)


def test_are_asked_for_by_a_command(project: Project, overloaded: Tasks) -> None:
    told = StringIO()
    organization: Any = project.organization.code
    call_command(
        "simulate", project.code, "--leveled", "--json", organization=organization, runs=100, stdout=told
    )
    assert json.loads(told.getvalue())["asked"]["leveled"] is True
    told = StringIO()
    call_command("simulate", project.code, "--leveled", organization=organization, runs=100, stdout=told)
    assert told.getvalue().splitlines()[1].startswith("平準化した計画どおり ")
