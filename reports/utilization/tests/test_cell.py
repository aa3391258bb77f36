"""What is behind a cell, what can be done about it, and doing it from the page."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import AuditEntry, Project
from projects.permissions import System
from projects.worktime.moments import minute_of
from resources.models import Resource
from tasks.allocation.loads import refresh_project
from tasks.editing.fields import set_assignees
from tasks.editing.moving import move_task
from tasks.models import Assignment, ResourceLoad, Task
from tests.pages import compact

MONDAY = dt.date(2026, 4, 6)
SYSTEM = System("test")
HX = {"HX-Request": "true", "HX-Target": "drill"}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The Monday on which the plans of the tests begin."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: MONDAY)


@pytest.fixture
def asagi(organization):
    """The one who has too much to do."""
    return Resource.objects.create(
        organization=organization, name="浅葱 れん", kana="あさぎ", department="開発2課"
    )


@pytest.fixture
def give():
    """Puts people on tasks: `give(task, person, 60)`."""

    def assign(task, person, percent=100):
        set_assignees(task=task, units={person.pk: percent}, actor=SYSTEM)
        task.refresh_from_db()
        return task

    return assign


@pytest.fixture
def twice(plan, give, asagi):
    """Two tasks of three days in one week, and a long one that gives them slack."""
    tasks = plan(("設計", 1, 3), ("開発", 1, 3), ("長い仕事", 1, 20))
    give(tasks["設計"], asagi, 80)
    give(tasks["開発"], asagi, 60)
    return tasks


@pytest.fixture
def secret(project, calendar, asagi, give):
    """A task of the same person in a project of which the cast sees nothing."""
    hidden = Project.objects.create(
        organization=project.organization, code="X-9", name="極秘買収", calendar=calendar, status="active",
        start_date=MONDAY, end_date=project.end_date, start_minute=minute_of(MONDAY, 540),
    )  # fmt: skip
    task = Task.objects.create(
        organization=project.organization, project=hidden, name="秘密の調査", row_number=1, wbs_code="1",
        duration_minutes=960,
    )  # fmt: skip
    return give(task, asagi, 30)


def _url(resource, tail="", grain="w", first="2026-04-06"):
    return f"/utilization/{resource.pk}/{grain}/{first}/{tail}"


class TestUtilizationCell:
    def test_lists_the_tasks_that_add_up_to_the_cell(self, viewer_client, twice, asagi):
        response = viewer_client.get(_url(asagi))
        found = response.context["found"]
        kept = ResourceLoad.objects.get(resource=asagi, grain="w", first_on=MONDAY).planned_minutes
        assert sum(part.minutes for part in found.parts) == found.load.planned == kept == 3 * 480 * 14 // 10
        html = compact(response)
        assert "1 設計" in html
        assert f'href="/projects/{twice["設計"].project_id}/wbs/?task={twice["設計"].pk}"' in html
        assert "稼働可能 40h" in html
        assert "33.6h" in html
        assert "84%" in html

    def test_names_the_days_that_are_over(self, viewer_client, twice, asagi):
        html = compact(viewer_client.get(_url(asagi)))
        assert "4/6 140%" in html
        assert _url(asagi, grain="d") in html

    @pytest.mark.parametrize(
        ("grain", "first", "hours"), [("d", "2026-04-06", "11.2h"), ("m", "2026-04-01", "33.6h")]
    )
    def test_opens_days_and_months(self, viewer_client, twice, asagi, grain, first, hours):
        assert hours in compact(viewer_client.get(_url(asagi, grain=grain, first=first)))

    def test_never_names_projects_that_one_may_not_see(
        self, viewer_client, admin_client, twice, secret, asagi
    ):
        for tail in ("", "proposals/"):
            html = compact(viewer_client.get(_url(asagi, tail)))
            assert "極秘" not in html
            assert "秘密の" not in html
        response = viewer_client.get(_url(asagi))
        assert "ほかのプロジェクト" in compact(response)
        found = response.context["found"]
        assert found.hidden == 2 * 480 * 3 // 10
        assert found.hidden + sum(part.minutes for part in found.parts) == found.load.planned
        assert "極秘買収" in compact(admin_client.get(_url(asagi)))
        assert "極秘" not in compact(viewer_client.get("/utilization/proposals/"))

    def test_gives_a_popover_its_part_alone(self, viewer_client, twice, asagi):
        html = compact(viewer_client.get(_url(asagi), headers=HX))
        assert "<html" not in html
        assert 'id="drill-title"' in html
        assert "調整案" in html

    def test_says_that_nothing_is_planned(self, viewer_client, calendar, asagi):
        assert "この期間に予定はありません" in compact(viewer_client.get(_url(asagi)))

    def test_bounds_the_list(self, viewer_client, project, asagi, plan):
        tasks = plan(*((f"仕事{n}", 1, 1) for n in range(60)))
        for task in tasks.values():
            Assignment.objects.create(
                organization=project.organization,
                project=project,
                task=task,
                resource=asagi,
                units_percentage=1,
            )
        set_assignees(task=tasks["仕事0"], units={asagi.pk: 1}, actor=SYSTEM)
        refresh_project(project.pk)
        response = viewer_client.get(_url(asagi))
        assert "ほか10件" in compact(response)
        found = response.context["found"]
        assert sum(part.minutes for part in found.parts) + found.rest == found.load.planned

    @pytest.mark.parametrize(
        ("grain", "first"),
        [
            ("w", "2026-04-07"),
            ("m", "2026-04-02"),
            ("x", "2026-04-06"),
            ("w", "nonsense"),
            ("d", "9999-12-31"),
            ("w", "0001-01-01"),
        ],
    )
    def test_is_not_there_for_nonsense(self, viewer_client, calendar, asagi, grain, first):
        assert viewer_client.get(_url(asagi, grain=grain, first=first)).status_code == 404

    @pytest.mark.parametrize("tail", ["", "proposals/"])
    def test_is_hidden_from_strangers_and_refused_to_guests(
        self, stranger_client, client, person, calendar, asagi, tail
    ):
        assert stranger_client.get(_url(asagi, tail)).status_code == 404
        client.force_login(person("guest", "客", role="guest"), backend="projects.auth.AccountBackend")
        assert client.get(_url(asagi, tail)).status_code == 403

    def test_is_gone_where_the_feature_is_off(self, planner_client, twice, asagi, settings):
        settings.FEATURES = {**settings.FEATURES, "RESOURCE_MANAGEMENT": False}
        for tail in ("", "proposals/"):
            assert planner_client.get(_url(asagi, tail)).status_code == 404
        assert planner_client.get("/utilization/proposals/").status_code == 404
        assert planner_client.post(_url(asagi, "apply/")).status_code == 404
        assert planner_client.post("/utilization/proposals/1/undo/").status_code == 404

    def test_costs_the_same_for_two_tasks_and_for_forty(self, viewer_client, project, plan, asagi):
        def cost():
            viewer_client.get(_url(asagi))
            with CaptureQueriesContext(connection) as captured:
                viewer_client.get(_url(asagi))
            return len(captured)

        tasks = list(plan(*((f"仕事{n}", 1, 1) for n in range(42))).values())
        counts = []
        for some in (tasks[:2], tasks[2:]):
            for task in some:
                Assignment.objects.create(
                    organization=project.organization,
                    project=project,
                    task=task,
                    resource=asagi,
                    units_percentage=1,
                )
            refresh_project(project.pk)
            counts.append(cost())
        assert counts[0] == counts[1]


class TestCellProposals:
    def test_says_what_each_does(self, planner_client, twice, asagi):
        html = compact(planner_client.get(_url(asagi, "proposals/")))
        assert "開始を2026/04/06（月）から<b>2026/04/09（木）</b>に遅らせる" in html
        assert "84% →" in html
        assert "ほかのタスクは動きません" in html
        assert "適用する" in html

    def test_has_none_for_those_who_may_not_plan(self, viewer_client, twice, asagi):
        html = compact(viewer_client.get(_url(asagi, "proposals/")))
        assert "適用する" not in html
        assert "権限のない" in html

    def test_says_so_where_nothing_is_too_much_or_all_is_past(
        self, planner_client, twice, asagi, monkeypatch
    ):
        html = compact(planner_client.get(_url(asagi, "proposals/", first="2026-04-13")))
        assert "100%を超える予定はありません" in html
        monkeypatch.setattr(timezone, "localdate", lambda *_args: dt.date(2026, 4, 20))
        assert "過ぎた期間です" in compact(planner_client.get(_url(asagi, "proposals/")))

    def test_gives_a_popover_its_part_alone(self, planner_client, twice, asagi):
        html = compact(planner_client.get(_url(asagi, "proposals/"), headers=HX))
        assert "<html" not in html
        assert "適用する" in html


class TestProposalApply:
    @pytest.fixture
    def form(self, planner_client, twice, asagi):
        """What the button of the first proposal sends."""
        offer = planner_client.get(_url(asagi, "proposals/")).context["offers"][0]
        return {"task": offer.task.pk, "value": offer.value}

    def test_resolves_and_can_be_taken_back(self, planner_client, twice, asagi, form):
        before = list(Task.objects.order_by("pk").values_list("start_minute", "constraint_type"))
        referer = "http://testserver/utilization/?grain=w"
        answer = planner_client.post(_url(asagi, "apply/"), form, headers={"Referer": referer})
        assert (answer.status_code, answer["Location"]) == (302, "/utilization/?grain=w")
        html = compact(planner_client.get("/utilization/"))
        entry = AuditEntry.objects.get(action="proposal.applied")
        assert f'action="/utilization/proposals/{entry.pk}/undo/"' in html
        assert "の開始を2026/04/09（木）にしました。" in html
        assert not ResourceLoad.objects.filter(resource=asagi, grain="d", planned_minutes__gt=480).exists()
        answer = planner_client.post(f"/utilization/proposals/{entry.pk}/undo/")
        assert answer["Location"] == "/utilization/"
        assert list(Task.objects.order_by("pk").values_list("start_minute", "constraint_type")) == before

    @pytest.mark.parametrize(
        "referer", ["https://evil.example/utilization/", "http://testserver/admin/", "nonsense"]
    )
    def test_leads_nowhere_else(self, planner_client, asagi, form, referer):
        answer = planner_client.post(_url(asagi, "apply/"), form, headers={"Referer": referer})
        assert answer["Location"] == "/utilization/"

    def test_is_refused_when_it_does_not_hold_any_more(self, planner_client, cast, twice, asagi, form):
        other = twice["開発"] if form["task"] == twice["設計"].pk else twice["設計"]
        move_task(task=other, start_minute=minute_of(MONDAY + dt.timedelta(days=14), 540), actor=cast.planner)
        answer = planner_client.post(_url(asagi, "apply/"), form)
        assert answer.status_code == 409
        assert "使えなくなりました" in compact(answer)

    @pytest.mark.parametrize("task", ["", "x", "9" * 30])
    def test_refuses_nonsense(self, planner_client, asagi, form, task):
        assert planner_client.post(_url(asagi, "apply/"), {**form, "task": task}).status_code == 422

    def test_needs_a_planner(self, viewer_client, asagi, form):
        answer = viewer_client.post(_url(asagi, "apply/"), form)
        assert answer.status_code == 403
        assert not AuditEntry.objects.filter(action="proposal.applied").exists()

    def test_is_hidden_from_strangers_and_from_those_outside_the_project(
        self, stranger_client, client, cast, asagi, form
    ):
        assert stranger_client.post(_url(asagi, "apply/"), form).status_code == 404
        client.force_login(cast.outsider, backend="projects.auth.AccountBackend")
        assert client.post(_url(asagi, "apply/"), form).status_code == 404

    def test_rejects_get(self, planner_client, asagi):
        assert planner_client.get(_url(asagi, "apply/")).status_code == 405

    def test_says_it_in_the_history(self, planner_client, twice, asagi, form):
        planner_client.post(_url(asagi, "apply/"), form)
        html = compact(planner_client.get(f"/projects/{twice['設計'].project_id}/history/"))
        assert "調整案を適用しました" in html


class TestProposalUndo:
    @pytest.fixture
    def entry(self, planner_client, twice, asagi):
        """A proposal that was applied."""
        offer = planner_client.get(_url(asagi, "proposals/")).context["offers"][0]
        planner_client.post(_url(asagi, "apply/"), {"task": offer.task.pk, "value": offer.value})
        return AuditEntry.objects.get(action="proposal.applied")

    def test_is_refused_after_another_change(self, planner_client, cast, entry):
        task = Task.objects.get(pk=entry.target_id)
        move_task(task=task, start_minute=minute_of(MONDAY + dt.timedelta(days=14), 540), actor=cast.planner)
        answer = planner_client.post(f"/utilization/proposals/{entry.pk}/undo/")
        assert answer.status_code == 409
        assert "元に戻せません" in compact(answer)

    def test_needs_a_planner(self, viewer_client, stranger_client, planner_client, entry):
        url = f"/utilization/proposals/{entry.pk}/undo/"
        assert viewer_client.post(url).status_code == 403
        assert stranger_client.post(url).status_code == 404
        assert planner_client.get(url).status_code == 405

    def test_takes_back_proposals_alone(self, planner_client, entry):
        other = AuditEntry.objects.exclude(action="proposal.applied").order_by("-pk")[0]
        assert planner_client.post(f"/utilization/proposals/{other.pk}/undo/").status_code == 404


class TestProposalList:
    url = "/utilization/proposals/"

    def test_lists_cells_with_their_best_proposal(self, planner_client, twice, asagi):
        html = compact(planner_client.get(self.url))
        assert "浅葱 れん　2026/04/06（月）の週" in html
        assert html.count("適用する") == 1
        assert f'href="{_url(asagi, "proposals/")}"' in html

    def test_says_that_all_is_well(self, planner_client, calendar, asagi):
        assert "100%を超える予定はありません" in compact(planner_client.get(self.url))

    def test_is_refused_to_guests(self, client, person, calendar):
        client.force_login(person("guest", "客", role="guest"), backend="projects.auth.AccountBackend")
        assert client.get(self.url).status_code == 403

    def test_shows_strangers_nothing(self, stranger_client, twice):
        assert "浅葱" not in compact(stranger_client.get(self.url))

    def test_costs_nearly_the_same_for_one_cell_and_for_twelve(
        self, planner_client, organization, project, plan, give
    ):
        def cost():
            planner_client.get(self.url)
            with CaptureQueriesContext(connection) as captured:
                response = planner_client.get(self.url)
            return len(captured), len(response.context["lines"])

        tasks = list(plan(*((f"仕事{n}", 1, 2) for n in range(24)), ("長い仕事", 1, 20)).values())
        counts = []
        for some in (tasks[:2], tasks[2:24]):
            for first, second in zip(some[::2], some[1::2], strict=True):
                person = Resource.objects.create(organization=organization, name=f"人{first.pk}")
                give(first, person, 80)
                give(second, person, 80)
            cache.clear()
            counts.append(cost())
        assert [lines for _, lines in counts] == [1, 12]
        assert counts[0][0] == counts[1][0]
