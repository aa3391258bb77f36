"""Milestones: promised, expected, reached; and changing that through the unit of work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Project
from projects.worktime.moments import minute_of
from tasks.editing.fields import edit_task
from tasks.milestones.selectors import milestones_of
from tasks.models import Constraint, Task
from tests.pages import compact

HTMX = {"HX-Request": "true", "HX-Target": "milestones"}
#: The plan's milestone lies on 2026-04-29, after 18 working days (the 29th is a holiday, so on the 28th).
TODAY = date(2026, 4, 15)
WEDNESDAY = "2026-04-15 12:00:00+09:00"


@pytest.fixture(autouse=True)
def _on_a_wednesday():
    """The plan has begun and its milestone is ahead."""
    with time_machine.travel(WEDNESDAY, tick=False):
        yield


@pytest.fixture
def url(project: Project) -> str:
    """The page."""
    return reverse("tasks:milestone_list", args=[project.pk])


@pytest.fixture
def done(chain: dict[str, Task]) -> Task:
    """The milestone at the end of the chain."""
    return chain["完了"]


@pytest.fixture
def below(project: Project) -> Task:
    """A milestone of a sub-project that only the admin sees."""
    child = Project.objects.create(
        organization=project.organization, code="SUB", name="下位", start_date=project.start_date,
        end_date=project.end_date, start_minute=project.start_minute, calendar=project.calendar, parent=project,
    )  # fmt: skip
    return Task.objects.create(
        organization=project.organization, project=child, name="下位の節目", row_number=1, is_milestone=True,
        start_minute=project.start_minute, finish_minute=project.start_minute,
    )  # fmt: skip


def fresh(task: Task) -> Task:
    """The task as it is stored now."""
    return Task.objects.select_related("project").get(pk=task.pk)


def put(task: Task, **fields: Any) -> None:
    Task.objects.filter(pk=task.pk).update(**fields)


def only(project: Project, user: Any, today: date = TODAY) -> Any:
    (milestone,) = milestones_of(project, user, today=today)
    return milestone


class TestMilestonesOf:
    def test_expects_what_the_plan_says(self, project, cast, done):
        milestone = only(project, cast.viewer)
        assert (milestone.name, milestone.state, milestone.days) == ("完了", "ahead", 0)
        assert (milestone.forecast_on, milestone.target_on, milestone.achieved_on) == (
            done.end_date,
            None,
            None,
        )

    @pytest.mark.parametrize(
        ("fields", "kind"),
        [
            ({"deadline_minute": minute_of(date(2026, 4, 20), 1080)}, "deadline"),
            (
                {
                    "constraint_type": Constraint.FNLT,
                    "constraint_minute": minute_of(date(2026, 4, 20), 1080),
                },
                "constraint",
            ),
            ({"recorded_finish_minute": minute_of(date(2026, 4, 20), 1080)}, "file"),
            ({"deadline_minute": minute_of(date(2026, 4, 21))}, "deadline"),
            # At midnight a start is on the day that begins, and a finish on the one that ends.
            ({"constraint_type": "SNLT", "constraint_minute": minute_of(date(2026, 4, 20))}, "constraint"),
            ({"constraint_type": "MSO", "constraint_minute": minute_of(date(2026, 4, 20))}, "constraint"),
            ({"constraint_type": "MFO", "constraint_minute": minute_of(date(2026, 4, 21))}, "constraint"),
        ],
    )
    def test_measures_against_what_was_promised(self, project, cast, done, fields, kind):
        put(done, **fields)
        milestone = only(project, cast.viewer)
        assert (milestone.target_on, milestone.target_kind, milestone.state) == (
            date(2026, 4, 20),
            kind,
            "risk",
        )
        assert milestone.days == (done.end_date - date(2026, 4, 20)).days

    def test_prefers_the_deadline(self, project, cast, done):
        put(
            done,
            deadline_minute=minute_of(date(2026, 5, 1)),
            recorded_finish_minute=minute_of(date(2026, 4, 1)),
        )
        assert only(project, cast.viewer).target_kind == "deadline"

    def test_is_late_when_its_day_has_passed(self, project, cast, done):
        milestone = only(project, cast.viewer, done.end_date + timedelta(days=3))
        assert (milestone.state, milestone.days) == ("late", 3)

    def test_says_how_late_it_was_reached(self, project, cast, done):
        put(
            done, progress_percentage=100, actual_finish_minute=minute_of(date(2026, 4, 22), 1080),
            deadline_minute=minute_of(date(2026, 4, 20), 1080),
        )  # fmt: skip
        milestone = only(project, cast.viewer)
        assert (milestone.state, milestone.days, milestone.achieved_on) == ("achieved", 2, date(2026, 4, 22))

    def test_includes_sub_projects_that_one_sees(self, project, cast, chain, below):
        assert len(milestones_of(project, cast.admin, today=TODAY)) == 2
        assert len(milestones_of(project, cast.leader, today=TODAY)) == 1


class TestMilestoneList:
    def test_shows_line_and_table(self, viewer_client: Client, url: str, done: Task) -> None:
        put(done, deliverable="報告書 <b>", deadline_minute=minute_of(date(2026, 4, 20), 1080))
        html = compact(viewer_client.get(url))
        assert "報告書 &lt;b&gt;" in html
        assert "2026/04/20<small" in html
        assert "日超える見込み" in html
        assert "<svg" in html
        assert 'aria-current="page">マイルストーン</a>' in html

    def test_filters(self, viewer_client: Client, url: str, done: Task) -> None:
        assert "完了</a>" in compact(viewer_client.get(url + "?show=ahead"))
        assert "条件に合うマイルストーンがありません" in compact(viewer_client.get(url + "?show=late"))
        assert "完了</a>" in compact(viewer_client.get(url + "?show=nonsense"))

    def test_says_what_will_be_here(self, viewer_client: Client, url: str) -> None:
        assert "マイルストーンはまだありません" in compact(viewer_client.get(url))

    def test_is_hidden_from_strangers(self, stranger_client: Client, url: str) -> None:
        assert stranger_client.get(url).status_code == 404

    def test_rejects_post(self, planner_client: Client, url: str) -> None:
        assert planner_client.post(url).status_code == 405

    def test_offers_a_viewer_nothing_to_change(self, viewer_client: Client, url: str, done: Task) -> None:
        html = compact(viewer_client.get(f"{url}?edit={done.pk}"))
        assert "達成した" not in html
        assert "milestone-form" not in html

    def test_offers_a_contributor_their_own(
        self, contributor_client: Client, url: str, done: Task, work_on: Callable[..., Any]
    ) -> None:
        assert "達成した" not in compact(contributor_client.get(url))
        work_on(done)
        assert "達成した" in compact(contributor_client.get(url))

    def test_answers_an_unchanged_page_with_304(self, viewer_client: Client, url: str, done: Task) -> None:
        viewer_client.get(url)  # sets the cookie that is part of what a page hangs on
        etag = viewer_client.get(url)["ETag"]
        assert viewer_client.get(url, headers={"If-None-Match": etag}).status_code == 304

    def test_is_made_anew_when_a_sub_project_has_changed(
        self, admin_client: Client, url: str, below: Task, cast: Any
    ) -> None:
        admin_client.get(url)
        etag = admin_client.get(url)["ETag"]
        edit_task(task=below, changes={"deliverable": "下位の成果物"}, actor=cast.admin)
        answer = admin_client.get(url, headers={"If-None-Match": etag})
        assert "下位の成果物" in compact(answer)

    def test_opens_a_form_in_the_row(self, planner_client: Client, url: str, done: Task, chain: Any) -> None:
        assert 'class="milestone-form"' in compact(planner_client.get(f"{url}?edit={done.pk}"))
        for pk in (chain["設計"].pk, 0, "x", 10**30):
            assert planner_client.get(f"{url}?edit={pk}").status_code == 404

    def test_costs_the_same_for_300(
        self, planner_client: Client, url: str, plan: Any, queries_of: Callable[..., int]
    ) -> None:
        plan(("一", 1, 0))
        few = queries_of(planner_client, url)
        Task.objects.all().delete()
        plan(*((f"節目{number}", 1, 0) for number in range(300)))
        assert queries_of(planner_client, url) == few
        html = compact(planner_client.get(url))
        assert html.count('id="milestone-') == 50


class TestMilestoneEdit:
    def url(self, task: Task) -> str:
        return reverse("tasks:milestone_edit", args=[task.pk])

    def form(self, task: Task, **typed: Any) -> dict[str, Any]:
        return {"deliverable": "", "approver": "", "deadline_on": "", "achieved_on": ""} | {
            "revision": fresh(task).project.revision, **typed,
        }  # fmt: skip

    def test_sets_what_was_promised(self, planner_client: Client, url: str, done: Task, cast: Any) -> None:
        typed = self.form(done, deliverable="報告書", approver=cast.leader.pk, deadline_on="2026/04/20")
        assert planner_client.post(self.url(done), typed)["Location"] == url
        task = fresh(done)
        assert (task.deliverable, task.approver) == ("報告書", cast.leader)
        assert task.deadline_minute == minute_of(date(2026, 4, 20), 1080)
        assert task.progress_percentage == 0
        entry = AuditEntry.objects.filter(project=done.project_id).latest("sequence")
        assert (entry.action, entry.after["deliverable"]) == ("task.edited", "報告書")

    def test_says_when_it_was_reached_and_takes_it_back(self, planner_client: Client, done: Task) -> None:
        planner_client.post(self.url(done), self.form(done, achieved_on="2026/04/14"))
        task = fresh(done)
        assert (task.progress_percentage, task.actual_finish_minute) == (
            100,
            minute_of(date(2026, 4, 14), 1080),
        )
        assert (task.end_date, task.actual_start_minute) == (date(2026, 4, 14), task.actual_finish_minute)
        planner_client.post(self.url(done), self.form(done))
        assert (fresh(done).progress_percentage, fresh(done).actual_finish_minute) == (0, None)

    def test_changes_nothing_when_nothing_was_changed(self, planner_client: Client, done: Task) -> None:
        before = fresh(done).project.revision
        planner_client.post(self.url(done), self.form(done))
        assert fresh(done).project.revision == before

    def test_answers_htmx_with_the_list(self, planner_client: Client, done: Task) -> None:
        html = compact(
            planner_client.post(self.url(done), self.form(done, deliverable="報告書"), headers=HTMX)
        )
        assert html.strip().startswith('<div class="fill column" id="milestones">')
        assert "「完了」を保存しました。" in html

    def test_shows_both_versions_of_a_stale_form(self, planner_client: Client, done: Task) -> None:
        stale = self.form(done, deliverable="私の版")
        planner_client.post(self.url(done), self.form(done, deliverable="先の版"))
        answer = planner_client.post(self.url(done), stale)
        assert answer.status_code == 409
        html = compact(answer)
        assert "いまは「先の版」、あなたの入力は「私の版」" in html
        assert fresh(done).deliverable == "先の版"
        again = stale | {"revision": fresh(done).project.revision}
        assert f'value="{again["revision"]}"' in html
        assert planner_client.post(self.url(done), again).status_code == 302
        assert fresh(done).deliverable == "私の版"

    @pytest.mark.parametrize(
        "typed",
        [
            {"deadline_on": "いつか"}, {"deadline_on": "2099/01/01x"}, {"achieved_on": "2026/04/16"},
            {"approver": "999999"}, {"revision": "-1"}, {"deliverable": "長" * 201}, {"deadline_on": "2150/01/01"},
        ],
    )  # fmt: skip
    def test_refuses_nonsense(self, planner_client: Client, done: Task, typed: dict[str, str]) -> None:
        before = fresh(done).project.revision
        answer = planner_client.post(self.url(done), self.form(done) | typed)
        assert answer.status_code == 422
        assert 'class="milestone-form"' in compact(answer)
        assert fresh(done).project.revision == before

    def test_refuses_a_task_that_is_none(self, planner_client: Client, chain: dict[str, Task]) -> None:
        answer = planner_client.post(
            self.url(chain["設計"]), self.form(chain["設計"], achieved_on="2026/04/14")
        )
        assert answer.status_code == 422

    def test_is_hidden_from_strangers(self, stranger_client: Client, done: Task) -> None:
        assert stranger_client.post(self.url(done), self.form(done)).status_code == 404

    def test_needs_a_planner(self, viewer_client: Client, contributor_client: Client, done: Task) -> None:
        assert viewer_client.post(self.url(done), self.form(done)).status_code == 403
        assert contributor_client.post(self.url(done), self.form(done)).status_code == 403

    def test_rejects_get(self, planner_client: Client, done: Task) -> None:
        assert planner_client.get(self.url(done)).status_code == 405


class TestMilestoneAchieve:
    def url(self, task: Task) -> str:
        return reverse("tasks:milestone_achieve", args=[task.pk])

    def test_reaches_it_today(self, planner_client: Client, url: str, done: Task) -> None:
        assert planner_client.post(self.url(done) + "?show=ahead&edit=5")["Location"] == url + "?show=ahead"
        assert (fresh(done).progress_percentage, fresh(done).end_date) == (100, TODAY)
        assert AuditEntry.objects.filter(action="progress.reported", target_id=done.pk).count() == 1

    def test_lets_what_follows_start_from_there(self, planner_client: Client, plan: Any) -> None:
        tasks = plan(("準備", 1, 10), ("開始の承認", 1, 0, "1"), ("本作業", 1, 5, "2"))
        planner_client.post(self.url(tasks["開始の承認"]))
        assert fresh(tasks["本作業"]).start_date == TODAY + timedelta(days=1)

    def test_offers_the_way_back(self, planner_client: Client, done: Task) -> None:
        html = compact(planner_client.post(self.url(done), headers=HTMX))
        back = reverse("tasks:milestone_reopen", args=[done.pk])
        assert f'action="{back}"' in html
        planner_client.post(back)
        assert fresh(done).progress_percentage == 0

    def test_says_nothing_twice(self, planner_client: Client, done: Task) -> None:
        planner_client.post(self.url(done))
        planner_client.post(self.url(done))
        assert AuditEntry.objects.filter(action="progress.reported").count() == 1

    def test_is_for_those_who_are_assigned_too(
        self, contributor_client: Client, done: Task, work_on: Callable[..., Any]
    ) -> None:
        assert contributor_client.post(self.url(done)).status_code == 403
        work_on(done)
        assert contributor_client.post(self.url(done)).status_code == 302

    @pytest.mark.parametrize("name", ["milestone_achieve", "milestone_reopen"])
    def test_is_closed_to_others(
        self, stranger_client: Client, viewer_client: Client, planner_client: Client, chain: Any, name: str
    ) -> None:
        address = reverse(f"tasks:{name}", args=[chain["完了"].pk])
        assert stranger_client.post(address).status_code == 404
        assert viewer_client.post(address).status_code == 403
        assert planner_client.get(address).status_code == 405
        assert planner_client.post(reverse(f"tasks:{name}", args=[chain["設計"].pk])).status_code == 422
