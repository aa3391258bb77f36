"""Each rule of cost that was found in real plans, with its arithmetic."""

from decimal import Decimal
from typing import Any

from tasks.costing.amounts import amount_of
from tasks.costing.given import Rate
from tasks.costing.tests.plans import at, figures, hours, money, person, piece, task, works


def cost(found, uid=1):
    row = found.tasks[uid]
    return str(amount_of(row.cost).normalize()), str(amount_of(row.actual_cost).normalize())


class TestAssignmentCost:
    def test_is_work_times_rate_and_overtime_times_overtime_rate(self):
        # 40 h of work, 6 of them overtime: 34 × 10 + 6 × 15 = 430
        assert cost(figures(task(), person(), works(overtime=6))) == ("4.3E+2", "0")

    def test_takes_the_rate_table_of_the_assignment(self):
        rates = (Rate(0, None, None, money(10)), Rate(1, None, None, money(12)))
        found = figures(task(), person(uid=1), works(rate_table=1))
        assert cost(found) == ("4E+2", "0")  # no table B: table A
        resource = person().__class__(uid=1, rates=rates)
        assert cost(figures(task(), resource, works(rate_table=1))) == ("4.8E+2", "0")  # 40 × 12

    def test_of_material_is_quantity_times_rate(self):
        # 100 units at 3.40 and one use of 5, whatever the units: 345
        sand = person(rate="3.4", per_use="5", kind="material")
        assert cost(figures(task(), sand, works(work=100, units=Decimal(7)))) == ("345", "0")


class TestCostPerUse:
    def test_is_paid_by_units_for_people(self):
        # 0.63 of 14.00 is 8.82, beside 40 × 10
        found = figures(task(), person(per_use="14"), works(units=Decimal("0.63")))
        assert cost(found) == ("408.82", "0")

    def test_falls_due_in_the_first_minute(self):
        item = figures(task(), person(rate="0", per_use="100"), works()).assignments[0]
        (spread, _) = item.remaining
        assert (spread.until(at(2)), spread.until(at(2, 8, 1))) == (0, money(100))

    def test_is_spent_once_work_has_begun(self):
        # 100 + 8 of 40 h × 10
        found = figures(task(done=1), person(per_use="100"), works(actual_work=8, actual_start=at(2)))
        assert cost(found) == ("5E+2", "1.8E+2")


class TestRateChange:
    RATES = (Rate(0, None, at(4), money(10), money(15)), Rate(0, at(4), None, money(20), money(30)))

    def test_prices_each_day_at_its_rate(self):
        # Two days of 8 h × 10, three of 8 h × 20 from Wednesday on: 160 + 480
        found = figures(task(), person().__class__(uid=1, rates=self.RATES), works())
        assert cost(found) == ("6.4E+2", "0")

    def test_spreads_overtime_evenly(self):
        # 10 of 40 h are overtime, a quarter of each day: 2 × (6 × 10 + 2 × 15) + 3 × (6 × 20 + 2 × 30) = 180 + 540
        found = figures(task(), person().__class__(uid=1, rates=self.RATES), works(overtime=10))
        assert cost(found) == ("7.2E+2", "0")

    def test_uses_where_the_work_is_not_only_its_span(self):
        # All work on Friday, at the new rate: 40 × 20
        late = works(remaining_pieces=(piece(at(6), at(6, 17), 40),))
        assert cost(figures(task(), person().__class__(uid=1, rates=self.RATES), late)) == ("8E+2", "0")


class TestAccrual:
    def test_at_the_start_spends_all_once_work_has_begun(self):
        boss = person(accrual="start", per_use="7")
        assert cost(figures(task(), boss, works())) == ("407", "0")
        assert cost(figures(task(done=1), boss, works(actual_work=8))) == ("407", "407")

    def test_at_the_end_spends_nothing_before_the_work_is_done(self):
        boss = person(accrual="end")
        assert cost(figures(task(done=4), boss, works(actual_work=32))) == ("4E+2", "0")
        assert cost(figures(task(done=5), boss, works(actual_work=40))) == ("4E+2", "4E+2")

    def test_prorated_spends_work_and_the_use(self):
        assert cost(figures(task(done=4), person(), works(actual_work=32))) == ("4E+2", "3.2E+2")


class TestCostResource:
    def test_prorated_is_spent_as_the_duration_is(self):
        fee = person(kind="cost")
        found = figures(task(done=2), fee, works(work=0, cost=money(90)))
        assert cost(found) == ("9E+1", "36")  # 90 × 2 / 5

    def test_goes_by_its_own_days_where_they_are_known(self):
        # The task has not begun; the resource has one of its three days behind it.
        fee = person(kind="cost")
        days = works(
            work=0,
            cost=money(90),
            actual_pieces=(piece(at(2), at(2, 17), 0.003),),
            remaining_pieces=(piece(at(3), at(4, 17), 0.006),),
        )
        found = figures(task(), fee, days)
        assert cost(found) == ("9E+1", "3E+1")
        assert found.assignments[0].remaining[0].by_day(at(2) // 1440, 4) == [0, money(30), money(30), 0]

    def test_goes_by_its_own_dates_where_days_are_not_known(self):
        # Begun on Tuesday and stopped after one of its two days: half of 90, whatever the task says.
        fee = person(kind="cost")
        own = {"start": at(3), "actual_start": at(3), "stop": at(3, 17), "finish": at(4, 17)}
        found = figures(task(done=4), fee, works(work=0, cost=money(90), **own))
        assert cost(found) == ("9E+1", "45")

    def test_of_a_budget_counts_nothing(self):
        budget = person(kind="cost", is_budget=True)
        assert cost(figures(task(), budget, works(work=0, cost=money(90)))) == ("0", "0")


class TestFixedCost:
    def test_prorated_goes_by_exact_durations_not_by_percent(self):
        # 40 × 566.4 of 960 minutes are 23.60; 59 % of 40 are as much, 2 of 3 days are 26.67 and not 67 %
        found = figures(
            task(days=2, last=3, fixed_cost=money(40), actual_duration=hours(9.44), percent_complete=59)
        )
        assert cost(found) == ("4E+1", "23.6")
        assert cost(figures(task(days=3, last=4, done=2, fixed_cost=money(40)))) == ("4E+1", "26.666667")

    def test_at_start_and_end(self):
        begun: dict[str, Any] = {"fixed_cost": money(40), "fixed_accrual": "start"}
        assert cost(figures(task(**begun))) == ("4E+1", "0")
        assert cost(figures(task(done=1, **begun))) == ("4E+1", "4E+1")
        ended: dict[str, Any] = {"fixed_cost": money(40), "fixed_accrual": "end"}
        assert cost(figures(task(done=4, **ended))) == ("4E+1", "0")
        assert cost(figures(task(done=5, **ended))) == ("4E+1", "4E+1")

    def test_of_a_summary_is_added_to_what_stands_below(self):
        found = figures(
            task(0, fixed_cost=money(7)), task(1, parent_uid=0, fixed_cost=money(40)), person(), works()
        )
        assert cost(found, 0) == ("447", "0")


class TestWork:
    def test_is_that_of_people_alone(self):
        found = figures(
            task(),
            person(),
            person(2, kind="material"),
            person(3, is_budget=True),
            works(1),
            works(2, resource_uid=2, work=100),
            works(3, resource_uid=3),
            works(4, resource_uid=None),
        )
        assert found.tasks[1].work == hours(40)

    def test_and_cost_of_a_summary_are_those_below_and_its_own(self):
        found = figures(
            task(0), task(1, parent_uid=0), task(2, parent_uid=1), person(), works(1, 2), works(2, 0, work=4)
        )
        assert (found.tasks[0].work, found.tasks[1].work) == (hours(44), hours(40))
        assert cost(found, 0) == ("4.4E+2", "0")
        assert found.resources[1].cost == found.tasks[0].cost


class TestPercents:
    def test_of_a_summary_are_sums_of_durations_half_up_and_99_until_done(self):
        def percent(*days):
            rows = [task(n, parent_uid=0, days=whole, done=done) for n, (whole, done) in enumerate(days, 1)]
            return figures(task(0), *rows).tasks[0].percent_complete

        assert percent((5, 1), (3, 0)) == 13  # 12.5
        assert percent((200, 200), (1, 0.4)) == 99  # 99.7
        assert percent((5, 5), (3, 3)) == 100

    def test_of_a_summary_that_is_finished_are_100(self):
        assert (
            figures(task(0, actual_finish=at(6, 17)), task(1, parent_uid=0)).tasks[0].percent_complete == 100
        )

    def test_of_work_are_shares_of_work(self):
        found = figures(task(done=2), person(), works(actual_work=3))
        assert found.tasks[1].percent_work_complete == 8  # 7.5

    def test_without_work_are_of_milestones_and_material_only(self):
        def percent(*parts):
            return figures(*parts).tasks[1].percent_work_complete

        assert percent(task(done=2)) == 0
        assert percent(task(done=5)) == 100
        assert percent(task(done=2, is_milestone=True)) == 40
        assert percent(task(done=2), person(kind="material"), works(work=9)) == 40
