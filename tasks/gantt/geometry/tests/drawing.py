"""A sheet in Japanese and rows with sensible defaults, for the tests of the chart."""

from datetime import date

from tasks.gantt.geometry.rows import Canvas, ChartLink, ChartRow, End, Kind, LinkType, ShadedDays, Shown
from tasks.gantt.geometry.scale import ZOOMS, Scale
from tasks.gantt.geometry.words import ChartWords, epoch_day

MONDAY = epoch_day(date(2026, 6, 29))

JAPANESE = ChartWords(
    weekdays=tuple("月火水木金土日"),
    month_names=tuple(f"{month}月" for month in range(1, 13)),
    long_day="{year}/{month:02}/{day:02}（{weekday}）",
    short_day="{month}/{day}",
    year_month="{year}年{month}月",
    month="{month}月",
    year="{year}年",
    months="{first}–{last}月",
    from_to="{start}から{finish}",
    progress="進捗 {percent}%",
    critical="クリティカルパス",
    late="{days}日遅れ",
    assigned="担当 {names}",
    deadline="期限 {date}",
    baseline="ベースライン {days}",
    status="基準日 {date}",
    today="今日",
    milestone="マイルストーン",
    separator="、",
)


def moment(day: int, hour: int) -> int:
    """Minutes at an hour of the n-th day after the first Monday."""
    return (MONDAY + day) * 1440 + hour * 60


def make_sheet(
    zoom: str = "week",
    *,
    shown: Shown | None = None,
    status_day: int | None = None,
    days_off: ShadedDays | None = None,
    today: int = 10,
) -> Canvas:
    """A chart whose day 0 lies at x = 0."""
    return Canvas(
        scale=Scale(ZOOMS[zoom], MONDAY, 364),
        words=JAPANESE,
        today=MONDAY + today,
        task_url=("/tasks/", "/"),
        icons="icons.svg",
        status_day=None if status_day is None else MONDAY + status_day,
        days_off=days_off or ShadedDays(),
        shown=shown or Shown(),
    )


def make_row(
    *,
    row: int = 0,
    days: tuple[int, int] = (0, 4),
    kind: Kind = "task",
    name: str = "要件定義",
    progress: int = 0,
    is_critical: bool = False,
    is_manual: bool = False,
    late_days: int = 0,
    who: str = "",
    slack_days: int | None = None,
    deadline_day: int | None = None,
    baseline_days: tuple[int, int] | None = None,
    baseline_words: str = "",
) -> ChartRow:
    """A task from 9:00 of its first to 18:00 of its last day."""
    start = moment(days[0], 9)
    finish = start if kind == "milestone" else moment(days[1], 18)
    return ChartRow(
        task_id=row + 1,
        row=row,
        level=1,
        code=f"1.{row + 1}",
        name=name,
        kind=kind,
        start=start,
        finish=finish,
        progress=progress,
        is_critical=is_critical,
        is_manual=is_manual,
        late_days=late_days,
        who=who,
        slack_until=None if slack_days is None else finish + slack_days * 1440,
        deadline=None if deadline_day is None else moment(deadline_day, 18),
        baseline=baseline_days and (moment(baseline_days[0], 9), moment(baseline_days[1], 18)),
        baseline_words=baseline_words,
    )


def end_of(row: ChartRow) -> End:
    return End(row.row, row.start, row.finish, row.kind)


def link(before: ChartRow, after: ChartRow, kind: LinkType = "FS", *, is_critical: bool = False) -> ChartLink:
    return ChartLink(end_of(before), end_of(after), kind, is_critical)
