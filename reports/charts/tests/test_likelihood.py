"""The curve of a simulation."""

from datetime import date

from projects.worktime.moments import minute_of
from reports.charts.curve import BOTTOM, LEFT, RIGHT, TOP
from reports.charts.likelihood import MOST_DAYS, draw_likelihood

FIRST = minute_of(date(2026, 4, 6), 1080)
CURVE = [FIRST + share * 300 for share in range(101)]


def draw(deadline: int = FIRST, plan: int = FIRST, curve: list[int] = CURVE):
    marks = [(50, curve[50]), (80, curve[80])]
    return draw_likelihood(curve, plan=plan, deadline=deadline, percentiles=marks)


class TestDraw:
    def test_rises_from_none_to_all(self):
        points = [tuple(map(float, each.split(","))) for each in draw().line.split()]
        assert points == sorted(points, key=lambda point: (point[0], -point[1]))
        assert (points[0][1], points[-1][1]) == (BOTTOM, TOP)
        assert LEFT < points[0][0] < points[-1][0] < RIGHT

    def test_marks_percentiles_on_the_line(self):
        found = draw()
        middle = found.percentiles[50]
        assert f"{middle.x},{middle.y}" == found.line.split()[50]
        assert middle.y == (TOP + BOTTOM) / 2

    def test_leaves_a_deadline_out_that_is_far_away(self):
        assert draw(FIRST + 400 * 1440).deadline is None
        assert draw(FIRST - 400 * 1440).deadline is None
        near = draw(FIRST + 40 * 1440)
        assert near.deadline is not None
        assert near.deadline.is_flipped
        assert near.percentiles[80].x < near.deadline.x

    def test_takes_the_plan_in(self):
        found = draw(plan=FIRST - 30 * 1440)
        assert LEFT < found.plan.x < found.percentiles[50].x

    def test_names_some_days(self):
        for days in (0, 3, 40, 400, 9000):
            found = draw(curve=[FIRST + share * days * 14 for share in range(101)])
            assert 1 <= len(found.days) <= MOST_DAYS + 3
            assert "<text" in found.axes
