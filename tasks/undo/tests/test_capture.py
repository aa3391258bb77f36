"""What of a change of a plan is kept as a step, whatever has written it."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.permissions import System
from tasks.editing import tree
from tasks.editing.fields import edit_task
from tasks.models import PlanStep, PlanStepRow, Task
from tasks.models.undo import MOST_STEPS
from tasks.plan.actions.tree import PLACE as PLACED
from tasks.plan.tables import COMPUTED
from tasks.plan.unit import changing_plan
from tasks.undo.rows import PLACE, TASKS


def kept(step: PlanStep) -> list[tuple[str, int, Any, Any]]:
    rows = PlanStepRow.objects.filter(step=step).order_by("pk")
    return list(rows.values_list("kind", "row_id", "before", "after"))


class TestCapture:
    def test_keeps_what_a_person_wrote_and_not_what_follows(
        self, chain: dict[str, Any], project: Any, cast: Any
    ) -> None:
        task = chain["設計"]
        edit_task(task=task, changes={"duration_minutes": 3840}, actor=cast.planner)
        (step,) = PlanStep.objects.of(cast.planner, project)
        assert kept(step) == [(TASKS, task.pk, {"duration_minutes": 2400}, {"duration_minutes": 3840})]
        assert step.order is None
        assert step.facts["after"] == {"duration_minutes": 3840}

    def test_keeps_what_an_action_of_tomorrow_writes(
        self, chain: dict[str, Any], project: Any, cast: Any
    ) -> None:
        with changing_plan(project, actor=cast.planner) as plan:
            Task.objects.filter(project=project).update(priority=700)
            plan.record("task.edited", target=chain["設計"], after={"priority": 700})
        (step,) = PlanStep.objects.of(cast.planner, project)
        assert {row[1] for row in kept(step)} == {task.pk for task in chain.values()}
        assert step.row_count == 4

    def test_keeps_an_order_and_no_numbers(self, chain: dict[str, Any], project: Any, cast: Any) -> None:
        moved, target = chain["完了"], chain["設計"]
        tree.move_rows(project=project, task_ids={moved.pk}, target=target, actor=cast.planner)
        (step,) = PlanStep.objects.of(cast.planner, project)
        assert kept(step) == []
        assert step.order == {
            "before": [[chain["試験"].pk, None, [[moved.pk, 1, None]]]],
            "after": [[None, target.pk, [[moved.pk, 1, None]]]],
        }

    def test_leaves_out_what_a_summary_keeps_of_its_own(self, plan: Any, project: Any, cast: Any) -> None:
        tasks = plan(("設計", 1, 5), ("開発", 1, 10))
        tree.indent_tasks(project=project, task_ids=[tasks["開発"].pk], actor=cast.planner)
        assert kept(PlanStep.objects.of(cast.planner, project).get()) == []

    def test_keeps_nothing_of_jobs_nor_of_no_change(
        self, chain: dict[str, Any], project: Any, cast: Any
    ) -> None:
        edit_task(task=chain["設計"], changes={"name": "設計"}, actor=cast.planner)
        edit_task(task=chain["設計"], changes={"name": "別"}, actor=System("test"))
        assert not PlanStep.objects.exists()
        assert not PlanStepRow.objects.exists()

    def test_leaves_later_writes_of_the_request_alone(
        self, chain: dict[str, Any], project: Any, cast: Any
    ) -> None:
        edit_task(task=chain["設計"], changes={"name": "別"}, actor=cast.planner)
        Task.objects.filter(pk=chain["設計"].pk).update(name="外")
        assert PlanStepRow.objects.count() == 1

    def test_keeps_the_newest(self, chain: dict[str, Any], project: Any, cast: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr("tasks.plan.steps.MOST_STEPS", 3)
        for number in range(5):
            edit_task(task=chain["設計"], changes={"name": f"設計{number}"}, actor=cast.planner)
        steps = PlanStep.objects.of(cast.planner, project).to_undo()
        assert [step.facts["after"]["name"] for step in steps] == ["設計4", "設計3", "設計2"]
        assert PlanStepRow.objects.count() == 3
        assert MOST_STEPS >= 200

    def test_keeps_no_more_rows_than_there_is_room_for(
        self, chain: dict[str, Any], project: Any, cast: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr("tasks.plan.steps.MOST_ROWS", 2)
        for number in range(5):
            edit_task(task=chain["設計"], changes={"name": f"設計{number}"}, actor=cast.planner)
        assert PlanStep.objects.count() == 3

    def test_costs_two_queries(self, chain: dict[str, Any], project: Any, cast: Any) -> None:
        def asked(actor: Any, name: str) -> int:
            with CaptureQueriesContext(connection) as captured, changing_plan(project, actor=actor) as plan:
                Task.objects.filter(pk=chain["設計"].pk).update(name=name)
                plan.record("task.edited", target=chain["設計"], after={"name": name})
            own = ("plan_step",)
            return sum(any(word in query["sql"] for word in own) for query in captured)

        assert asked(cast.planner, "別") == 2
        assert asked(System("test"), "別の") == 0


class TestColumns:
    def test_triggers_know_every_place_and_every_computed_column(self, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'keep_step_row_of_task'")
            (source,) = cursor.fetchone()
            cursor.execute(
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'keep_step_row_update'"
            )
            (condition,) = (row[0] for row in cursor.fetchall() if " ON public.tasks " in row[0])
        assert all(name in source for name in PLACE)
        assert set(PLACED) <= PLACE
        missing = [name for name in (*PLACED, *COMPUTED) if f"old.{name}" not in condition.lower()]
        assert missing == []
