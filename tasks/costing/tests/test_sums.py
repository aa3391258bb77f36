"""Whatever a plan holds: its work and cost are the same by day, by person and by task."""

import random
from decimal import Decimal

import pytest

from projects.worktime.moments import MINUTES_PER_DAY
from tasks.costing.contours import SHARES
from tasks.costing.given import Assignment, Piece, Plan, Rate, Resource, Task
from tasks.costing.rollup import figures_of
from tasks.costing.tests.plans import at

FIRST_DAY, DAYS = at(1) // MINUTES_PER_DAY, 32


def random_plan(chance: random.Random) -> Plan:
    resources = tuple(random_resource(chance, uid) for uid in range(1, chance.randint(2, 5)))
    tasks = [Task(0, fixed_cost=chance.randint(0, 10**9), **dates(chance))]
    tasks += [random_task(chance, uid) for uid in range(1, chance.randint(2, 8))]
    items = tuple(
        random_assignment(chance, uid, chance.choice(tasks).uid, chance.choice(resources).uid)
        for uid in range(1, chance.randint(2, 9))
    )
    return Plan(tuple(tasks), resources, items)


def dates(chance):
    start = at(1) + chance.randint(0, 20_000)
    return {"start": start, "finish": start + chance.randint(0, 20_000)}


def random_task(chance, uid):
    duration = chance.randint(0, 10**7)
    return Task(
        uid,
        chance.randrange(uid),
        duration=duration,
        actual_duration=chance.randint(0, duration),
        fixed_cost=chance.randint(0, 10**9),
        fixed_accrual=chance.choice(("start", "end", "prorated")),
        **dates(chance),
    )


def random_resource(chance, uid):
    change = at(1) + chance.randint(0, 30_000)
    rates = [Rate(0, start, None, *(chance.randint(0, 10**8) for _ in range(3))) for start in (None, change)]
    return Resource(
        uid,
        chance.choice(("work", "work", "material", "cost")),
        chance.choice(("start", "end", "prorated", "prorated")),
        rates=tuple(rates[: chance.randint(1, 2)]),
        is_budget=chance.random() < 0.1,
    )


def random_assignment(chance, uid, task_uid, resource_uid):
    work = chance.randint(0, 10**7)
    actual, overtime = chance.choice((0, work, chance.randint(0, work))), chance.randint(0, work)
    when = dates(chance)
    middle = (when["start"] + when["finish"]) // 2
    return Assignment(
        uid,
        task_uid,
        resource_uid,
        units=Decimal(chance.randint(1, 200)) / 100,
        work=work,
        actual_work=actual,
        overtime=overtime,
        actual_overtime=chance.randint(max(0, overtime - work + actual), min(overtime, actual)),
        contour=chance.choice((*SHARES, "flat")),
        stop=chance.choice((None, middle)),
        cost=chance.choice((None, chance.randint(0, 10**10))),
        remaining_pieces=tuple(
            chance.choices(
                (Piece(middle, when["finish"] + 1, 7), Piece(middle, middle + 9, 3)), k=chance.randint(0, 2)
            )
        ),
        **when,
    )


def check(plan):
    figures = figures_of(plan)
    for item in figures.assignments:
        placed = item.placed
        assert placed.actual.total + placed.actual_overtime.total == item.item.actual_work
        whole = placed.remaining.total + placed.remaining_overtime.total + item.item.actual_work
        assert whole == item.item.work
    spreads = [spread for item in figures.assignments for spread in (*item.actual, *item.remaining)]
    spreads += [fixed for row in figures.tasks.values() for fixed in (row.fixed_actual, row.fixed_remaining)]
    by_day = sum(sum(spread.by_day(FIRST_DAY, DAYS)) for spread in spreads)
    by_person = sum(row.cost for row in figures.resources.values())
    fixed = sum(task.fixed_cost for task in plan.tasks)
    of_tasks = sum(item.cost for row in figures.tasks.values() for item in row.own) + fixed
    assert figures.tasks[0].cost == by_day == by_person + fixed == of_tasks
    assert figures.tasks[0].actual_cost <= figures.tasks[0].cost


class TestSums:
    def test_of_random_plans_agree(self):
        chance = random.Random(18)
        for _ in range(200):
            check(random_plan(chance))

    @pytest.mark.many
    def test_of_ten_thousand_random_plans_agree(self):
        chance = random.Random(1)
        for _ in range(10_000):
            check(random_plan(chance))
