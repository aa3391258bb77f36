"""Planned, earned and actual value of small plans, day by day."""

from reports.earned.values import EarnedValues
from tasks.costing.given import Baseline
from tasks.costing.tests.plans import at, figures, hours, money, person, piece, task, works


def agreed(cost, **fields):
    return {0: Baseline(0, at(2), at(6, 17), hours(40), hours(40), money(cost), **fields)}


def sums(value):
    return tuple(int(part / money(1)) for part in (value.bac, value.pv, value.ev, value.ac))


class TestValues:
    PARTS = (
        task(0),
        task(1, parent_uid=0, done=2, baselines=agreed(500)),
        person(),
        works(actual_work=16, actual_start=at(2), baselines=agreed(400)),
    )

    def test_of_a_task_and_its_summary(self):
        # Wednesday evening: three of five days of 500, 40 % of it earned, 16 h × 10 spent.
        found = EarnedValues(figures(*self.PARTS)).tasks_at(at(4, 17))
        assert sums(found[1]) == sums(found[0]) == (500, 300, 200, 160)

    def test_of_an_assignment_and_a_resource(self):
        values = EarnedValues(figures(*self.PARTS))
        assert sums(values.assignments_at(at(4, 17))[1]) == (400, 240, 160, 160)
        assert values.resources_at(at(4, 17))[1] == values.assignments_at(at(4, 17))[1]

    def test_need_the_baseline_of_the_task(self):
        alone = figures(task(), person(), works(baselines=agreed(400)))
        assert sums(EarnedValues(alone).tasks_at(at(6, 17))[1]) == (0, 0, 0, 0)

    def test_take_the_cost_by_day_where_the_baseline_has_it(self):
        late = (piece(at(6), at(6, 17), 0.1),)
        cost = tuple(part.__class__(part.start, part.finish, money(400)) for part in late)
        plan = figures(task(baselines=agreed(400)), person(), works(baselines=agreed(400, cost_pieces=cost)))
        values = EarnedValues(plan)
        assert sums(values.tasks_at(at(5, 17))[1])[1] == 0
        assert values.planned_by_day(at(2) // 1440, 5) == [0, 0, 0, 0, money(400)]

    def test_place_a_fixed_cost_by_its_accrual(self):
        for accrual, planned in (("start", 300), ("end", 0), ("prorated", 180)):
            plan = figures(task(fixed_cost=money(300), fixed_accrual=accrual, baselines=agreed(300)))
            assert sums(EarnedValues(plan).tasks_at(at(4, 17))[1])[1] == planned

    def test_count_a_budget_without_dates_but_plan_it_for_no_day(self):
        plan = figures(task(baselines={0: Baseline(0, cost=money(100))}, done=1))
        assert sums(EarnedValues(plan).tasks_at(at(6, 17))[1]) == (100, 0, 20, 0)

    def test_are_earned_by_the_physical_percent_where_the_task_says_so(self):
        done = task(done=2, physical_percent_complete=10, earned_by="physical", baselines=agreed(500))
        assert sums(EarnedValues(figures(done)).tasks_at(at(4, 17))[1])[2] == 50

    def test_may_be_earned_as_the_baseline_was_to_cost(self):
        # 40 % of five days are two days; by then 400 of the labour are 160, and the 100 at the end are not due.
        done = task(1, done=2, fixed_cost=money(100), fixed_accrual="end", baselines=agreed(500))
        plan = figures(done, person(), works(baselines=agreed(400)))
        assert sums(EarnedValues(plan, "baseline_time").tasks_at(at(4, 17))[1])[2] == 160
        assert sums(EarnedValues(plan).tasks_at(at(4, 17))[1])[2] == 200

    def test_of_days_add_up(self):
        values = EarnedValues(figures(*self.PARTS))
        assert sum(values.planned_by_day(at(1) // 1440, 10)) == money(500)
        assert values.actual_by_day(at(2) // 1440, 3) == [money(80), money(80), 0]

    def test_say_how_late_in_working_days(self):
        # Five days of 500 from Monday on, 200 of them earned: two days' worth on the evening of the fourth day.
        values = EarnedValues(figures(*self.PARTS))
        for uid in (0, 1):
            found = values.schedule_at(uid, at(5, 17))
            assert (int(found.earned), int(found.actual), int(found.sv)) == (2, 4, -2)
        assert int(values.schedule_at(0, at(8, 17)).actual) == 5  # Sunday
        assert int(values.schedule_at(0, at(2)).sv) == 1  # Monday counts as a day from its beginning
        assert EarnedValues(figures(task())).schedule_at(1, at(5, 17)) is None
        assert values.schedule_at(9, at(5, 17)) is None
