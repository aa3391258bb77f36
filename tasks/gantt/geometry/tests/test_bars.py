import pytest

from tasks.gantt.geometry.bars import box_of, describe, draw_bar, draw_baselines, draw_label
from tasks.gantt.geometry.rows import Shown
from tasks.gantt.geometry.tests.drawing import make_row, make_sheet, moment


class TestBoxOf:
    def test_covers_its_last_day(self) -> None:
        assert box_of(make_sheet().scale, moment(2, 9), moment(4, 18), "task") == (14, 35)

    def test_is_wide_enough_to_be_seen(self) -> None:
        box = box_of(make_sheet("year").scale, moment(0, 9), moment(0, 18), "task")
        assert box.width == 3

    def test_puts_a_diamond_in_the_middle_of_its_day(self) -> None:
        assert box_of(make_sheet().scale, moment(22, 18), moment(22, 18), "milestone") == (149.5, 165.5)


class TestDrawBar:
    def test_shows_progress_inside(self) -> None:
        bar = draw_bar(make_row(days=(2, 34), progress=86), make_sheet(), 0)
        assert '<rect class="gantt-bar__track" x="14.5" y="8.5" height="12" rx="3" width="230"/>' in bar
        assert '<rect class="gantt-bar__done" x="14.5" y="8.5" height="12" rx="3" width="197.8"/>' in bar

    def test_shows_the_least_progress(self) -> None:
        assert 'width="2"' in draw_bar(make_row(progress=1), make_sheet(), 0)

    def test_is_square_when_critical(self) -> None:
        bar = draw_bar(make_row(is_critical=True), make_sheet(), 0)
        assert "gantt-bar--critical" in bar
        assert "rx=" not in bar

    def test_is_no_longer_critical_once_done(self) -> None:
        bar = draw_bar(make_row(is_critical=True, progress=100), make_sheet(), 0)
        assert "gantt-bar--done" in bar
        assert "--critical" not in bar

    def test_hides_the_critical_path_when_switched_off(self) -> None:
        sheet = make_sheet(shown=Shown(critical=False))
        assert "--critical" not in draw_bar(make_row(is_critical=True), sheet, 0)

    def test_summary_is_a_bracket_with_feet(self) -> None:
        bar = draw_bar(make_row(days=(2, 305), kind="summary"), make_sheet(), 0)
        assert 'd="M14 10h2128v11l-6 -5h-2116l-6 5z"' in bar

    def test_open_milestone_is_an_open_diamond(self) -> None:
        bar = draw_bar(make_row(days=(22, 22), kind="milestone"), make_sheet(), 0)
        assert "gantt-bar--milestone gantt-bar--open" in bar
        assert 'd="M157.5 6.5l8 8l-8 8l-8 -8z"' in bar

    def test_deadline_that_is_missed_says_so(self) -> None:
        bar = draw_bar(make_row(days=(0, 9), deadline_day=4), make_sheet(), 0)
        assert "gantt-deadline--missed" in bar
        assert "期限 2026/07/03（金）" in bar

    def test_slack_is_dotted_to_where_it_ends(self) -> None:
        bar = draw_bar(make_row(days=(0, 4), slack_days=5), make_sheet(shown=Shown(slack=True)), 0)
        assert 'class="gantt-float" d="M38 14.5H70"' in bar

    def test_slack_is_drawn_on_demand_only(self) -> None:
        assert "gantt-float" not in draw_bar(make_row(slack_days=5), make_sheet(), 0)

    def test_year_shows_no_plain_tasks(self) -> None:
        assert draw_bar(make_row(), make_sheet("year"), 0) == '<g id="bar-1"></g>'

    def test_name_cannot_break_out_of_the_label(self) -> None:
        bar = draw_bar(make_row(name='"><script>alert(1)</script>'), make_sheet(), 0)
        assert "<script" not in bar
        assert "&quot;&gt;&lt;script" in bar


class TestDescribe:
    def test_says_all_that_the_picture_shows(self) -> None:
        row = make_row(days=(0, 4), progress=55, is_critical=True, late_days=4, who="浅葱 れん")
        assert describe(row, make_sheet()) == (
            "1.1 要件定義、2026/06/29（月）から2026/07/03（金）、進捗 55%、"
            "クリティカルパス、4日遅れ、担当 浅葱 れん"
        )

    def test_says_one_date_for_a_milestone(self) -> None:
        row = make_row(days=(1, 1), kind="milestone")
        assert describe(row, make_sheet()) == "1.1 要件定義、2026/06/30（火）"

    @pytest.mark.parametrize(
        ("agreed", "said"),
        [
            ((-1, 3), "ベースライン 6/28–7/2"),
            ((2, 2), "ベースライン 7/1"),
            ((180, 190), "ベースライン 2026/12/26（土）–2027/01/05（火）"),
        ],
    )
    def test_says_what_was_agreed_on_and_how_far_it_is_from_that(
        self, agreed: tuple[int, int], said: str
    ) -> None:
        row = make_row(baseline_days=agreed, baseline_words="3日遅い")
        assert describe(row, make_sheet()).endswith(f"、進捗 0%、{said}、3日遅い")
        assert "ベースライン" not in describe(row, make_sheet(shown=Shown(baseline=False)))

    def test_says_no_distance_where_there_is_none(self) -> None:
        assert describe(make_row(baseline_days=(0, 4)), make_sheet()).endswith("ベースライン 6/29–7/3")


class TestDrawBaselines:
    def test_is_one_path_for_the_section(self) -> None:
        rows = [make_row(row=10, baseline_days=(0, 1)), make_row(row=11, baseline_days=(1, 1))]
        assert draw_baselines(rows, make_sheet(), 10) == (
            '<path class="gantt-baseline" d="M0 24h14v3h-14zM7 56h7v3h-7z"/>'
        )

    def test_is_a_small_diamond_under_that_of_a_milestone(self) -> None:
        rows = [make_row(days=(2, 2), kind="milestone", baseline_days=(1, 1))]
        assert 'd="M10.5 22l4 4l-4 4l-4 -4z"' in draw_baselines(rows, make_sheet(), 0)

    def test_ends_at_the_edge_of_the_chart(self) -> None:
        rows = [make_row(row=0, baseline_days=(-3, 0)), make_row(row=1, baseline_days=(-9, -4))]
        assert 'd="M0 24h7v3h-7z"' in draw_baselines(rows, make_sheet(), 0)

    def test_is_switched_off(self) -> None:
        rows = [make_row(baseline_days=(0, 1))]
        assert draw_baselines(rows, make_sheet(shown=Shown(baseline=False)), 0) == ""

    def test_is_nothing_without_baselines(self) -> None:
        assert draw_baselines([make_row()], make_sheet(), 0) == ""


class TestDrawLabel:
    def test_stands_behind_the_bar_with_lateness_first(self) -> None:
        label = draw_label(make_row(days=(0, 4), late_days=4, who="常磐 朝陽"), make_sheet(), 0)
        assert 'x="47"' in label
        assert '<tspan class="gantt-label--late">4日遅れ </tspan>常磐 朝陽' in label

    def test_steps_aside_for_a_deadline(self) -> None:
        assert 'x="61"' in draw_label(make_row(days=(0, 4), who="常磐", deadline_day=6), make_sheet(), 0)

    def test_names_a_milestone_with_its_date(self) -> None:
        assert "7/1 稼働" in draw_label(make_row(days=(2, 2), kind="milestone", name="稼働"), make_sheet(), 0)

    def test_stays_away_when_there_is_nothing_to_say(self) -> None:
        assert draw_label(make_row(), make_sheet(), 0) == ""
        assert draw_label(make_row(who="常磐"), make_sheet("quarter"), 0) == ""
