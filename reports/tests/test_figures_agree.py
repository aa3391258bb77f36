"""One figure, one meaning, one source: whatever stands in two places is the same in both (docs/glossary.md).

Asked of the demo, as requests of people who see everything or their own projects.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from projects.models import Organization, OrganizationMember, OrganizationRole, Project, ProjectMember, User
from projects.rls.scope import scope
from projects.worktime.moments import ends_on
from reports.dashboard.trend import past_of
from reports.documents.kinds import Subject, report_kinds
from reports.documents.options import Options
from reports.figures.days import record_days
from reports.models import ProjectDay
from tasks.demo import seeding
from tasks.milestones.selectors import milestones_of
from tasks.models import Task
from tasks.my_work.selectors import my_work

TODAY = dt.date(2026, 11, 24)
EVENING = dt.datetime.combine(TODAY, dt.time(20), tzinfo=dt.timezone(dt.timedelta(hours=9)))


class Places(NamedTuple):
    """What the pages of one project say."""

    overview: Any
    progress: dict[str, Any]
    tables: dict[str, list[tuple[Any, ...]]]
    day: ProjectDay
    row: dict[str, Any]


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[Organization]:
    """The first company of the demo on its day, with the night's figures; rolled back at the end."""
    apart = override_settings(
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}, LIMITS={}
    )
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic(), apart:
        patch.setattr(timezone, "localdate", lambda *_args: TODAY)
        seeding.seed_demo(today=TODAY, seed=1)
        organization = Organization.objects.get(code="kaku")
        record_days(organization.pk, now=EVENING)
        with scope([organization.pk]):
            yield organization
        transaction.set_rollback(True)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="projects.auth.AccountBackend")
    return client


@pytest.fixture(scope="module")
def pmo(company: Organization) -> User:
    return User.objects.filter(
        memberships__organization=company, memberships__role=OrganizationRole.PMO
    ).first()


@pytest.fixture(scope="module")
def member(company: Organization) -> User:
    """Sees a project that holds others, and not all that there is."""
    held = Project.objects.alive().filter(organization=company, parent__isnull=False).values("parent")
    members = OrganizationMember.objects.filter(organization=company, role=OrganizationRole.MEMBER).values(
        "user"
    )
    own = ProjectMember.objects.filter(project__in=held, user__in=members).select_related("user")
    return own.order_by("pk")[0].user


@pytest.fixture(scope="module")
def places(company: Organization, pmo: User) -> list[tuple[Project, Places]]:
    """The projects under way and one of every other state, with what their pages say to the PMO; each is asked for once."""
    client = client_of(pmo)
    rows = portfolio_rows(client)

    def visit(project: Project) -> Places:
        report = client.get(f"/projects/{project.pk}/report/").context["report"]
        return Places(
            overview=client.get(f"/projects/{project.pk}/").context,
            progress={fact.label: fact.value for fact in report.facts},
            tables={table.name: [line.values for line in table.lines] for table in report.tables},
            day=ProjectDay.objects.get(project=project, day=TODAY),
            row=rows[project.code],
        )

    alive = Project.objects.alive().filter(organization=company).order_by("pk")
    others = alive.exclude(status="active").order_by("status", "pk").distinct("status")
    return [(project, visit(project)) for project in (*alive.filter(status="active"), *others)]


def portfolio_rows(client: Client) -> dict[str, dict[str, Any]]:
    """The lines of the portfolio report, by the codes of their projects and the titles of its columns."""
    table = client.get("/report/?kind=portfolio").context["report"].table("portfolio")
    titles = [column.title for column in table.columns]
    return {line.values[0]: dict(zip(titles, line.values, strict=True)) for line in table.lines}


class TestOneProject:
    def test_is_as_far_everywhere(self, places: Any) -> None:
        compared = 0
        for project, at in places:
            standing, curve = at.overview["plan"].standing, at.overview["curve"]
            assert at.row["進捗"] == at.progress["進捗"] == at.day.progress_percentage == standing.progress
            assert (at.row["計画"], at.row["差"]) == (standing.plan, standing.difference)
            if standing.plan is not None:
                assert at.day.planned_percentage == standing.plan, project
                assert at.tables["trend"][-1][:4] == (
                    TODAY,
                    standing.progress,
                    standing.plan,
                    standing.difference,
                )
            if standing.plan is not None and curve and curve.actual:
                assert (curve.actual_percentage, curve.plan_percentage) == standing, project
                compared += 1
        assert compared > 5

    def test_ends_on_one_day_everywhere(self, places: Any) -> None:
        behind = 0
        for project, at in places:
            finish = at.overview["finish"]
            assert (
                at.row["計画の終了"]
                == at.day.finish_on
                == finish.plan_on
                == ends_on(project.planned_finish_minute)
            )
            assert (
                at.row["終了見込み"]
                == finish.expected_on
                == at.progress["終了見込み" if finish.forecast_on else "計画の終了"]
            )
            assert at.day.forecast_on == finish.forecast_on
            assert (at.row["超過"] or 0) == finish.over == project.days_over
            assert [row[1] for row in at.tables.get("causes", [])] == [
                each.days for each in at.overview["causes"]
            ]
            behind += finish.behind > 0
        assert behind > 3

    def test_has_as_many_late_and_done_tasks_everywhere(self, places: Any, pmo: User) -> None:
        client, late = client_of(pmo), 0
        for project, at in places:
            figures = at.overview["figures"]
            listed = client.get(f"/late-tasks/?project={project.pk}").context["found"].total
            tasks = Task.objects.alive().filter(project=project)
            assert (
                figures.late
                == at.progress["遅延タスク"]
                == at.day.late_count
                == listed
                == tasks.late(on=TODAY).count()
            )
            assert (at.row["遅延"] or 0) == figures.late
            assert len(at.tables["late"]) == min(figures.late, 200)
            assert (
                figures.done == at.progress["完了タスク"] == at.day.done_count == at.tables["statuses"][2][1]
            )
            assert figures.total == at.day.task_count == at.tables["statuses"][-1][1]
            late += figures.late
        assert late == client.get("/dashboard/").context["board"].late > 10

    def test_has_as_much_left_everywhere(self, places: Any) -> None:
        for project, at in places:
            burndown = at.overview["burndown"]
            assert at.overview["figures"].remaining == at.day.remaining_minutes, project
            if burndown and burndown.now:
                assert burndown.now.minutes == at.day.remaining_minutes, project

    def test_costs_as_much_everywhere(self, places: Any, pmo: User) -> None:
        budgets = {
            each.project_id: each for each in client_of(pmo).get("/dashboard/").context["board"].money.budgets
        }
        for project, at in places:
            budget, money = at.overview["budget"], [row[1] for row in at.tables["money"]]
            assert money[:4] == [budget.budget, budget.expected, budget.spent, budget.left]
            assert (at.row["予算"], at.row["計画コスト"]) == (budget.budget, budget.expected)
            assert budget.progress == at.overview["plan"].standing.progress
            assert budgets.get(project.pk, budget) == budget

    def test_is_the_same_to_all_who_see_it(self, company: Organization, pmo: User, member: User) -> None:
        of_all, of_one = portfolio_rows(client_of(pmo)), portfolio_rows(client_of(member))
        assert 0 < len(of_one) < len(of_all)
        for code, row in of_one.items():
            assert row == {title: of_all[code][title] for title in row}


class TestWhole:
    def test_lists_count_as_the_dashboard_does(self, company: Organization, pmo: User, member: User) -> None:
        for user in (pmo, member):
            client = client_of(user)
            board, counts = (
                client.get("/dashboard/").context["board"],
                client.get("/projects/").context["counts"],
            )
            assert (board.total, board.active, board.behind) == (
                counts["all"],
                counts["active"],
                counts["late"],
            )
            facts = [fact.value for fact in client.get("/report/?kind=portfolio").context["report"].facts]
            assert facts == [board.total, board.active, board.behind, board.late]
            listed = client.get("/late-tasks/").context["found"]
            assert (listed.total, listed.critical) == (board.late, board.critical_late)

    def test_trends_count_as_the_day_did(self, company: Organization, pmo: User) -> None:
        board = client_of(pmo).get("/dashboard/").context["board"]
        seen = Project.objects.visible_to(pmo).filter(organization=company).values_list("pk", flat=True)
        *_before, day = past_of(company.pk, list(seen), TODAY + dt.timedelta(weeks=1))
        assert day == (TODAY, board.active, board.behind, board.late)

    def test_people_are_told_of_the_late_tasks_that_lists_show(
        self, company: Organization, pmo: User
    ) -> None:
        client, told = client_of(pmo), Counter[str]()
        for user in User.objects.filter(resources__organization=company).distinct():
            resource = user.resources.get(organization=company)
            own = next(group["count"] for group in my_work(user, TODAY) if group["key"] == "late")
            assert own <= client.get(f"/late-tasks/?person={resource.pk}").context["found"].total
            told[user.username] = own
        assert sum(told.values()) > 5

    def test_milestones_are_late_alike(self, places: Any, pmo: User) -> None:
        for project, at in places:
            own = [each for each in milestones_of(project, pmo, today=TODAY) if each.project_id == project.pk]
            late = [each for each in own if each.state == "late"]
            assert len(late) == sum("遅れ" in row[3] for row in at.tables["milestones"]), project

    def test_people_are_as_busy_everywhere(self, company: Organization, pmo: User) -> None:
        client = client_of(pmo)
        page = client.get("/utilization/").context
        window = page["filters"].window
        options = Options(on=TODAY, first=window.first, last=window.last)
        report = report_kinds()["utilization"].read(Subject(pmo, company, options))
        found, facts = page["found"], [fact.value for fact in report.facts]
        assert facts[:3] == [found.average, len(found.whole.people), found.over_people]
        assert report.table("utilization").lines[-1].values[2:-2] == tuple(
            load.percentage for load in found.whole.loads
        )
        board, trend = client.get("/dashboard/").context["board"], client.get("/utilization/trend/").context
        month = client.get(f"/utilization/?grain=m&from={TODAY:%Y-%m}-01&columns=12").context["found"]
        assert board.busyness.now == month.whole.loads[0].percentage
        week = (TODAY - dt.timedelta(days=TODAY.weekday()) - window.first).days // 7
        assert trend["trend"].now.load == found.whole.loads[week]
        busiest = max(found.whole.people, key=lambda place: found.board.planned[place][week])
        monday, person = window.first + dt.timedelta(weeks=week), found.board.people[busiest].pk
        behind = client.get(f"/utilization/{person}/w/{monday}/").context["found"]
        assert behind.load == found.board.load(busiest, week)
        assert (
            sum(part.minutes for part in behind.parts) + behind.rest + behind.hidden
            == behind.load.planned
            > 0
        )
