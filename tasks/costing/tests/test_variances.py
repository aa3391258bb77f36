"""Current less agreed: dates in working time, amounts as they are."""

from projects.worktime.calendars import Calendars
from tasks.costing.given import Baseline
from tasks.costing.tests.plans import at, hours, money
from tasks.costing.variances import Variances, variances_of

OFFICE = Calendars(()).calendar(None)


class TestVariances:
    def test_of_dates_are_working_minutes(self):
        # From Thursday 8:00 to Monday 8:00 lie two working days; from Friday 17:00 back to noon, four hours.
        agreed = Baseline(0, at(5), at(6, 17), hours(16), hours(16), money(160))
        found = variances_of(agreed, OFFICE, (at(9), at(6, 12)), (hours(4), hours(4), money(40)))
        assert found == Variances(960, -240, hours(-12), hours(-12), money(-120))

    def test_of_amounts_that_were_not_agreed_are_all_of_them(self):
        found = variances_of(None, OFFICE, (at(2), at(6, 17)), (hours(40), hours(40), money(400)))
        assert found == Variances(0, 0, hours(40), hours(40), money(400))

    def test_of_a_date_that_was_not_agreed_are_nothing(self):
        agreed = Baseline(0, None, at(6, 17), cost=money(500))
        found = variances_of(agreed, OFFICE, (at(2), at(9, 9)), (0, 0, money(400)))
        assert found == Variances(0, 60, 0, 0, money(-100))
