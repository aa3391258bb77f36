"""Where work lies in time: by calendar, contour, pauses and days that a file names."""

import pytest

from projects.worktime.moments import MINUTES_PER_DAY
from projects.worktime.rules import OFFICE_WEEK, CalendarException, CalendarRules
from tasks.costing.contours import SHARES
from tasks.costing.given import Piece
from tasks.costing.spread import Spread, last_lump
from tasks.costing.tests.plans import at, figures, hours, person, piece, task, works

MONDAY = at(2) // MINUTES_PER_DAY


def by_day(*spreads, days=5):
    series = [spread.by_day(MONDAY, days) for spread in spreads]
    return [sum(day) / hours(1) for day in zip(*series, strict=True)]


def placed(**fields):
    return figures(task(), person(), works(**fields)).assignments[0].placed


class TestWorkByDay:
    def test_is_even_over_working_time(self):
        assert by_day(placed().remaining, days=7) == [8, 8, 8, 8, 8, 0, 0]

    def test_leaves_out_the_holidays_of_the_person(self):
        away = CalendarRules(
            2, base_id=1, exceptions=(CalendarException(MONDAY + 2, MONDAY + 2),)
        )  # Wednesday
        found = figures(
            task(),
            person(calendar_uid=2),
            works(),
            calendars=(CalendarRules(1, week=OFFICE_WEEK), away),
            calendar_uid=1,
        )
        assert by_day(found.assignments[0].placed.remaining) == [10, 10, 0, 10, 10]

    def test_is_where_the_file_says(self):
        days = (piece(at(2), at(2, 17), 30), piece(at(6), at(6, 17), 10))
        assert by_day(placed(remaining_pieces=days).remaining) == [30, 0, 0, 0, 10]

    def test_of_what_is_done_ends_where_it_stopped(self):
        # Done to Tuesday noon, 12 of 40 h; the rest to Friday, 3.5 days.
        found = placed(actual_work=12, actual_start=at(2), stop=at(3, 12))
        assert by_day(found.actual) == [8, 4, 0, 0, 0]
        assert by_day(found.remaining) == [0, 4, 8, 8, 8]

    def test_finds_where_work_stopped_by_its_share(self):
        assert by_day(placed(actual_work=12).actual) == [8, 4, 0, 0, 0]

    def test_counts_overtime_once_whether_days_hold_it_or_not(self):
        # 10 h done, 2 of them overtime on Monday: as a part of the day's work, and beside it.
        overtime = (piece(at(2), at(2, 17), 2),)
        for given in (10, 8):
            found = placed(
                actual_work=10,
                overtime=2,
                actual_overtime=2,
                actual_pieces=(piece(at(2), at(2, 17), given),),
                actual_overtime_pieces=overtime,
            )
            assert by_day(found.actual) == [8, 0, 0, 0, 0]
            assert by_day(found.actual_overtime) == [2, 0, 0, 0, 0]


class TestContours:
    def test_bell(self):
        # Ten half days with 10, 20, 40, 80, 100, 100, 80, 40, 20 and 10 of 500 parts: 40 h × 30/500 on Monday …
        assert by_day(placed(contour="bell").remaining) == [2.4, 9.6, 16, 9.6, 2.4]

    @pytest.mark.parametrize("contour", SHARES)
    def test_have_ten_parts_that_sum_to_the_work(self, contour):
        assert len(SHARES[contour]) == 10
        assert placed(contour=contour).remaining.total == hours(40)

    def test_late_peak_is_early_peak_backwards(self):
        assert SHARES["late_peak"] == SHARES["early_peak"][::-1]
        assert SHARES["back_loaded"] == SHARES["front_loaded"][::-1]


class TestSpread:
    def test_counts_pieces_that_overlap(self):
        spread = Spread([Piece(0, 100, 100), Piece(10, 20, 50)])
        assert [spread.until(moment) for moment in (5, 15, 20, 50, 100)] == [5, 40, 70, 100, 150]

    def test_a_finish_at_midnight_is_of_the_day_before(self):
        spread = Spread([last_lump((MONDAY + 1) * MINUTES_PER_DAY, 7)])
        assert spread.by_day(MONDAY, 2) == [7, 0]

    def test_cut_pieces_add_up(self):
        assert [part.amount for part in Spread([Piece(0, 3, 10)]).cut([1, 2])] == [3, 4, 3]
