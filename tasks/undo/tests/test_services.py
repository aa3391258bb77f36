"""Steps are taken back and done again: in one change, beside what others have changed, with rights asked anew."""

from __future__ import annotations

from typing import Any

import pytest

from projects.errors import NotAllowedError, RuleBrokenError
from projects.models import AuditEntry, ProjectMember
from tasks.comments.services import add_comment
from tasks.editing import tree
from tasks.editing.cells import write_cell
from tasks.editing.fields import edit_task, set_assignees
from tasks.models import Assignment, PlanStep, Task, TaskComment, TaskLink, TaskProgress
from tasks.progress.services import report_progress
from tasks.undo.deciding import ROW
from tasks.undo.services import ClashError, NoStepError, OnClash, redo, undo


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


class TestUndo:
    def test_is_one_change_of_the_record(self, chain: dict[str, Any], project: Any, cast: Any) -> None:
        task, last = chain["設計"], chain["試験"]
        for days in (6, 7, 8):
            edit_task(task=task, changes={"duration_minutes": days * 480}, actor=cast.planner)
        project.refresh_from_db()
        revision = project.revision
        first = PlanStep.objects.of(cast.planner, project).order_by("pk")[1]
        taken = undo(project=project, actor=cast.planner, through=first.pk)
        assert len(taken.steps) == 2
        assert fresh(task).duration_minutes == 6 * 480
        assert fresh(last).start_minute < last.start_minute + 2 * 1440
        project.refresh_from_db()
        assert project.revision == revision + 1
        entries = AuditEntry.objects.filter(project=project, revision=revision + 1).order_by("sequence")
        assert [(each.action, each.before, each.after) for each in entries] == [
            ("plan.undone", {"duration_minutes": 3840}, {"duration_minutes": 3360}),
            ("plan.undone", {"duration_minutes": 3360}, {"duration_minutes": 2880}),
        ]
        assert {move.task_id for move in taken.change.moves} == {each.pk for each in chain.values()}

    def test_brings_back_what_was_deleted_with_all_that_hung_on_it(
        self, chain: dict[str, Any], project: Any, cast: Any, work_on: Any
    ) -> None:
        task = chain["開発"]
        work_on(task)
        comment = add_comment(task=task, body="順調です", actor=cast.planner)
        links = set(TaskLink.objects.values_list("pk", flat=True))
        tree.delete_tasks(project=project, task_ids=[task.pk], actor=cast.planner)
        undo(project=project, actor=cast.planner)
        assert fresh(task).deleted_at is None
        assert fresh(task).row_number == 2
        assert set(TaskLink.objects.values_list("pk", flat=True)) == links
        assert Assignment.objects.filter(task=task).exists()
        assert TaskComment.objects.visible_to(cast.planner).filter(task=task).count() == 1
        assert comment

    def test_is_forgotten_by_a_new_change(self, chain: dict[str, Any], project: Any, cast: Any) -> None:
        edit_task(task=chain["設計"], changes={"name": "甲"}, actor=cast.planner)
        undo(project=project, actor=cast.planner)
        edit_task(task=chain["設計"], changes={"name": "乙"}, actor=cast.planner)
        with pytest.raises(NoStepError):
            redo(project=project, actor=cast.planner)

    def test_is_of_oneself(self, chain: dict[str, Any], project: Any, cast: Any) -> None:
        edit_task(task=chain["設計"], changes={"name": "甲"}, actor=cast.planner)
        with pytest.raises(NoStepError):
            undo(project=project, actor=cast.leader)

    def test_of_a_step_that_is_gone_is_refused(self, chain: dict[str, Any], project: Any, cast: Any) -> None:
        edit_task(task=chain["設計"], changes={"name": "甲"}, actor=cast.planner)
        step = PlanStep.objects.get()
        undo(project=project, actor=cast.planner)
        with pytest.raises(NoStepError):
            undo(project=project, actor=cast.planner, through=step.pk)

    def test_asks_for_rights_anew(self, chain: dict[str, Any], project: Any, cast: Any) -> None:
        edit_task(task=chain["設計"], changes={"name": "甲"}, actor=cast.planner)
        ProjectMember.objects.filter(user=cast.planner).update(role="contributor")
        with pytest.raises(NotAllowedError):
            undo(project=project, actor=cast.planner)
        assert fresh(chain["設計"]).name == "甲"

    def test_of_an_amount_asks_for_money(self, chain: dict[str, Any], project: Any, cast: Any) -> None:
        edit_task(task=chain["設計"], changes={"fixed_cost": 1000}, actor=cast.planner)
        with pytest.raises(NotAllowedError):
            undo(project=project, actor=cast.planner)

    def test_of_a_person_who_has_left_is_refused(
        self, chain: dict[str, Any], project: Any, cast: Any, resource: Any
    ) -> None:
        set_assignees(task=chain["設計"], units={resource.pk: 50}, actor=cast.planner)
        set_assignees(task=chain["設計"], units={}, actor=cast.planner)
        ProjectMember.objects.filter(user=cast.contributor).update(end_date="2026-01-01")
        with pytest.raises(RuleBrokenError):
            undo(project=project, actor=cast.planner)
        assert not Assignment.objects.exists()


class TestClash:
    def test_is_asked_about_first(self, chain: dict[str, Any], project: Any, cast: Any) -> None:
        task = chain["設計"]
        edit_task(task=task, changes={"name": "甲", "priority": 700}, actor=cast.planner)
        edit_task(task=task, changes={"name": "乙"}, actor=cast.leader)
        with pytest.raises(ClashError) as caught:
            undo(project=project, actor=cast.planner)
        assert [(clash.task_id, clash.what) for clash in caught.value.clashes] == [(task.pk, "name")]
        assert caught.value.touchers[task.pk].name == "藍沢 湊"
        assert fresh(task).priority == 700

    def test_stays_and_the_rest_goes(self, chain: dict[str, Any], project: Any, cast: Any) -> None:
        task = chain["設計"]
        edit_task(task=task, changes={"name": "甲", "priority": 700}, actor=cast.planner)
        edit_task(task=task, changes={"name": "乙"}, actor=cast.leader)
        undo(project=project, actor=cast.planner, on_clash=OnClash.REST)
        assert (fresh(task).name, fresh(task).priority) == ("乙", 500)
        redo(project=project, actor=cast.planner)
        assert (fresh(task).name, fresh(task).priority) == ("乙", 700)

    def test_of_hours_is_none_as_they_add_up(
        self, chain: dict[str, Any], project: Any, cast: Any, work_on: Any
    ) -> None:
        task = chain["設計"]
        work_on(task)
        report_progress(task=fresh(task), percentage=0, added_work_minutes=180, actor=cast.planner)
        report_progress(task=fresh(task), percentage=0, added_work_minutes=60, actor=cast.contributor)
        undo(project=project, actor=cast.planner)
        assert fresh(task).actual_work_minutes == 60
        assert TaskProgress.objects.filter(task=task).count() == 3

    def test_of_progress_keeps_all_that_hangs_on_it(
        self, chain: dict[str, Any], project: Any, cast: Any, work_on: Any
    ) -> None:
        task = chain["設計"]
        work_on(task)
        report_progress(task=fresh(task), percentage=30, actor=cast.planner)
        report_progress(task=fresh(task), percentage=60, actor=cast.contributor)
        undo(project=project, actor=cast.planner, on_clash=OnClash.REST)
        now = fresh(task)
        assert (now.progress_percentage, now.status, now.remaining_minutes) == (60, "in_progress", 960)

    def test_keeps_a_new_task_that_another_has_worked_on(
        self, chain: dict[str, Any], project: Any, cast: Any
    ) -> None:
        task, _change = tree.add_task(project=project, name="新", actor=cast.planner)
        write_cell(task=task, column="name", text="移行", actor=cast.leader)
        with pytest.raises(ClashError) as caught:
            undo(project=project, actor=cast.planner)
        assert [clash.what for clash in caught.value.clashes] == [ROW]
        undo(project=project, actor=cast.planner, on_clash=OnClash.REST)
        assert fresh(task).name == "移行"
        assert fresh(task).row_number == 5

    def test_of_a_task_that_another_has_moved_leaves_it_there(
        self, chain: dict[str, Any], project: Any, cast: Any
    ) -> None:
        tree.move_rows(project=project, task_ids={chain["完了"].pk}, target=chain["設計"], actor=cast.planner)
        tree.move_rows(
            project=project, task_ids={fresh(chain["完了"]).pk}, target=chain["試験"], actor=cast.leader
        )
        undo(project=project, actor=cast.planner, on_clash=OnClash.REST)
        rows = Task.objects.filter(project=project).order_by("row_number")
        assert [task.name for task in rows] == ["設計", "開発", "完了", "試験"]

    def test_is_none_with_rows_that_came_beside(self, chain: dict[str, Any], project: Any, cast: Any) -> None:
        tree.delete_tasks(project=project, task_ids=[chain["開発"].pk], actor=cast.planner)
        tree.add_task(project=project, name="調査", after=chain["設計"], as_child=True, actor=cast.leader)
        undo(project=project, actor=cast.planner)
        rows = Task.objects.filter(project=project, deleted_at=None).order_by("row_number")
        assert [(task.name, task.outline_level) for task in rows] == [
            ("設計", 1), ("調査", 2), ("開発", 1), ("試験", 1), ("完了", 1)
        ]  # fmt: skip
