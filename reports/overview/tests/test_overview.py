"""The overview: what it says of a plan, of its people and of its money."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from projects.changes import changing_organization
from projects.models import Project
from projects.worktime.moments import minute_of
from reports.figures.days import record_days
from reports.late.pushes import Push
from reports.models import ProjectDay
from reports.overview.selectors import glance
from resources.models import Resource, ResourceRate
from tasks.editing.fields import edit_task
from tasks.models import Assignment, AssignmentLoad, PlanImport, ResourceLoad, Task
from tasks.progress.services import report_progress
from tests.pages import compact

TODAY = dt.date(2026, 4, 20)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Monday: 設計 of the chain should have been done on 2026-04-10, 開発 should be half done."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


def text_of(client: Client, project: Project) -> str:
    """The page as it is read."""
    return re.sub(r"\s+", " ", strip_tags(compact(client.get(f"/projects/{project.pk}/"))))


@pytest.fixture
def someone(project: Any) -> Resource:
    """A person of the company calendar: 8 hours a day."""
    return Resource.objects.create(organization=project.organization, name="常磐 朝陽")


class TestProjectOverview:
    def test_says_how_many_dates_of_the_file_agree(self, leader_client: Client, project: Any) -> None:
        made = PlanImport.objects.create(
            organization=project.organization, project=project, file_name="office-move.xml", sha256="",
            state=PlanImport.State.IMPORTED, imported_at="2026-04-06T00:00Z",
            summary={"dates": {"compared": 124, "agreeing": 122, "reasons": {}}},
        )  # fmt: skip
        page = compact(leader_client.get(f"/projects/{project.pk}/"))
        assert f"/projects/{project.pk}/imports/{made.pk}/" in page
        assert "124件の日付のうち122件がファイルと同じ" in page

    def test_lists_dates_that_cannot_be_kept_with_the_way_to_their_reasons(
        self, leader_client: Client, project: Any, chain: dict[str, Task], cast: Any
    ) -> None:
        assert "守れない日付" not in text_of(leader_client, project)
        changes = {"deadline_minute": minute_of(dt.date(2026, 4, 27), 1080)}
        edit_task(task=chain["試験"], changes=changes, actor=cast.leader)
        assert "3 試験余裕 −2日：期限 04/27 に間に合いません。" in text_of(leader_client, project)
        page = compact(leader_client.get(f"/projects/{project.pk}/"))
        assert f"/tasks/{chain['試験'].pk}/why/?end=finish" in page

    def test_shows_its_description_as_it_was_meant(self, leader_client: Client, project: Any) -> None:
        Project.objects.filter(pk=project.pk).update(description="**至急** <b>です</b>")
        html = compact(leader_client.get(f"/projects/{project.pk}/"))
        assert "<strong>至急</strong>&lt;b&gt;です&lt;/b&gt;" in html

    def test_keeps_quiet_about_a_plan_that_was_made_here(self, leader_client: Client, project: Any) -> None:
        assert "取り込み元" not in compact(leader_client.get(f"/projects/{project.pk}/"))

    def test_leads_from_late_tasks_to_as_many_rows(
        self, viewer_client: Client, project: Any, chain: Any
    ) -> None:
        html = compact(viewer_client.get(f"/projects/{project.pk}/"))
        address, number = re.findall(r'href="([^"]+)" data-figure="(\d+)"', html)[0]
        assert (address, number) == (f"/late-tasks/?project={project.pk}", "2")
        assert "2件中 1–2件" in compact(viewer_client.get(address))

    def test_stays_on_the_page_where_no_one_works(
        self, viewer_client: Client, project: Any, chain: Any
    ) -> None:
        Project.objects.filter(pk=project.pk).update(status="suspended")
        assert 'href="#late" data-figure="0"' in compact(viewer_client.get(f"/projects/{project.pk}/"))

    def test_costs_the_same_with_everything_remembered(
        self, viewer_client: Client, project: Any, chain: Any
    ) -> None:
        viewer_client.get(f"/projects/{project.pk}/")
        with CaptureQueriesContext(connection) as captured:
            viewer_client.get(f"/projects/{project.pk}/")
        assert len(captured) <= 15
        assert sum("project_members" in query["sql"] for query in captured.captured_queries) <= 5


class TestFinish:
    def test_is_a_forecast_beside_the_plan_with_what_makes_the_difference(
        self, viewer_client: Client, project: Any, chain: Any
    ) -> None:
        text = text_of(viewer_client, project).replace(" ", "")
        assert "終了見込み05/19（火）計画04/30期限2027/03/31" in text
        assert "終了見込みを遅らせているタスク計画の終了より19日あと1設計終了を10営業日押す" in text
        assert 'href="#finish"' in compact(viewer_client.get(f"/projects/{project.pk}/"))

    @pytest.mark.parametrize("status", ["planning", "suspended", "completed"])
    def test_is_that_of_the_plan_while_no_one_works(
        self, viewer_client: Client, project: Any, chain: Any, status: str
    ) -> None:
        Project.objects.filter(pk=project.pk).update(status=status, end_date="2026-04-20")
        text = text_of(viewer_client, project).replace(" ", "")
        assert "終了見込み" not in text
        assert "計画の終了04/30" in text
        assert "日遅れ" not in text

    def test_says_by_how_much_the_project_is_late_on_every_page_of_it(
        self, viewer_client: Client, project: Any, chain: Any
    ) -> None:
        Project.objects.filter(pk=project.pk).update(end_date="2026-05-15")
        for page in ("", "history/", "milestones/", "members/", "wbs/"):
            assert "4日遅れ" in compact(viewer_client.get(f"/projects/{project.pk}/{page}")), page

    def test_is_not_that_of_a_task(self, viewer_client: Client, project: Any, chain: Any) -> None:
        page = compact(viewer_client.get(f"/tasks/{chain['設計'].pk}/"))
        head, _, rest = page.partition('<header class="page-header">')[2].partition("</header>")
        assert project.name in head
        assert "日遅れ" not in head
        assert "10日遅れ" in rest


class TestLateTasks:
    def test_say_what_they_push(self, project: Any, chain: Any) -> None:
        design, development = glance(project).late
        assert design.label == "1 設計"
        assert design.push == Push(followers=3, first="2", slack_days=0, end_days=design.days)
        assert development.push.followers == 2

    def test_say_what_slack_takes_up(self, viewer_client: Client, project: Any, plan: Any) -> None:
        plan(("設計", 1, 5), ("開発", 1, 40), ("試験", 1, 3, "1"))
        late = {line.label: line.push for line in glance(Project.objects.get(pk=project.pk)).late}
        assert late["1 設計"].end_days == 0
        assert late["1 設計"].slack_days == 32
        assert late["2 開発"].followers == 0
        text = text_of(viewer_client, project)
        assert "3（余裕 32日）" in text
        assert "終了を 10営業日押す" in text

    def test_count_children_of_a_summary_that_waits(self, project: Any, plan: Any) -> None:
        plan(("設計", 1, 5), ("工程", 1, 0, "1"), ("開発", 2, 5), ("試験", 2, 5))
        assert glance(Project.objects.get(pk=project.pk)).late[0].push.followers == 2

    def test_escape_what_people_typed(self, viewer_client: Client, project: Any, chain: Any) -> None:
        Task.objects.filter(pk=chain["設計"].pk).update(name="<script>alert(1)</script>")
        Task.objects.filter(pk=chain["完了"].pk).update(name="<script>alert(2)</script>")
        assert "<script>alert" not in compact(viewer_client.get(f"/projects/{project.pk}/"))


class TestLoads:
    @pytest.fixture
    def loaded(self, project: Any, chain: Any, someone: Resource) -> Resource:
        """40 hours of this plan in the coming week, and as many of others."""
        days = [20563 + number for number in range(5)]  # 2026-04-20 to 2026-04-24
        AssignmentLoad.objects.all().delete()
        ResourceLoad.objects.all().delete()
        AssignmentLoad.objects.create(
            organization=project.organization, project=project, resource=someone, task_id=chain["開発"].pk,
            assignment_id=1, days=[20560, *days, 20600], minutes=[999, *[480] * 5, 999],
        )  # fmt: skip
        ResourceLoad.objects.bulk_create(
            ResourceLoad(
                organization=project.organization, resource=someone, grain="d",
                first_on=TODAY + dt.timedelta(days=number), planned_minutes=960 + number * 2400,
            )
            for number in range(5)
        )  # fmt: skip
        return someone

    def test_are_hours_and_a_part_of_the_time_there_is(
        self, viewer_client: Client, project: Any, loaded: Resource
    ) -> None:
        load = glance(project).loads[0]
        assert (load.name, load.minutes) == ("常磐 朝陽", 2400)
        assert load.percentage == 31  # of 16 days: four holidays are among the four weeks
        assert load.whole == 375
        text = text_of(viewer_client, project)
        assert "常磐 朝陽 40h" in text
        assert "全体 375%31%" in text

    def test_keep_other_plans_from_guests(
        self, viewer_client: Client, cast: Any, project: Any, loaded: Resource
    ) -> None:
        cast.viewer.memberships.update(role="guest")
        text = text_of(viewer_client, project)
        assert "常磐 朝陽 40h" in text
        assert "375%" not in text

    def test_vanish_where_their_feature_is_off(
        self, viewer_client: Client, project: Any, loaded: Resource, settings: Any
    ) -> None:
        settings.FEATURES = settings.FEATURES | {"RESOURCE_MANAGEMENT": False}
        assert "4週間の負荷" not in text_of(viewer_client, project)


class TestBurndown:
    def test_ends_with_what_is_left_today(
        self, viewer_client: Client, project: Any, chain: Any, cast: Any
    ) -> None:
        report_progress(
            task=chain["設計"], percentage=100, actor=cast.leader, recorded_on=dt.date(2026, 4, 10)
        )
        text = text_of(viewer_client, project)
        assert "残り 13人日" in text

    def test_is_drawn_from_the_days_once_there_are_some(
        self, viewer_client: Client, project: Any, chain: Any
    ) -> None:
        for day in (16, 17):
            record_days(project.organization_id, now=timezone.make_aware(dt.datetime(2026, 4, day, 23)))
        ProjectDay.objects.filter(day="2026-04-16").update(remaining_minutes=480 * 17)
        assert "2026/04/1617人日" in text_of(viewer_client, project)

    def test_is_left_out_without_work(self, viewer_client: Client, project: Any) -> None:
        assert "バーンダウン" not in text_of(viewer_client, project)


class TestBudget:
    @pytest.fixture
    def priced(self, project: Any, chain: Any, someone: Resource) -> None:
        """設計 costs 200,000 and is half done, 開発 400,000 and not begun."""
        ResourceRate.objects.create(
            organization=project.organization, resource=someone, valid_from="2026-01-01", cost_per_hour=5000
        )
        for name in ("設計", "開発"):
            Assignment.objects.create(
                organization=project.organization, project=project, task=chain[name], resource=someone
            )
        Task.objects.filter(pk=chain["設計"].pk).update(progress_percentage=50)
        Project.objects.filter(pk=project.pk).update(budget=500_000)

    def test_shows_what_is_used_and_what_is_left(
        self, admin_client: Client, project: Any, priced: None
    ) -> None:
        text = text_of(admin_client, project)
        assert "¥100,000 ／ ¥500,000" in text
        assert "予算消化20%" in text
        assert "残る予算−¥100,000 超過見込み" in text

    def test_is_hidden_from_those_who_may_not_see_it(
        self, viewer_client: Client, leader_client: Client, project: Any, priced: None
    ) -> None:
        for client in (viewer_client, leader_client):
            html = compact(client.get(f"/projects/{project.pk}/"))
            assert "¥" not in html
            assert "予算" not in html

    def test_follows_a_new_price(
        self,
        admin_client: Client,
        project: Any,
        priced: None,
        someone: Resource,
        cast: Any,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        text_of(admin_client, project)
        with (
            django_capture_on_commit_callbacks(execute=True),
            changing_organization(project.organization, actor=cast.admin) as record,
        ):
            someone.rates.update(cost_per_hour=10_000)
            record("rate.edited", target=someone)
        assert "¥200,000 ／ ¥500,000" in text_of(admin_client, project)


class TestConditionalOverview:
    def test_is_not_sent_again_until_something_changed(
        self, leader_client: Client, chain: Any, project: Any, cast: Any
    ) -> None:
        url = f"/projects/{project.pk}/"
        leader_client.get(url)  # brings the CSRF cookie, which is a part of the page's name
        etag = leader_client.get(url)["ETag"]
        assert leader_client.get(url, headers={"If-None-Match": etag}).status_code == 304
        edit_task(task=chain["設計"], changes={"name": "外部設計"}, actor=cast.planner)
        assert leader_client.get(url, headers={"If-None-Match": etag}).status_code == 200
