"""What plans cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from resources.models import Resource, ResourceRate
from tasks.editing.fields import set_assignees
from tasks.models import Assignment, Task
from tasks.plan.costs import Cost, planned_costs
from tasks.plan.task_costs import task_costs

Rate = Callable[..., ResourceRate]


@pytest.fixture
def rate(resource: Resource) -> Rate:
    """Gives the contributor, or another person, a rate: `rate(5000)` since long ago."""

    def give(amount: int, since: date = date(2020, 4, 1), *, of: Resource | None = None) -> ResourceRate:
        holder = of or resource
        return ResourceRate.objects.create(
            organization_id=holder.organization_id, resource=holder, valid_from=since, cost_per_hour=amount
        )

    return give


def change(task: Task, **values: Any) -> None:
    Task.objects.filter(pk=task.pk).update(**values)


def assign(task: Task, resource: Resource, percent: int = 100, **values: Any) -> Assignment:
    return Assignment.objects.create(
        organization_id=task.organization_id, project_id=task.project_id, task=task, resource=resource,
        units_percentage=percent, **values,
    )  # fmt: skip


class TestPlannedCosts:
    def cost(self, project: Any) -> Any:  # a Cost, compared with plain numbers
        """Of the whole plan, which task by task is the same."""
        whole = planned_costs([project.pk]).get(project.pk, Cost())
        tasks = task_costs(project.pk)
        assert round(tasks.total.sum()) == whole.total
        assert round((tasks.by_hours + tasks.by_progress).sum()) == whole.to_date
        return whole

    def test_are_duration_times_share_times_rate(
        self, project: Any, chain: dict[str, Task], work_on: Any, rate: Rate
    ) -> None:
        work_on(chain["設計"], 50)
        rate(5000)
        assert self.cost(project) == (Decimal(5 * 8 * 5000 / 2), 0, 0)

    def test_take_the_work_of_an_assignment_where_it_has_some(
        self, project: Any, chain: dict[str, Task], resource: Resource, rate: Rate
    ) -> None:
        assign(chain["設計"], resource, work_minutes=600)
        rate(5000)
        assert self.cost(project).total == 50_000

    def test_take_the_rate_of_the_day_a_task_starts(
        self, project: Any, chain: dict[str, Task], work_on: Any, rate: Rate
    ) -> None:
        """設計 starts on 4/6, 開発 on 4/13, 試験 on 4/27: each with the rate of that day, none with the next."""
        for name in ("設計", "開発", "試験"):
            work_on(chain[name])
        rate(1000, date(2026, 4, 6))
        rate(2000, date(2026, 4, 7))
        rate(4000, date(2026, 4, 27))
        rate(9000, date(2026, 4, 28))
        assert self.cost(project).total == 5 * 8 * 1000 + 10 * 8 * 2000 + 3 * 8 * 4000

    def test_say_who_has_no_rate(
        self, project: Any, chain: dict[str, Task], resource: Resource, work_on: Any, rate: Rate
    ) -> None:
        work_on(chain["設計"])
        work_on(chain["開発"])
        rate(1000, date(2026, 4, 13))
        server = Resource.objects.create(
            organization=project.organization, name="検証環境サーバー", kind="equipment"
        )
        assign(chain["開発"], server)
        assert self.cost(project) == (80_000, 0, 2)

    def test_count_material_by_the_piece(self, project: Any, chain: dict[str, Task], rate: Rate) -> None:
        steel = Resource.objects.create(
            organization=project.organization, name="鋼板", kind="material", unit="枚"
        )
        rate(12_500, of=steel)
        assign(chain["設計"], steel, 300, work_minutes=9999)
        change(chain["設計"], progress_percentage=40, actual_work_minutes=60)
        assert self.cost(project) == (37_500, 15_000, 0)

    def test_hold_the_fixed_costs_of_tasks(self, project: Any, chain: dict[str, Task]) -> None:
        change(chain["設計"], fixed_cost=200_000, progress_percentage=50)
        assert self.cost(project) == (200_000, 100_000, 0)

    def test_to_date_go_by_progress(
        self, project: Any, chain: dict[str, Task], work_on: Any, rate: Rate
    ) -> None:
        work_on(chain["設計"])
        rate(5000)
        change(chain["設計"], progress_percentage=25)
        assert self.cost(project).to_date == 50_000

    def test_to_date_go_by_reported_hours_where_there_are_some(
        self, project: Any, chain: dict[str, Task], work_on: Any, rate: Rate, resource: Resource
    ) -> None:
        """Sixty hours of a task of forty, one part in three by the dearer hand: over the plan."""
        other = Resource.objects.create(organization=project.organization, name="群青 匠")
        work_on(chain["設計"], 100)
        assign(chain["設計"], other, 50)
        rate(3000)
        rate(6000, of=other)
        change(chain["設計"], progress_percentage=100, actual_work_minutes=60 * 60)
        assert self.cost(project) == (40 * 3000 + 20 * 6000, 40 * 3000 + 20 * 6000, 0)
        change(chain["設計"], actual_work_minutes=90 * 60)
        assert self.cost(project).to_date == 60 * 3000 + 30 * 6000

    def test_to_date_believe_what_each_person_reported(
        self, project: Any, chain: dict[str, Task], resource: Resource, rate: Rate
    ) -> None:
        other = Resource.objects.create(organization=project.organization, name="群青 匠")
        assign(chain["設計"], resource, actual_work_minutes=120)
        assign(chain["設計"], other)
        rate(3000)
        rate(6000, of=other)
        change(chain["設計"], progress_percentage=10, actual_work_minutes=999)
        assert self.cost(project).to_date == 6000

    @pytest.mark.parametrize(
        "change_of", [{"is_active": False}, {"deleted_at": timezone.now(), "row_number": None}]
    )
    def test_leave_out_what_is_not_to_be_done(
        self, project: Any, chain: dict[str, Task], work_on: Any, rate: Rate, change_of: dict[str, Any]
    ) -> None:
        work_on(chain["設計"])
        rate(5000)
        change(chain["設計"], fixed_cost=7, **change_of)
        assert planned_costs([project.pk]) == {}

    def test_do_not_count_people_on_summaries(
        self, project: Any, plan: Any, work_on: Any, rate: Rate
    ) -> None:
        tasks = plan(("準備", 1, 1), ("調査", 2, 2))
        work_on(tasks["準備"])
        work_on(tasks["調査"])
        rate(1000)
        assert self.cost(project).total == 16_000

    def test_are_asked_for_all_projects_at_once(
        self, project: Any, chain: dict[str, Task], work_on: Any, rate: Rate, django_assert_num_queries: Any
    ) -> None:
        work_on(chain["設計"])
        rate(1000)
        with django_assert_num_queries(1):
            assert set(planned_costs([project.pk, project.pk + 1])) == {project.pk}
        assert planned_costs([]) == {}


class TestCostsOfAWholePlan:
    def test_are_those_of_its_tasks_rounded_once(
        self, project: Any, plan: Callable[..., dict[str, Task]], resource: Resource, rate: Rate, cast: Any
    ) -> None:
        """Thirds of hours at odd rates, shared among tasks under summaries: no yen is lost, and none is counted twice."""
        tasks = plan(("全体", 1, 1), *((f"作業{number}", 2, 1) for number in range(30)))
        assign(tasks["全体"], resource)
        for number in range(30):
            assign(tasks[f"作業{number}"], resource, work_minutes=20 + number)
        rate(997)
        minutes = sum(20 + number for number in range(30))
        assert planned_costs([project.pk])[project.pk].total == round(Decimal(minutes) * 997 / 60)

    def test_stay_where_the_same_work_is_shared_by_more(
        self,
        project: Any,
        chain: dict[str, Task],
        resource: Resource,
        rate: Rate,
        organization: Any,
        cast: Any,
    ) -> None:
        """Effort-driven: three do what one was to do, to the minute, so it costs the same at the same rate."""
        change(chain["設計"], is_effort_driven=True, duration_minutes=1000)
        others = [
            Resource.objects.create(organization=organization, name=name, kind="person")
            for name in ("二", "三")
        ]
        for holder in (resource, *others):
            rate(6000, of=holder)
        set_assignees(task=chain["設計"], units={resource.pk: 100}, actor=cast.planner)
        alone = planned_costs([project.pk])[project.pk].total
        everybody = {holder.pk: 100 for holder in (resource, *others)}
        set_assignees(task=chain["設計"], units=everybody, actor=cast.planner)
        assert planned_costs([project.pk])[project.pk].total == alone == 100_000
