"""By which rule progress is said: what is typed, chosen, computed from hours, and left alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from projects.errors import RuleBrokenError
from projects.models import Project
from projects.permissions import System
from tasks.models import Task, TaskProgress
from tasks.plan.actions.progress_rules import (
    ProgressStep,
    at_most,
    percent_named,
    progress_by_work,
    read_steps,
    steps_of,
)
from tasks.progress.services import report_progress

HTMX = {"HX-Request": "true"}


def put(project: Project, rule: str, steps: str = "") -> None:
    Project.objects.filter(pk=project.pk).update(progress_rule=rule, progress_steps=steps)
    project.progress_rule, project.progress_steps = rule, steps


def fresh(task: Task) -> Task:
    return Task.objects.select_related("project").get(pk=task.pk)


class TestSteps:
    def test_are_read_a_line_each_in_any_width(self):
        assert read_steps("着手 １０\n\n 製造：60%\nレビュー　100 ") == [
            ProgressStep(10, "着手"), ProgressStep(60, "製造"), ProgressStep(100, "レビュー")
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "text",
        [
            "", "着手", "着手 10\n製造 60", "製造 60\n着手 10\n完了 100", "着手 10\n製造 10\n完了 100", "着手 0\n完了 100",
            "完了 101", "あ" * 41 + " 100", "\n".join(f"段階{place} {place * 9}" for place in range(1, 11)) + "\n完了 100",
        ],
    )  # fmt: skip
    def test_that_are_unsound_are_refused_with_an_example(self, text):
        with pytest.raises(RuleBrokenError, match="製造 60") as refused:
            read_steps(text)
        assert refused.value.field == "progress_steps"

    def test_of_each_rule(self):
        percents = {
            rule: [step.percent for step in steps_of(Project(progress_rule=rule)) or ()]
            for rule in ("hand", "work", "zero_hundred", "fifty_fifty", "steps")
        }
        assert percents == {
            "hand": [], "work": [0, 100], "zero_hundred": [0, 100], "fifty_fifty": [0, 50, 100],
            "steps": [0, 10, 60, 100],
        }  # fmt: skip

    def test_are_named_and_never_say_too_much(self):
        project = Project(progress_rule="steps", progress_steps="Design 40\n完了 100")
        assert percent_named(project, " ｄｅｓｉｇｎ") == 40
        assert percent_named(project, "製造") is None
        assert [at_most(project, share) for share in (0, 39, 40, 99, 100)] == [0, 0, 40, 40, 100]
        assert at_most(Project(), 37) == 37


class TestReports:
    @pytest.mark.parametrize(
        ("rule", "allowed", "refused"),
        [
            ("zero_hundred", (100, 0), (1, 50, 99)),
            ("fifty_fifty", (50, 100, 0), (10, 51)),
            ("steps", (10, 60, 100, 0), (50,)),
            ("work", (100, 0), (50,)),
            ("hand", (37, 1, 100, 0), ()),
        ],
    )
    def test_say_what_the_rule_knows(self, project, cast, chain, rule, allowed, refused):
        put(project, rule)
        for percentage in allowed:
            report_progress(task=fresh(chain["設計"]), percentage=percentage, actor=cast.leader)
            assert fresh(chain["設計"]).progress_percentage == percentage
        for percentage in refused:
            with pytest.raises(RuleBrokenError) as error:
                report_progress(task=fresh(chain["設計"]), percentage=percentage, actor=cast.leader)
            assert error.value.field == "progress"
        assert fresh(chain["設計"]).progress_percentage == 0

    def test_leave_what_was_said_before_the_rule_and_add_hours_to_it(self, project, cast, chain):
        report_progress(task=fresh(chain["設計"]), percentage=37, actor=cast.leader)
        put(project, "fifty_fifty")
        report_progress(task=fresh(chain["設計"]), percentage=37, added_work_minutes=60, actor=cast.leader)
        task = fresh(chain["設計"])
        assert (task.progress_percentage, task.actual_work_minutes) == (37, 60)

    def test_of_files_and_jobs_are_kept_as_they_are(self, project, chain):
        put(project, "zero_hundred")
        report_progress(task=fresh(chain["設計"]), percentage=37, actor=System("import"))
        assert fresh(chain["設計"]).progress_percentage == 37

    def test_are_kept_with_their_history(self, project, cast, chain):
        put(project, "steps")
        for percentage in (10, 60):
            report_progress(task=fresh(chain["設計"]), percentage=percentage, actor=cast.leader)
        rows = TaskProgress.objects.filter(task=chain["設計"]).order_by("recorded_at")
        assert list(rows.values_list("progress_percentage", flat=True)) == [10, 60]


class TestFaces:
    def test_a_cell_takes_the_name_of_a_step(self, leader_client, project, chain):
        put(project, "steps")
        address = reverse("tasks:task_cell", args=[chain["設計"].pk])
        answer = leader_client.post(address, {"column": "progress", "text": "製造"}, headers=HTMX)
        assert answer.status_code == 200
        assert fresh(chain["設計"]).progress_percentage == 60
        answer = leader_client.post(address, {"column": "progress", "text": "61"}, headers=HTMX)
        assert answer.status_code == 422
        assert "10% 着手、60% 製造、100% レビュー" in answer.content.decode()

    def test_a_form_offers_the_steps(self, leader_client, project, chain):
        put(project, "steps")
        page = leader_client.get(reverse("tasks:task_detail", args=[chain["設計"].pk])).content.decode()
        assert '<option value="60">60% 製造</option>' in page
        put(project, "hand")
        page = leader_client.get(reverse("tasks:task_detail", args=[chain["設計"].pk])).content.decode()
        assert "60% 製造" not in page

    def test_the_form_refuses_another_percentage(self, leader_client, project, chain):
        put(project, "fifty_fifty")
        address = reverse("tasks:progress_report", args=[chain["設計"].pk])
        assert leader_client.post(address, {"progress": "40"}).status_code == 422
        assert leader_client.post(address, {"progress": "50"}).status_code == 302
        assert fresh(chain["設計"]).progress_percentage == 50


class TestHours:
    @pytest.mark.parametrize(
        ("done", "percentage", "planned", "added", "now"),
        [
            (0, 0, 2_400, 600, 25),  # of what was planned
            (600, 25, 2_400, 600, 50),
            (600, 50, 2_400, 300, 75),  # that only as much again is left was said
            (2_400, 99, 2_400, 2_400, 99),  # never done by hours alone
            (600, 25, 2_400, -600, 0),
            (0, 0, 0, 60, 99),
            (0, 0, 48_000, 15, 1),
        ],
    )
    def test_say_how_far_a_task_is(self, done, percentage, planned, added, now):
        assert progress_by_work(done, percentage, planned, added) == now

    @given(st.integers(0, 10**6), st.integers(0, 99), st.integers(0, 10**6), st.integers(-(10**6), 10**6))
    def test_stay_below_done(self, done, percentage, planned, added):
        assert 0 <= progress_by_work(done, percentage, planned, added) <= 99

    def test_of_a_sheet_move_the_task_by_the_rule_alone(self, project, hours_of):
        hours_of.enter(480)
        assert fresh(hours_of.task).progress_percentage == 0
        put(project, "work")
        hours_of.enter(720)
        task = fresh(hours_of.task)
        # Twelve hours of the forty that were planned.
        assert (task.actual_work_minutes, task.progress_percentage) == (720, 30)
        hours_of.enter(0)
        assert fresh(hours_of.task).progress_percentage == 0


@pytest.fixture
def hours_of(project: Project, chain: dict[str, Any], cast: Any) -> Any:
    """A contributor on 設計 with their week: `enter(minutes)` on its Monday."""
    from datetime import date
    from types import SimpleNamespace

    from resources.models import Resource
    from tasks.models import Assignment
    from tasks.timesheets.entering import RowKey, Typed, enter_hours
    from tasks.timesheets.weeks import Week

    monday = date(2026, 4, 6)
    own = {"organization": project.organization}
    person = Resource.objects.create(**own, name="茜部 陽斗", user=cast.contributor)
    Assignment.objects.create(**own, project=project, task=chain["設計"], resource=person)
    Task.objects.filter(pk=chain["設計"].pk).update(work_minutes=2_400)

    def enter(minutes: int) -> None:
        cell = Typed(RowKey(True, chain["設計"].pk), monday, minutes)
        enter_hours(
            resource=person, week=Week(monday), typed=[cell], actor=cast.contributor, today=date(2026, 4, 10)
        )

    return SimpleNamespace(task=chain["設計"], enter=enter)
