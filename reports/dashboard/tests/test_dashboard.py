"""The dashboard: whose figures, what they count, and that each leads to its rows."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from projects.members.services import change_member
from projects.models import Project, ProjectMember
from projects.permissions import System
from reports.figures.days import record_days
from resources.models import Resource, ResourceRate
from tasks.issues.services import add_issue
from tasks.models import Assignment, ResourceLoad, Task
from tests.pages import compact

URL = "/dashboard/"
TODAY = dt.date(2026, 4, 20)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Monday: 設計 of the chain is over for ten days, 開発 should be half done."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


@pytest.fixture
def many(project: Any, chain: Any) -> Any:
    """More projects, each with a task of another lateness, in every state."""

    def make(count: int, first: int = 0) -> list[Project]:
        statuses = ("active", "active", "planning", "suspended", "completed")
        made = Project.objects.bulk_create(
            Project(
                organization=project.organization, code=f"N-{number}", name=f"計画{number}", calendar=project.calendar,
                start_date=project.start_date, end_date=TODAY + dt.timedelta(days=number % 7 - 2),
                start_minute=project.start_minute, status=statuses[number % 5], budget=1_000_000, task_count=1,
                planned_finish_minute=project.start_minute + 1440 * (14 + number % 5),
                progress_weight=number % 9 * 60_000,
            )
            for number in range(first, first + count)
        )  # fmt: skip
        Task.objects.bulk_create(
            Task(
                organization=project.organization, project=each, name=f"作業{number}", row_number=1, wbs_code="1",
                start_minute=project.start_minute, finish_minute=project.start_minute + 1440 * (2 + number % 14),
                is_critical=bool(number % 3), progress_percentage=number % 4 * 33,
            )
            for number, each in enumerate(made, first)
        )  # fmt: skip
        return made

    return make


def figures_of(html: str) -> list[tuple[str, int]]:
    """Address and number of every figure that counts rows."""
    found = re.findall(r'href="([^"]+)" data-figure="(\d+)"', html)
    return [(address.replace("&amp;", "&"), int(number)) for address, number in found]


def total_of(client: Client, address: str) -> int:
    """How many rows the list behind an address has, over all of its pages."""
    text = strip_tags(compact(client.get(address)))
    return int(re.findall(r"([\d,]+)件(?:中|\s*$)", text.strip(), re.MULTILINE)[-1].replace(",", ""))


class TestDashboard:
    @pytest.mark.parametrize("who", ["admin_client", "leader_client"])
    def test_leads_from_every_figure_to_its_rows(
        self, request: Any, who: str, many: Any, cast: Any, project: Any
    ) -> None:
        made = many(60)
        ProjectMember.objects.bulk_create(
            ProjectMember(organization=project.organization, project=each, user=cast.leader, role="viewer")
            for each in made[::3]
        )
        client = request.getfixturevalue(who)
        figures = figures_of(compact(client.get(URL)))
        assert len(figures) > 8
        assert sum(number for _address, number in figures) > 40
        for address, number in figures:
            assert total_of(client, address) == number, address

    def test_parts_active_projects_by_health_and_by_risk(self, admin_client: Client, many: Any) -> None:
        many(60)
        html = compact(admin_client.get(URL))
        figures = dict(figures_of(html))
        active = figures["/projects/?view=active"]
        assert sum(number for address, number in figures.items() if "health=" in address) == active
        assert sum(number for address, number in figures.items() if "risk=" in address) == active

    def test_lists_the_worst_first(self, admin_client: Client, many: Any) -> None:
        many(10)
        html = compact(admin_client.get(URL))
        days = [int(number) for number in re.findall(r'is-late">(\d+)日<', html)]
        assert days == sorted(days, reverse=True)
        assert len(days) == 6

    def test_says_how_old_everything_is(self, admin_client: Client, chain: Any) -> None:
        html = compact(admin_client.get(URL))
        assert re.search(r'<time class="page-header__code" datetime="\d{4}-[^"]+">[^<]+時点</time>', html)

    def test_is_empty_for_strangers(self, stranger_client: Client, many: Any) -> None:
        many(5)
        html = compact(stranger_client.get(URL))
        assert "まだプロジェクトがありません" in html
        assert "計画" not in strip_tags(html).replace("プロジェクト管理", "")

    def test_shows_members_their_projects_alone(
        self, viewer_client: Client, client: Client, cast: Any, many: Any
    ) -> None:
        many(10)
        html = compact(viewer_client.get(URL))
        assert dict(figures_of(html))["/projects/?view=active"] == 1
        assert "計画1" not in html
        client.force_login(cast.outsider, backend="projects.auth.AccountBackend")
        assert "まだプロジェクトがありません" in compact(client.get(URL))

    @pytest.mark.parametrize("status", ["planning", "active", "completed"])
    def test_holds_with_a_plan_that_has_no_tasks(
        self, admin_client: Client, project: Any, status: str
    ) -> None:
        Project.objects.filter(pk=project.pk).update(status=status)
        html = compact(admin_client.get(URL))
        assert dict(figures_of(html))["/projects/?view=active"] == int(status == "active")
        assert "遅れているタスクはありません" in html

    def test_shows_all_milestones_when_asked(self, admin_client: Client, plan: Any) -> None:
        plan(*((f"検収{number}", 1, 0) for number in range(1, 10)))
        Task.objects.update(is_milestone=True, finish_minute=1440 * 20570 + 600)
        html = compact(admin_client.get(URL))
        assert html.count("</span></li>") == 6
        assert 'href="?milestones=all#milestones"' in html
        assert compact(admin_client.get(f"{URL}?milestones=all")).count("</span></li>") == 9

    def test_forgets_deleted_projects(self, admin_client: Client, project: Any, chain: Any) -> None:
        project.delete_softly(at=timezone.now())
        assert "まだプロジェクトがありません" in compact(admin_client.get(URL))

    def test_changes_nothing(self, admin_client: Client) -> None:
        assert admin_client.post(URL).status_code == 405

    def test_needs_a_sign_in(self, client: Client, db: None) -> None:
        assert client.get(URL)["Location"].startswith("/sign-in/")

    def test_escapes_what_people_typed(self, admin_client: Client, project: Any, chain: Any) -> None:
        Task.objects.filter(pk=chain["設計"].pk).update(name="<script>alert(1)</script>")
        Project.objects.filter(pk=project.pk).update(name='"><img src=x>', budget=5)
        html = compact(admin_client.get(URL))
        assert "<script>alert" not in html
        assert "<img" not in html

    def test_has_the_open_risks_of_projects_under_way(
        self, admin_client: Client, project: Any, cast: Any
    ) -> None:
        assert "起こるかもしれないこと" not in compact(admin_client.get(URL))
        for state, probability in (("open", 4), ("doing", 4), ("closed", 4), ("open", 1)):
            values = {
                "kind": "risk",
                "title": "要員",
                "probability": probability,
                "impact": 5,
                "state": state,
            }
            add_issue(project=project, actor=cast.leader, values=values)
        html = compact(admin_client.get(URL))
        address = reverse("tasks:issue_list_of_all")
        assert f'<a id="cell-4-5" href="{address}?p=4&amp;i=5">2</a>' in html
        assert f'href="{address}?kind=risk">リスク 3件</a>' in html
        Project.objects.filter(pk=project.pk).update(status="suspended")
        assert 'id="cell-4-5"' not in compact(admin_client.get(URL))

    def test_costs_the_same_for_three_and_for_three_hundred(self, admin_client: Client, many: Any) -> None:
        def queries() -> int:
            from django.core.cache import cache

            cache.clear()
            with CaptureQueriesContext(connection) as captured:
                admin_client.get(URL)
            return len(captured)

        many(3)
        admin_client.get(URL)
        few = queries()
        many(300, first=100)
        assert queries() == few > 10

    def test_asks_little_once_it_is_remembered(self, admin_client: Client, many: Any) -> None:
        many(30)
        admin_client.get(URL)
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(URL)
        assert len(captured) < 20


class TestMoney:
    @pytest.fixture
    def priced(self, project: Any, chain: Any) -> None:
        """設計 costs 200,000 and is half done; the whole plan costs more than its budget of 300,000."""
        resource = Resource.objects.create(organization=project.organization, name="外注")
        ResourceRate.objects.create(
            organization=project.organization, resource=resource, valid_from="2026-01-01", cost_per_hour=5000
        )
        for name in ("設計", "開発"):
            Assignment.objects.create(
                organization=project.organization, project=project, task=chain[name], resource=resource
            )
        Task.objects.filter(pk=chain["設計"].pk).update(progress_percentage=50)
        Project.objects.filter(pk=project.pk).update(budget=300_000)

    def test_shows_consumption_and_what_is_expected(self, admin_client: Client, priced: None) -> None:
        text = strip_tags(compact(admin_client.get(URL)))
        assert "¥100,000 ／ ¥300,000" in text
        assert "超過見込み" in text
        assert re.search(r"予算消化\s*33%", text)

    @pytest.mark.parametrize("who", ["viewer_client", "leader_client"])
    def test_is_hidden_from_those_who_may_not_see_it(self, request: Any, who: str, priced: None) -> None:
        html = compact(request.getfixturevalue(who).get(URL))
        assert "予算" not in html
        assert "¥" not in html

    def test_follows_the_right_of_one_project(
        self, viewer_client: Client, cast: Any, project: Any, priced: None
    ) -> None:
        other = Project.objects.create(
            organization=project.organization, code="N-1", name="別の計画", calendar=project.calendar, status="active",
            start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute, budget=77_000_000,
        )  # fmt: skip
        ProjectMember.objects.create(
            organization=project.organization, project=other, user=cast.viewer, role="viewer"
        )
        ProjectMember.objects.filter(project=project, user=cast.viewer).update(may_see_money=True)
        text = compact(viewer_client.get(URL))
        assert "¥100,000 ／ ¥300,000" in text
        assert "77,000,000" not in text

    def test_goes_at_once_when_the_right_to_it_does(
        self,
        viewer_client: Client,
        cast: Any,
        project: Any,
        priced: None,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        member = ProjectMember.objects.get(project=project, user=cast.viewer)

        def told(may_see_money: bool) -> bool:
            with django_capture_on_commit_callbacks(execute=True):
                change_member(member=member, actor=System("test"), may_see_money=may_see_money)
            return "¥300,000" in compact(viewer_client.get(URL))

        assert [told(True), told(False)] == [True, False]

    def test_counts_a_budget_inside_another_once(
        self, admin_client: Client, project: Any, priced: None
    ) -> None:
        Project.objects.create(
            organization=project.organization, code="N-1", name="子の計画", calendar=project.calendar, status="active",
            start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute,
            budget=120_000, parent=project,
        )  # fmt: skip
        assert "¥100,000 ／ ¥300,000" in compact(admin_client.get(URL))


class TestMilestones:
    def test_are_expected_late_behind_a_delay_that_slack_cannot_take(
        self, admin_client: Client, chain: Any
    ) -> None:
        assert "遅れ見込み</span></li>" in compact(admin_client.get(URL))

    def test_are_expected_on_time_when_nothing_they_wait_for_is_late(
        self, admin_client: Client, chain: Any
    ) -> None:
        Task.objects.filter(pk__in=[chain["設計"].pk, chain["開発"].pk]).update(progress_percentage=100)
        html = compact(admin_client.get(URL))
        assert "予定どおり</span></li>" in html

    def test_deserve_attention_while_slack_takes_the_delay(self, admin_client: Client, chain: Any) -> None:
        Task.objects.update(total_slack_minutes=480 * 60)
        assert "注意</span></li>" in compact(admin_client.get(URL))

    def test_wait_for_what_a_summary_holds(self, admin_client: Client, plan: Any) -> None:
        plan(("工程", 1, 0), ("設計", 2, 5), ("検収", 1, 0, "1"))
        Task.objects.filter(name="検収").update(is_milestone=True, finish_minute=1440 * 20570)
        html = compact(admin_client.get(URL))
        assert "検収" in html
        assert "遅れ見込み</span></li>" in html


class TestUtilization:
    @pytest.fixture
    def busy(self, project: Any, chain: Any) -> Resource:
        """A person with 168 planned hours in April."""
        resource = Resource.objects.create(organization=project.organization, name="忙しい人")
        ResourceLoad.objects.create(
            organization=project.organization, resource=resource, grain="m", first_on="2026-04-01",
            planned_minutes=84 * 60,
        )  # fmt: skip
        return resource

    def test_is_that_of_the_heat_map(self, admin_client: Client, busy: Resource) -> None:
        html = compact(admin_client.get(URL))
        assert re.search(r"稼働率（今月）\s*50%", strip_tags(html))
        assert "/utilization/?grain=m&amp;from=2025-11-01&amp;columns=12" in html

    def test_vanishes_where_its_feature_is_off(
        self, admin_client: Client, busy: Resource, settings: Any
    ) -> None:
        settings.FEATURES = settings.FEATURES | {"RESOURCE_MANAGEMENT": False}
        assert "稼働率" not in compact(admin_client.get(URL))

    def test_is_not_for_guests(self, viewer_client: Client, cast: Any, busy: Resource) -> None:
        cast.viewer.memberships.update(role="guest")
        assert "稼働率の推移" not in compact(viewer_client.get(URL))


class TestTrend:
    @pytest.fixture
    def a_week_ago(self, project: Any, chain: Any) -> None:
        """A row of last Monday: nothing was late."""
        Task.objects.update(progress_percentage=100)
        Project.objects.update(progress_percentage=100)
        record_days(project.organization_id, now=timezone.make_aware(dt.datetime(2026, 4, 13, 23)))
        Task.objects.update(progress_percentage=0)
        Project.objects.update(progress_percentage=0)

    def test_draws_lines_once_there_is_a_past(self, admin_client: Client, a_week_ago: None) -> None:
        html = compact(admin_client.get(URL))
        assert html.count('<polyline class="spark__line" points="0.0,26.0 72.0,2.0"') == 2  # behind, and late

    def test_compares_with_a_week_ago(
        self, admin_client: Client, a_week_ago: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        moment = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(10)))
        monkeypatch.setattr(timezone, "now", lambda: moment)
        assert "先週より 1件増" in compact(admin_client.get(URL))

    def test_is_silent_without_a_past(self, admin_client: Client, chain: Any) -> None:
        html = compact(admin_client.get(URL))
        assert "先週" not in html
        assert 'class="spark' not in html.partition("稼働率")[0]

    def test_tells_members_of_their_projects_alone(self, stranger_client: Client, a_week_ago: None) -> None:
        assert "spark" not in compact(stranger_client.get(URL))


class TestLateTaskList:
    url = "/late-tasks/"

    def test_shows_late_tasks_of_projects_under_way(self, admin_client: Client, many: Any) -> None:
        many(10)
        html = compact(admin_client.get(self.url))
        assert "1 設計" in html
        assert "計画0" in html
        assert "計画3<" not in html  # suspended

    def test_filters_by_project_person_and_weight(
        self, admin_client: Client, many: Any, project: Any, chain: Any
    ) -> None:
        many(10)
        resource = Resource.objects.create(organization=project.organization, name="担当の人")
        Assignment.objects.create(
            organization=project.organization, project=project, task=chain["開発"], resource=resource
        )
        assert total_of(admin_client, f"{self.url}?project={project.pk}") == 2
        assert total_of(admin_client, f"{self.url}?person={resource.pk}") == 1
        assert total_of(admin_client, f"{self.url}?person={resource.pk}&critical=1") == 1
        assert total_of(admin_client, self.url) > total_of(admin_client, f"{self.url}?critical=1") > 0

    @pytest.mark.parametrize(
        "query", ["project=x", "person=99999999999999999999999", "critical=maybe", "page=-1", "project=%00"]
    )
    def test_takes_any_address(self, admin_client: Client, chain: Any, query: str) -> None:
        assert admin_client.get(f"{self.url}?{query}").status_code == 200

    def test_shows_nothing_to_strangers(
        self, stranger_client: Client, viewer_client: Client, many: Any
    ) -> None:
        made = many(10)
        assert "遅れているタスクはありません" in compact(stranger_client.get(self.url))
        assert "計画0" not in compact(viewer_client.get(self.url))
        assert "条件に合うタスク" in compact(viewer_client.get(f"{self.url}?project={made[0].pk}"))

    def test_gives_htmx_the_list_alone(self, viewer_client: Client, chain: Any) -> None:
        headers = {"HX-Request": "true", "HX-Target": "late-tasks"}
        html = compact(viewer_client.get(self.url, headers=headers))
        assert html.strip().startswith('<div class="fill column" id="late-tasks">')

    def test_is_bounded_and_costs_the_same_for_three_and_for_three_hundred(
        self, admin_client: Client, many: Any
    ) -> None:
        def queries() -> int:
            admin_client.get(self.url)
            with CaptureQueriesContext(connection) as captured:
                html = compact(admin_client.get(self.url))
            assert html.count("<tr>") <= 51
            return len(captured)

        many(3)
        few = queries()
        many(300, first=100)
        assert queries() == few
