"""Twice the work of a day is refused, wherever it comes from; more than the whole of it is a warning."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext
from psycopg.errors import DeadlockDetected

from projects.calendars.services import make_company_calendar
from projects.models import AuditEntry, Organization, OrganizationMember, Project, ProjectMember, User
from projects.permissions import System
from projects.rls import scope
from projects.worktime.moments import minute_of
from resources.models import Absence, Resource
from tasks.allocation import loads
from tasks.allocation.check import check_utilization
from tasks.allocation.rules import DoubleLoadError
from tasks.editing import fields, moving, tree
from tasks.models import Assignment, AssignmentLoad, ResourceLoad, Task
from tasks.plan.outcome import PlanChange

MONDAY = date(2026, 4, 6)
ACTOR = System("test")


@pytest.fixture
def second(project: Project, organization: Any, calendar: Any, cast: Any) -> Task:
    """A week of work from MONDAY on in another project, which the planner does not see."""
    other = Project.objects.create(
        organization=organization, code="PRJ-002", name="秘密の移転", start_date=MONDAY,
        end_date=date(2027, 3, 31), start_minute=minute_of(MONDAY, 540), calendar=calendar, status="active",
    )  # fmt: skip
    task, _ = tree.add_task(project=other, name="極秘の荷造り", actor=ACTOR, duration_minutes=2400)
    return task


def assign(task: Task, resource: Resource, percent: int = 100, *, actor: Any) -> PlanChange:
    return fields.set_assignees(task=task, units={resource.pk: percent}, actor=actor)


def peaks() -> list[int]:
    """The sums of days."""
    rows = ResourceLoad.objects.filter(grain="d").order_by("first_on")
    return list(rows.values_list("planned_minutes", flat=True))


class TestRefuseDoubleLoad:
    def test_refuses_a_person_twice_as_full_across_projects(
        self, chain: dict[str, Task], second: Task, resource: Resource, cast: Any
    ) -> None:
        assign(second, resource, actor=cast.admin)
        with pytest.raises(DoubleLoadError) as refused:
            assign(chain["設計"], resource, actor=cast.planner)
        text = str(refused.value)
        assert "茜部 陽斗さんは4/6～4/10に200%になるため" in text
        assert "ほかのプロジェクト" in text
        assert "極秘" not in text
        assert refused.value.field == "assignees"
        assert peaks() == [480] * 5
        assert not Assignment.objects.filter(task=chain["設計"]).exists()
        assert not AuditEntry.objects.filter(action="assignment.changed", actor=cast.planner).exists()

    @pytest.mark.parametrize("count", [2, 5])
    def test_names_all_who_would_have_too_much_by_as_many_queries(
        self, chain: dict[str, Task], second: Task, organization: Any, cast: Any, count: int
    ) -> None:
        names = ["藍川", "紅林", "黄瀬", "緑川", "紺野"]
        people = [Resource.objects.create(organization=organization, name=name) for name in names]
        fields.set_assignees(task=second, units={each.pk: 100 for each in people}, actor=ACTOR)
        asked = {each.pk: 100 for each in people[:count]}
        with CaptureQueriesContext(connection) as queries, pytest.raises(DoubleLoadError) as refused:
            fields.set_assignees(task=chain["設計"], units=asked, actor=cast.planner)
        assert [name for name in names if f"{name}さん" in str(refused.value)] == names[:count]
        [(task_id, error)] = refused.value.refusals
        assert task_id == chain["設計"].pk
        assert str(error).count("200%になるため") == count
        # What else they do is asked together, and who sees it.
        assert sum("assignment_loads AS load" in query["sql"] for query in queries) == 1

    def test_names_what_the_person_may_see(
        self, chain: dict[str, Task], second: Task, resource: Resource, cast: Any
    ) -> None:
        assign(second, resource, actor=cast.admin)
        with pytest.raises(DoubleLoadError, match="「極秘の荷造り」と重なります"):
            assign(chain["設計"], resource, actor=cast.admin)

    @pytest.mark.parametrize("percent", [1, 50, 99])
    def test_warns_from_101_to_199_percent(
        self, chain: dict[str, Task], second: Task, resource: Resource, cast: Any, percent: int
    ) -> None:
        assign(second, resource, actor=cast.admin)
        risen = assign(chain["設計"], resource, percent, actor=cast.planner).overallocated
        assert [(item.day - risen[0].day, item.planned) for item in risen] == [
            (day, 480 + round(4.8 * percent)) for day in range(5)
        ]

    def test_is_silent_at_100_percent(
        self, chain: dict[str, Task], second: Task, resource: Resource, cast: Any
    ) -> None:
        assign(second, resource, 60, actor=cast.admin)
        assert assign(chain["設計"], resource, 40, actor=cast.planner).overallocated == ()

    def test_refuses_to_move_work_there(
        self, chain: dict[str, Task], second: Task, resource: Resource, cast: Any
    ) -> None:
        assign(second, resource, actor=cast.admin)
        assign(chain["開発"], resource, actor=cast.planner)
        with pytest.raises(DoubleLoadError, match="4/13に200%"):
            moving.resize_task(
                task=second, finish_minute=minute_of(date(2026, 4, 13), 1080), actor=cast.admin
            )
        with pytest.raises(DoubleLoadError):
            moving.move_task(task=second, start_minute=minute_of(date(2026, 4, 9)), actor=cast.admin)
        assert max(peaks()) == 480

    def test_lets_those_behind_be_pushed_and_says_so(
        self, chain: dict[str, Task], second: Task, resource: Resource, cast: Any
    ) -> None:
        moving.move_task(task=second, start_minute=minute_of(date(2026, 4, 27)), actor=cast.admin)
        assign(second, resource, actor=cast.admin)
        assign(chain["開発"], resource, actor=cast.planner)
        change = moving.move_task(
            task=chain["設計"], start_minute=minute_of(date(2026, 4, 20)), actor=cast.planner
        )
        assert max(peaks()) == 960
        assert {item.planned for item in change.overallocated} == {960}

    def test_lets_jobs_and_imports_do_it(
        self, chain: dict[str, Task], second: Task, resource: Resource
    ) -> None:
        assign(second, resource, actor=ACTOR)
        assign(chain["設計"], resource, actor=ACTOR)
        assert peaks() == [960] * 5

    def test_lets_a_person_go_down_from_more(
        self, chain: dict[str, Task], second: Task, resource: Resource, cast: Any
    ) -> None:
        Task.objects.filter(pk=chain["設計"].pk).update(task_type="fixed_duration")
        assign(second, resource, 150, actor=ACTOR)
        assign(chain["設計"], resource, 150, actor=ACTOR)
        assign(chain["設計"], resource, 120, actor=cast.planner)
        assert peaks() == [480 * 27 // 10] * 5
        with pytest.raises(DoubleLoadError):
            assign(chain["設計"], resource, 121, actor=cast.planner)

    def test_counts_part_time_and_half_days(
        self, chain: dict[str, Task], second: Task, resource: Resource, cast: Any, organization: Any
    ) -> None:
        Resource.objects.filter(pk=resource.pk).update(capacity_percentage=50)
        with pytest.raises(DoubleLoadError, match="200%"):
            assign(chain["設計"], resource, actor=cast.planner)
        risen = assign(chain["設計"], resource, 60, actor=cast.planner).overallocated
        assert {item.planned for item in risen} == {288}
        assert {item.capacity for item in risen} == {240}

    def test_has_no_percentage_on_a_day_off(
        self, chain: dict[str, Task], resource: Resource, cast: Any, organization: Any, calendar: Any
    ) -> None:
        """A task that ignores people works on; that is a warning, since there is no share of nothing."""
        Absence.objects.create(organization=organization, resource=resource, first_on=MONDAY, last_on=MONDAY)
        Task.objects.filter(pk=chain["設計"].pk).update(calendar=calendar, ignores_resource_calendar=True)
        change = assign(chain["設計"], resource, actor=cast.planner)
        assert [(item.planned, item.capacity) for item in change.overallocated] == [(480, 0)]

    def test_is_about_the_days_that_rise(
        self, chain: dict[str, Task], second: Task, resource: Resource, cast: Any
    ) -> None:
        """A day that was too full before does not hold what happens on other days."""
        assign(second, resource, 150, actor=ACTOR)
        assign(chain["設計"], resource, 60, actor=ACTOR)
        finish = minute_of(date(2026, 4, 14), 1080)
        moving.resize_task(task=chain["設計"], finish_minute=finish, actor=cast.planner)
        assert peaks()[-2:] == [288, 288]


class TestTooBusy:
    """One request that changes several plans one after another, and two that met each other."""

    @pytest.fixture(autouse=True)
    def _deadlock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: Any, **kwargs: Any) -> None:
            raise OperationalError from DeadlockDetected()

        monkeypatch.setattr(loads, "put", fail)

    def test_is_said_to_a_person(self, chain: dict[str, Task], resource: Resource, cast: Any) -> None:
        with pytest.raises(loads.TooBusyError, match="もう一度実行してください") as refused:
            assign(chain["設計"], resource, actor=cast.planner)
        assert refused.value.status == 409

    def test_is_left_to_a_job(self, chain: dict[str, Task], resource: Resource) -> None:
        with pytest.raises(OperationalError):
            assign(chain["設計"], resource, actor=ACTOR)


@pytest.fixture
def committed(transactional_db: None) -> tuple[Organization, User, list[Task], Resource]:
    """Two projects and one person who fills them, visible to other connections."""
    organization = Organization.objects.create(code="nijuu", name="二重株式会社")
    with scope.scope([organization.pk]):
        calendar = make_company_calendar(organization, name="会社カレンダー")
        user = User.objects.create_user("planner", "計画 花子")
        OrganizationMember.objects.create(organization=organization, user=user, role="member")
        tasks = []
        for code in ("A", "B"):
            project = Project.objects.create(
                organization=organization, code=code, name=code, start_date=MONDAY, end_date=date(2027, 3, 31),
                start_minute=minute_of(MONDAY, 540), calendar=calendar, status="active",
            )  # fmt: skip
            ProjectMember.objects.create(
                organization=organization, project=project, user=user, role="planner"
            )
            task, _ = tree.add_task(project=project, name=f"作業{code}", actor=ACTOR, duration_minutes=2400)
            tasks.append(task)
        resource = Resource.objects.create(organization=organization, name="藍沢 湊")
    return organization, user, tasks, resource


class TestAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

    def test_two_projects_do_not_fill_one_person_twice(
        self, committed: tuple[Organization, User, list[Task], Resource]
    ) -> None:
        """Neither sees the other's change when it begins: the second waits in the sums, and is refused."""
        organization, user, tasks, resource = committed
        together = Barrier(2)

        def work(task: Task) -> str:
            try:
                with scope.scope([organization.pk]):
                    # Both have begun before either writes.
                    Task.objects.get(pk=task.pk)
                    together.wait(timeout=20)
                    fields.set_assignees(
                        task=Task.objects.select_related("project").get(pk=task.pk),
                        units={resource.pk: 100}, actor=user,
                    )  # fmt: skip
            except DoubleLoadError as refusal:
                return str(refusal)
            finally:
                connections.close_all()
            return ""

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(work, tasks))
        assert answers[0] == ""
        assert "200%" in answers[1]
        assert "「作業" in answers[1]
        with scope.scope([organization.pk]):
            assert peaks() == [480] * 5
            assert AssignmentLoad.objects.count() == 1
        assert check_utilization(organization.pk, repairs=False) == []

    def test_many_changes_of_shared_people_end_right(
        self, committed: tuple[Organization, User, list[Task], Resource]
    ) -> None:
        organization, _user, tasks, resource = committed
        with scope.scope([organization.pk]):
            people = [
                resource,
                *(Resource.objects.create(organization=organization, name=name) for name in ("茜部", "木賊")),
            ]

        def work(number: int) -> None:
            try:
                for turn in range(6):
                    with scope.scope([organization.pk]):
                        task = Task.objects.select_related("project").get(pk=tasks[number % 2].pk)
                        chosen = {
                            person.pk: 10 + 7 * turn + number
                            for place, person in enumerate(people)
                            if (turn + number + place) % 3
                        }
                        fields.set_assignees(task=task, units=chosen, actor=ACTOR)
                    with scope.scope([organization.pk]):
                        start = minute_of(date(2026, 4, 6 + (turn + 2 * number) % 9))
                        moving.move_task(task=task, start_minute=start, actor=ACTOR)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        assert check_utilization(organization.pk, repairs=False) == []
