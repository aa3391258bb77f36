"""Dates follow what is entered, through the unit of work."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.errors import RuleBrokenError
from projects.models import AuditEntry
from projects.worktime.moments import day_of
from tasks.editing import fields, links, moving, tree
from tasks.models import Task
from tasks.plan.refusals import PlanRefusedError
from tasks.plan.rescheduling import repair_plan
from tasks.progress import services as progress


def days(task: Task) -> tuple[str, str]:
    """First and last day, as month/day."""
    task.refresh_from_db()
    assert task.start_date
    assert task.end_date
    return f"{task.start_date:%m/%d}", f"{task.end_date:%m/%d}"


class TestReschedule:
    def test_puts_tasks_one_after_another(self, chain: dict[str, Task]) -> None:
        assert [days(chain[name]) for name in ("設計", "開発", "試験", "完了")] == [
            ("04/06", "04/10"), ("04/13", "04/24"), ("04/27", "04/30"), ("04/30", "04/30"),
        ]  # fmt: skip

    def test_leaves_out_holidays(self, chain: dict[str, Task]) -> None:
        """昭和の日 lies inside the last task: three days of work end on the fourth."""
        assert days(chain["試験"]) == ("04/27", "04/30")

    def test_moves_followers_and_says_which(self, chain: dict[str, Task], cast: Any) -> None:
        result = fields.edit_task(
            task=chain["設計"], changes={"duration_minutes": 6 * 480}, actor=cast.planner
        )
        assert result is not None
        assert {move.task_id for move in result.moves} == {task.pk for task in chain.values()}
        assert days(chain["開発"])[0] == "04/14"

    def test_records_who_and_what(self, chain: dict[str, Task], cast: Any) -> None:
        fields.edit_task(task=chain["設計"], changes={"duration_minutes": 6 * 480}, actor=cast.planner)
        entry = AuditEntry.objects.order_by("-sequence").first()
        assert entry is not None
        assert (entry.actor, entry.action, entry.target_id) == (cast.planner, "task.edited", chain["設計"].pk)
        assert (entry.before, entry.after) == ({"duration_minutes": 2400}, {"duration_minutes": 2880})
        assert entry.consequences["count"] == 4

    def test_raises_the_revision_once_per_change(
        self, chain: dict[str, Task], cast: Any, project: Any
    ) -> None:
        project.refresh_from_db()
        before = project.revision
        fields.edit_task(task=chain["設計"], changes={"name": "基本設計"}, actor=cast.planner)
        project.refresh_from_db()
        assert project.revision == before + 1

    def test_keeps_the_project_figures(self, chain: dict[str, Task], project: Any) -> None:
        project.refresh_from_db()
        assert project.task_count == 4
        assert day_of(project.planned_finish_minute // 1440).isoformat() == "2026-04-30"

    @pytest.mark.parametrize("shape", ["fan", "chain"])
    def test_costs_as_many_statements_for_any_number_of_followers(
        self, shape: str, plan: Any, work_on: Any, cast: Any
    ) -> None:
        def statements(count: int) -> int:
            after = ["1" if shape == "fan" else f"{number}" for number in range(1, count + 1)]
            tasks = plan(("先頭", 1, 2), *((f"後続{at}", 1, 1, text) for at, text in enumerate(after)))
            for task in tasks.values():
                work_on(task)
            first = next(iter(tasks.values()))
            with CaptureQueriesContext(connection) as captured:
                result = fields.edit_task(
                    task=first, changes={"duration_minutes": 3 * 480}, actor=cast.planner
                )
            assert result is not None
            assert len(result.moves) == count + 1
            Task.objects.filter(project=first.project).delete()
            return len(captured)

        statements(1)  # from now on the planner's role is known
        assert statements(40) == statements(3)

    def test_stores_early_dates_that_are_not_those_of_the_task(
        self, chain: dict[str, Task], project: Any
    ) -> None:
        torn = Task.objects.filter(pk=chain["開発"].pk)
        torn.update(early_start_minute=1, early_finish_minute=None)
        assert repair_plan(project=project).changed_ids == {chain["開発"].pk}
        task = torn.get()
        assert (task.early_start_minute, task.early_finish_minute) == (task.start_minute, task.finish_minute)

    def test_says_when_and_why_one_task_starts(self, chain: dict[str, Task], cast: Any) -> None:
        Task.objects.filter(pk=chain["設計"].pk).update(duration_minutes=6 * 480)
        result = repair_plan(project=chain["設計"].project)
        start, driver = result.start_of(chain["開発"].pk)
        assert (
            start == result.plan[chain["開発"].pk].start == Task.objects.get(pk=chain["開発"].pk).start_minute
        )
        assert (driver.kind, driver.task_id) == ("predecessor", chain["設計"].pk)

    def test_refuses_work_without_end(self, chain: dict[str, Task], cast: Any) -> None:
        with pytest.raises(PlanRefusedError, match="開発") as refusal:
            fields.edit_task(task=chain["開発"], changes={"work_minutes": 2**62}, actor=cast.planner)
        assert refusal.value.task_ids == (chain["開発"].pk,)


class TestMoveTask:
    def test_holds_the_task_from_that_day(self, chain: dict[str, Task], cast: Any) -> None:
        wednesday = chain["設計"].start_minute + 2 * 1440
        moving.move_task(task=chain["設計"], start_minute=wednesday, actor=cast.planner)
        assert days(chain["設計"]) == ("04/08", "04/14")
        assert days(chain["開発"])[0] == "04/15"

    def test_says_what_holds_a_task_that_cannot_go_earlier(self, chain: dict[str, Task], cast: Any) -> None:
        with pytest.raises(RuleBrokenError, match="設計"):
            moving.move_task(task=chain["開発"], start_minute=chain["設計"].start_minute, actor=cast.planner)
        assert days(chain["開発"])[0] == "04/13"


class TestSetPredecessors:
    def test_refuses_a_circle_and_names_it(self, chain: dict[str, Task], cast: Any) -> None:
        with pytest.raises(PlanRefusedError, match=r"設計.*開発"):
            links.set_predecessors(task=chain["設計"], text="2", actor=cast.planner)

    def test_understands_lag(self, chain: dict[str, Task], cast: Any) -> None:
        links.set_predecessors(task=chain["開発"], text="1FS+2d", actor=cast.planner)
        assert days(chain["開発"])[0] == "04/15"


class TestOutline:
    def test_indents_under_the_row_above(self, chain: dict[str, Task], cast: Any, project: Any) -> None:
        links.set_predecessors(task=chain["開発"], text="", actor=cast.planner)
        tree.indent_tasks(project=project, task_ids={chain["開発"].pk}, actor=cast.planner)
        for task in chain.values():
            task.refresh_from_db()
        assert chain["設計"].is_summary
        assert (chain["開発"].parent_id, chain["開発"].wbs_code) == (chain["設計"].pk, "1.1")
        assert chain["試験"].wbs_code == "2"

    def test_refuses_a_link_between_parent_and_child(
        self, chain: dict[str, Task], cast: Any, project: Any
    ) -> None:
        with pytest.raises(PlanRefusedError, match="親子"):
            tree.indent_tasks(project=project, task_ids={chain["開発"].pk}, actor=cast.planner)

    def test_deletes_with_all_below(self, chain: dict[str, Task], cast: Any, project: Any) -> None:
        assert tree.what_goes_along(project, {chain["開発"].pk})["links"] == 2
        tree.delete_tasks(project=project, task_ids={chain["開発"].pk}, actor=cast.planner)
        rows = Task.objects.alive().filter(project=project).order_by("row_number")
        assert list(rows.values_list("name", "wbs_code")) == [("設計", "1"), ("試験", "2"), ("完了", "3")]


class TestReportProgress:
    def test_sets_actual_dates(self, chain: dict[str, Task], cast: Any) -> None:
        progress.report_progress(task=chain["設計"], percentage=40, actor=cast.planner)
        task = chain["設計"]
        assert (task.status, task.actual_start_minute) == ("in_progress", task.start_minute)
        assert (task.actual_duration_minutes, task.remaining_minutes) == (960, 1440)

    def test_weights_the_project_by_effort(self, chain: dict[str, Task], cast: Any, project: Any) -> None:
        progress.report_progress(task=chain["設計"], percentage=100, actor=cast.planner)
        project.refresh_from_db()
        assert project.progress_percentage == 28  # 5 of 18 days


class TestResizeTask:
    def test_makes_the_duration_the_working_time_up_to_there(self, chain: dict[str, Task], cast: Any) -> None:
        task = chain["設計"]
        moving.resize_task(task=task, finish_minute=task.finish_minute + 3 * 1440, actor=cast.planner)
        assert (task.duration_minutes, days(task)) == (6 * 480, ("04/06", "04/13"))
        assert days(chain["開発"])[0] == "04/14"

    def test_lets_a_manual_task_end_with_the_work_of_its_last_day(
        self, chain: dict[str, Task], cast: Any
    ) -> None:
        task = chain["設計"]
        fields.edit_task(task=task, changes={"mode": "manual"}, actor=cast.planner)
        midnight = (task.start_minute // 1440 + 2) * 1440
        moving.resize_task(task=task, finish_minute=midnight, actor=cast.planner)
        assert (task.finish_minute % 1440, days(task)) == (18 * 60, ("04/06", "04/07"))

    def test_refuses_an_end_before_the_start(self, chain: dict[str, Task], cast: Any) -> None:
        task = chain["設計"]
        with pytest.raises(RuleBrokenError, match="開始日より後"):
            moving.resize_task(task=task, finish_minute=task.start_minute, actor=cast.planner)
