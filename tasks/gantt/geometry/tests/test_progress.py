from tasks.gantt.geometry.progress import draw_progress_line
from tasks.gantt.geometry.tests.drawing import make_row, make_sheet

SHEET = make_sheet(status_day=9)


class TestProgressLine:
    def test_is_straight_at_the_end_of_the_status_date(self) -> None:
        assert 'd="M70 0V32"' in draw_progress_line([make_row(days=(20, 24))], SHEET, 0, 1)

    def test_is_pulled_back_by_what_is_behind(self) -> None:
        line = draw_progress_line([make_row(row=5, days=(0, 9), progress=50)], SHEET, 5, 1)
        assert 'd="M70 0V0L35 14.5 70 32V32"' in line
        assert 'd="M35 14.5h0"' in line

    def test_is_pulled_forward_by_what_began_early(self) -> None:
        assert 'd="M91 14.5h0"' in draw_progress_line([make_row(days=(12, 15), progress=25)], SHEET, 0, 1)

    def test_runs_straight_through_what_is_done_or_on_plan(self) -> None:
        rows = [
            make_row(row=0, days=(0, 4), progress=100),
            make_row(row=1, days=(0, 19), progress=50),
            make_row(row=2, days=(0, 19), kind="summary", progress=10),
        ]
        assert "h0" not in draw_progress_line(rows, SHEET, 0, 3)

    def test_is_absent_without_a_status_date(self) -> None:
        assert draw_progress_line([make_row()], make_sheet(), 0, 1) == ""
