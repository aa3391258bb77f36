"""A plan that asks too much of people: levelled around what they do elsewhere, applied, taken back, cleared."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db.models import F

from projects.errors import NotAllowedError, RuleBrokenError
from projects.models import AuditEntry, Project
from projects.worktime.moments import day_number
from resources.models import Absence, Resource
from tasks.editing.fields import edit_task, set_assignees
from tasks.exporting.services import write_plan
from tasks.leveling.loading import load_input
from tasks.leveling.running import Leveling, level_plan
from tasks.leveling.services import OutdatedError, apply_leveling, clear_leveling
from tasks.models import PlanStep, ResourceLoad, Task
from tasks.plan import warm
from tasks.scheduling.leveling.diagnose import Clash
from tasks.undo.services import redo, undo
from tests.planning import planned

Tasks = dict[str, Task]
#: The first day of the project.
MONDAY = date(2026, 4, 6)


def too_full() -> list[tuple[str, str]]:
    """Who has too much on which day, by the sums of all plans."""
    rows = ResourceLoad.objects.filter(grain="d", planned_minutes__gt=F("capacity_minutes"))
    return sorted((name, f"{day:%m-%d}") for name, day in rows.values_list("resource__name", "first_on"))


def exported(project: Project) -> bytes:
    stream = io.BytesIO()
    write_plan(Project.objects.get(pk=project.pk), stream)
    return stream.getvalue()


def delays(project: Project) -> dict[str, int]:
    rows = Task.objects.filter(project=project).exclude(leveling_delay_minutes=0)
    return dict(rows.values_list("name", "leveling_delay_minutes"))


def from_finish(project: Project) -> None:
    finish = project.start_minute + 90 * 1440
    Project.objects.filter(pk=project.pk).update(schedule_from="finish", finish_minute=finish)


@pytest.fixture
def overloaded(project: Project, plan: Callable[..., Tasks], cast: Any, crew: dict[str, Resource]) -> Tasks:
    """Ann is on two tasks of three days from Monday on, with 60 % each; 試験 follows the second."""
    tasks = plan(("設計", 1, 3), ("開発", 1, 3), ("試験", 1, 2, "2"))
    for name in ("設計", "開発"):
        set_assignees(task=tasks[name], units={crew["Ann"].pk: 60}, actor=cast.leader)
    project.refresh_from_db()
    return tasks


class TestLevelPlan:
    def test_says_what_it_would_change_and_changes_nothing(self, project: Project, overloaded: Tasks) -> None:
        before = exported(project)
        found = level_plan(project)
        assert exported(project) == before
        assert len(found.now.too_full) == len(too_full()) == 3
        assert found.then.too_full == ()
        # 開発 is followed by 試験, so it has less slack and goes first.
        (delay,) = found.delays
        assert (delay.task_id, delay.blocking_task_id, delay.why) == (
            overloaded["設計"].pk,
            overloaded["開発"].pk,
            "slack",
        )
        assert found.changes == {overloaded["設計"].pk: 3 * 1440}
        assert [one.task_id for one in found.moved] == [overloaded["設計"].pk]
        # From Thursday on 設計 takes until Monday, a day of work longer than 開発 and 試験.
        start = project.start_minute
        assert (found.now.finish, found.then.finish) == (start + 4 * 1440 + 540, start + 7 * 1440 + 540)

    def test_leaves_alone_what_is_over(self, project: Project, overloaded: Tasks) -> None:
        # Of Monday to Wednesday two days are over, and nothing may move the finish.
        with time_machine.travel("2026-04-08 07:00:00+09:00"):
            found = level_plan(project, within_slack=True)
        assert [day - day_number(MONDAY) for _person, day in found.now.too_full] == [2]
        assert len(found.clashes) == 1
        with time_machine.travel("2026-04-09 07:00:00+09:00"):
            found = level_plan(project, within_slack=True)
        assert (found.now.too_full, found.clashes) == ((), ())

    def test_names_deadlines_that_would_be_missed(
        self, project: Project, overloaded: Tasks, cast: Any
    ) -> None:
        task = overloaded["設計"]
        edit_task(task=task, changes={"deadline_minute": task.finish_minute}, actor=cast.leader)
        # What has the sooner deadline goes first, unless priorities say otherwise.
        assert level_plan(project).then.missed_deadlines == ()
        edit_task(task=overloaded["開発"], changes={"priority": 900}, actor=cast.leader)
        found = level_plan(project)
        assert (found.now.missed_deadlines, found.then.missed_deadlines) == ((), (task.pk,))

    def test_keeps_the_finish_within_slack(self, project: Project, overloaded: Tasks, cast: Any) -> None:
        found = level_plan(project, within_slack=True)
        # Five days are the whole plan: three and three have no room in them.
        assert (found.changes, found.then.finish) == ({}, found.now.finish)
        assert [one.cause for one in found.clashes] == ["slack"]

    def test_goes_around_other_projects_and_leave(
        self,
        project: Project,
        overloaded: Tasks,
        cast: Any,
        crew: dict[str, Resource],
        organization: Any,
        calendar: Any,
    ) -> None:
        ann = crew["Ann"]
        other = Project.objects.create(
            organization=organization, code="PRJ-002", name="別の案件", start_date=project.start_date, end_date=project.end_date,
            start_minute=project.start_minute, calendar=calendar, status="active",
        )  # fmt: skip
        there = planned(other, ("保守", 1, 4))
        set_assignees(task=there["保守"], units={ann.pk: 40}, actor=cast.admin)
        Absence.objects.create(
            organization=organization, resource=ann, first_on=MONDAY.replace(day=MONDAY.day + 4),
            last_on=MONDAY.replace(day=MONDAY.day + 4), reason="休暇",
        )  # fmt: skip
        found = level_plan(project)
        assert found.then.too_full == ()
        apply_leveling(project=project, actor=cast.leader, found=found)
        assert too_full() == []
        # What fits beside 40 % is one of them at a time: the second begins on Thursday and goes on after the leave.
        starts = {name: Task.objects.get(pk=task.pk).start_date for name, task in overloaded.items()}
        assert (starts["開発"], starts["設計"]) == (MONDAY, MONDAY.replace(day=MONDAY.day + 3))

    def test_waits_for_what_is_done_elsewhere(
        self, project: Project, plan: Callable[..., Tasks], cast: Any, crew: dict[str, Resource],
        organization: Any, calendar: Any,
    ) -> None:  # fmt: skip
        tasks = plan(("設計", 1, 1))
        set_assignees(task=tasks["設計"], units={crew["Ann"].pk: 100}, actor=cast.leader)
        other = Project.objects.create(
            organization=organization, code="PRJ-002", name="別の案件", start_date=project.start_date, end_date=project.end_date,
            start_minute=project.start_minute, calendar=calendar, status="active",
        )  # fmt: skip
        set_assignees(
            task=planned(other, ("保守", 1, 2))["保守"], units={crew["Ann"].pk: 50}, actor=cast.admin
        )
        found = level_plan(project)
        (delay,) = found.delays
        assert (delay.minutes, delay.blocking_task_id, delay.why) == (2 * 1440, None, "elsewhere")

    def test_reports_what_it_cannot_solve(
        self, project: Project, overloaded: Tasks, cast: Any, crew: Any
    ) -> None:
        for task in overloaded.values():
            edit_task(task=task, changes={"priority": 1000}, actor=cast.leader)
        found = level_plan(project)
        start = overloaded["設計"].start_minute
        ids = tuple(sorted(overloaded[name].pk for name in ("設計", "開発")))
        assert found.clashes == (Clash("fixed", crew["Ann"].pk, ids, start, start + 2 * 1440 + 540),)
        assert found.then.too_full == found.now.too_full

    def test_refuses_in_words_what_cannot_be_levelled(
        self, project: Project, overloaded: Tasks, cast: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        edit_task(task=overloaded["設計"], changes={"constraint_type": "ALAP"}, actor=cast.leader)
        assert level_plan(project).then.finish
        monkeypatch.setattr("tasks.scheduling.leveling.level.MOST_ROUNDS", 0)
        with pytest.raises(RuleBrokenError, match="できるだけ遅く"):
            level_plan(project)
        from_finish(project)
        with pytest.raises(RuleBrokenError, match="終了日から計算"):
            level_plan(Project.objects.get(pk=project.pk))

    def test_finds_nothing_where_no_one_works(self, project: Project) -> None:
        found = level_plan(project)
        assert (found.changes, found.moved, found.now.finish, found.now.too_full) == (
            {},
            (),
            None,
            (),
        )


class TestApplyLeveling:
    def test_solves_it_and_is_taken_back_whole(self, project: Project, overloaded: Tasks, cast: Any) -> None:
        before = exported(project)
        assert too_full()
        change = apply_leveling(project=project, actor=cast.leader, found=level_plan(project))
        assert too_full() == []
        assert delays(project) == {"設計": 3 * 1440}
        assert [one.task_id for one in change.moves] == [overloaded["設計"].pk]
        entry = AuditEntry.objects.filter(project=project).latest("sequence")
        assert (entry.action, entry.after) == ("leveling.applied", {"count": 1, "within_slack": False})
        after = exported(project)
        assert b"<LevelingDelay>43200</LevelingDelay>" in after
        assert PlanStep.objects.of(cast.leader, project).to_undo()[0].facts["action"] == "leveling.applied"
        undo(project=project, actor=cast.leader)
        assert exported(project) == before
        redo(project=project, actor=cast.leader)
        assert exported(project) == after

    def test_again_changes_nothing(self, project: Project, overloaded: Tasks, cast: Any) -> None:
        apply_leveling(project=project, actor=cast.leader, found=level_plan(project))
        revision = Project.objects.get(pk=project.pk).revision
        found = level_plan(Project.objects.get(pk=project.pk))
        assert (found.changes, found.moved) == ({}, ())
        assert not apply_leveling(project=project, actor=cast.leader, found=found)
        assert Project.objects.get(pk=project.pk).revision == revision

    def test_clears_what_it_has_written(self, project: Project, overloaded: Tasks, cast: Any) -> None:
        before = exported(project)
        apply_leveling(project=project, actor=cast.leader, found=level_plan(project))
        clear_leveling(project=project, actor=cast.planner)
        assert exported(project) == before
        assert AuditEntry.objects.filter(project=project).latest("sequence").action == "leveling.cleared"
        undo(project=project, actor=cast.planner)
        assert delays(project) == {"設計": 3 * 1440}
        clear_leveling(project=project, actor=cast.planner)
        assert not clear_leveling(project=project, actor=cast.planner)

    def test_forgets_how_a_file_counted_the_delay(
        self, project: Project, overloaded: Tasks, cast: Any
    ) -> None:
        said = {"leveling_delay_is_elapsed": False, "leveling_delay_unit": "weeks", "custom_values": []}
        Task.objects.filter(pk=overloaded["設計"].pk).update(extras={"task": said})
        apply_leveling(project=project, actor=cast.leader, found=level_plan(project))
        assert Task.objects.get(pk=overloaded["設計"].pk).extras == {"task": {"custom_values": []}}

    def test_refuses_where_another_has_changed_the_plan(
        self, project: Project, overloaded: Tasks, cast: Any
    ) -> None:
        found = level_plan(project)
        edit_task(task=overloaded["試験"], changes={"name": "総合試験"}, actor=cast.planner)
        with pytest.raises(OutdatedError, match="計画が変わりました"):
            apply_leveling(project=project, actor=cast.leader, found=found)
        assert delays(project) == {}

    def test_refuses_where_people_are_busy_otherwise_since(
        self, project: Project, overloaded: Tasks, cast: Any, crew: Any, organization: Any
    ) -> None:
        found = level_plan(project)
        Absence.objects.create(
            organization=organization, resource=crew["Ann"], first_on=MONDAY, last_on=MONDAY, reason="休暇"
        )
        with pytest.raises(OutdatedError, match="ほかの予定"):
            apply_leveling(project=project, actor=cast.leader, found=found)
        assert delays(project) == {}

    @pytest.mark.parametrize("who", ["viewer", "contributor", "stranger"])
    def test_is_for_planners(self, project: Project, overloaded: Tasks, cast: Any, who: str) -> None:
        found = level_plan(project)
        with pytest.raises(NotAllowedError):
            apply_leveling(project=project, actor=getattr(cast, who), found=found)
        with pytest.raises(NotAllowedError):
            clear_leveling(project=project, actor=getattr(cast, who))
        assert delays(project) == {}


class TestInput:
    def test_has_the_same_hash_however_it_was_read(
        self, project: Project, overloaded: Tasks, cast: Any
    ) -> None:
        first = load_input(project).digest
        edit_task(task=overloaded["設計"], changes={"duration_minutes": 480}, actor=cast.leader)
        warmly = load_input(project).digest
        warm.forget()
        assert load_input(project).digest == warmly != first

    def test_counts_the_hours_of_a_shift_past_midnight_on_its_days(
        self, project: Project, overloaded: Tasks, crew: Any
    ) -> None:
        given = replace(load_input(project), minutes={crew["Ann"].pk: {project.start_minute // 1440: 240}})
        (stretches,) = given.elsewhere.values()
        assert [units for _, _, units in stretches] == [5_000, 5_000]
        assert sum(end - begin for begin, end, _ in stretches) == 480
        off = replace(given, minutes={crew["Ann"].pk: {project.start_minute // 1440 + 5: 240}})
        assert off.elsewhere == {}


def test_result_is_what_is_applied(project: Project, overloaded: Tasks) -> None:
    found = level_plan(project)
    assert isinstance(found, Leveling)
    assert found.revision == project.revision
    assert len(found.digest) == 64
