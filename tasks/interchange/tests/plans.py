"""Random plans for property tests: everything a plan file can say, small."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

from projects.worktime.rules import CalendarException, CalendarRules, Day, Recurrence, WorkWeek
from tasks.interchange.plan_file import (
    Baseline,
    CustomField,
    CustomValue,
    Extra,
    PlanAssignment,
    PlanFile,
    PlanLink,
    PlanProject,
    PlanResource,
    PlanTask,
    Recorded,
)
from tasks.scheduling.constraint_types import HOLDS_FINISH, HOLDS_START, WITHOUT_DATE
from tasks.scheduling.network import LagKind

T = TypeVar("T")
UNITS = ("minutes", "hours", "days", "weeks", "months")
CONTOURS = ("flat", "back_loaded", "double_peak", "turtle", "contoured")
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\t\n\r"), max_size=12
)
minutes = st.integers(0, 200_000)
moments = st.integers(-5_000_000, 60_000_000)
days = st.integers(10_000, 30_000)
percents = st.integers(0, 100)
money = st.decimals(0, 10**9, places=2).map(lambda amount: amount.normalize() + Decimal(0))
flags = st.booleans()


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


@st.composite
def shifts(draw: st.DrawFn) -> Day:
    bounds = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(zip(bounds[::2], bounds[1::2], strict=False))


weeks = st.tuples(*[maybe(shifts())] * 7)
recurrences = st.one_of(
    st.builds(Recurrence, st.just("daily"), st.integers(1, 30), count=maybe(st.integers(1, 9))),
    st.builds(
        Recurrence,
        st.just("weekly"),
        st.integers(1, 5),
        st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found))),
    ),
    st.builds(Recurrence, st.just("monthly_day"), st.integers(1, 12), month_day=st.integers(1, 31)),
    st.builds(
        Recurrence,
        st.just("yearly_weekday"),
        weekdays=st.sampled_from(((0,), (6,), (5, 6), (0, 1, 2, 3, 4))),
        position=st.integers(1, 5),
        month=st.integers(1, 12),
    ),
)


@st.composite
def spans(draw: st.DrawFn, /, build: Callable[..., T], **parts: st.SearchStrategy[Any]) -> T:
    first = draw(days)
    return build(
        first, first + draw(st.integers(0, 400)), **{name: draw(part) for name, part in parts.items()}
    )


@st.composite
def calendars(draw: st.DrawFn) -> tuple[CalendarRules, ...]:
    uids = draw(st.lists(st.integers(1, 50), unique=True, max_size=4))
    return tuple(
        CalendarRules(
            uid,
            draw(texts),
            draw(st.sampled_from((None, *uids[:index]))),
            draw(weeks),
            tuple(
                draw(
                    st.lists(
                        spans(CalendarException, shifts=shifts(), name=texts, recurrence=maybe(recurrences)),
                        max_size=3,
                    )
                )
            ),
            tuple(draw(st.lists(spans(WorkWeek, week=weeks, name=texts), max_size=2))),
        )
        for index, uid in enumerate(uids)
    )


extras = st.lists(
    st.builds(Extra, st.sampled_from(("Contact", "HyperlinkAddress", "Zusatz")), texts.filter(bool)),
    max_size=2,
    unique_by=lambda extra: extra.name,
).map(lambda found: tuple(sorted(found, key=lambda extra: extra.name)))
custom_values = st.lists(
    st.builds(
        CustomValue, st.sampled_from(("188743731", "188744588")), texts, st.sampled_from(("", "7")), flags
    ),
    max_size=3,
).map(lambda found: tuple(sorted(found, key=lambda value: value.is_outline_code)))
baselines = st.lists(
    st.builds(
        Baseline,
        st.integers(0, 10),
        maybe(moments),
        maybe(moments),
        maybe(minutes),
        st.sampled_from(UNITS),
        flags,
        flags,
        maybe(minutes),
        maybe(money),
    ),
    max_size=2,
).map(tuple)
recorded = st.builds(
    Recorded,
    maybe(moments),
    maybe(moments),
    maybe(moments),
    maybe(moments),
    maybe(moments),
    maybe(moments),
    maybe(st.integers(-9000, 9000)),
    maybe(minutes),
    maybe(flags),
)
CONSTRAINTS = st.one_of(
    st.tuples(st.sampled_from(WITHOUT_DATE), maybe(moments)),
    st.tuples(st.sampled_from((*HOLDS_START, *HOLDS_FINISH)), moments),
)


@st.composite
def rows(draw: st.DrawFn, calendar_uids: tuple[int, ...]) -> tuple[PlanTask, ...]:
    uids = draw(st.lists(st.integers(1, 10_000), unique=True, max_size=8))
    open_rows: list[int] = []
    found = []
    for uid in uids:
        level = draw(st.integers(1, len(open_rows) + 1))
        del open_rows[level - 1 :]
        constraint, constraint_minute = draw(CONSTRAINTS)
        found.append(
            draw(
                st.builds(
                    PlanTask,
                    uid=st.just(uid),
                    name=texts,
                    row_id=maybe(st.integers(1, 9999)),
                    parent_uid=st.just(open_rows[-1] if open_rows else None),
                    outline_level=st.just(level),
                    wbs=texts,
                    duration_minutes=minutes,
                    duration_unit=st.sampled_from(UNITS),
                    is_elapsed=flags,
                    is_estimated=flags,
                    is_milestone=flags,
                    is_active=flags,
                    mode=st.sampled_from(("auto", "manual")),
                    manual_start_minute=maybe(moments),
                    manual_finish_minute=maybe(moments),
                    manual_duration_minutes=maybe(minutes),
                    constraint_type=st.just(constraint),
                    constraint_minute=st.just(constraint_minute),
                    deadline_minute=maybe(moments),
                    calendar_uid=st.sampled_from((None, *calendar_uids)),
                    ignores_resource_calendar=flags,
                    task_type=st.sampled_from(("fixed_units", "fixed_work", "fixed_duration")),
                    is_effort_driven=flags,
                    priority=st.integers(0, 1000),
                    leveling_delay_minutes=minutes,
                    leveling_delay_unit=st.sampled_from(UNITS),
                    leveling_delay_is_elapsed=flags,
                    percent_complete=percents,
                    percent_work_complete=percents,
                    physical_percent_complete=percents,
                    actual_start_minute=maybe(moments),
                    actual_finish_minute=maybe(moments),
                    actual_duration_minutes=minutes,
                    remaining_minutes=maybe(minutes),
                    stop_minute=maybe(moments),
                    resume_minute=maybe(moments),
                    work_minutes=maybe(minutes),
                    actual_work_minutes=maybe(minutes),
                    remaining_work_minutes=maybe(minutes),
                    overtime_work_minutes=maybe(minutes),
                    cost=maybe(money),
                    actual_cost=maybe(money),
                    fixed_cost=maybe(money),
                    is_recurring=flags,
                    is_external=flags,
                    is_subproject=flags,
                    notes=texts,
                    baselines=baselines,
                    custom_values=custom_values,
                    extras=extras,
                    recorded=recorded,
                )
            )
        )
        open_rows.append(uid)
    return tuple(found)


@st.composite
def links(draw: st.DrawFn, tasks: tuple[PlanTask, ...]) -> tuple[PlanLink, ...]:
    """From rows above to rows below that are not inside them: never a circle."""
    above: dict[int, set[int]] = {}
    for row in tasks:
        above[row.uid] = {row.parent_uid, *above[row.parent_uid]} if row.parent_uid is not None else set()
    leaves = [row.uid for row in tasks if not any(other.parent_uid == row.uid for other in tasks)]
    pairs = [(first, then) for index, first in enumerate(leaves) for then in leaves[index + 1 :]]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)) if pairs else []
    found = []
    for first, then in chosen:
        kind: LagKind = draw(st.sampled_from(("working", "elapsed", "percent", "elapsed_percent")))
        is_percent = "percent" in kind
        found.append(
            PlanLink(
                first,
                then,
                draw(st.sampled_from(("FS", "SS", "FF", "SF"))),
                kind,
                0 if is_percent else draw(st.integers(-90_000, 90_000)),
                float(draw(st.integers(-1000, 1000))) if is_percent else 0.0,
                "percent" if is_percent else draw(st.sampled_from(UNITS)),
            )
        )
    order = {row.uid: number for number, row in enumerate(tasks)}
    return tuple(sorted(found, key=lambda link: order[link.successor_uid]))


@st.composite
def resources(draw: st.DrawFn, calendar_uids: tuple[int, ...]) -> tuple[PlanResource, ...]:
    uids = draw(st.lists(st.integers(1, 500), unique=True, max_size=4))
    return tuple(
        draw(
            st.builds(
                PlanResource,
                uid=st.just(uid),
                name=texts,
                row_id=maybe(st.integers(1, 99)),
                kind=st.sampled_from(("work", "material", "cost")),
                calendar_uid=st.sampled_from((None, *calendar_uids)),
                max_units=st.integers(0, 40).map(lambda quarters: quarters / 4),
                initials=texts,
                group=texts,
                code=texts,
                email=texts,
                material_label=texts,
                is_generic=flags,
                is_inactive=flags,
                standard_rate=maybe(money),
                overtime_rate=maybe(money),
                cost_per_use=maybe(money),
                cost=maybe(money),
                work_minutes=maybe(minutes),
                notes=texts,
                baselines=baselines,
                custom_values=custom_values,
                extras=extras,
            )
        )
        for uid in uids
    )


@st.composite
def assignments(
    draw: st.DrawFn, tasks: tuple[PlanTask, ...], people: tuple[PlanResource, ...]
) -> tuple[PlanAssignment, ...]:
    if not tasks or not people:
        return ()
    pairs = [(row.uid, person.uid) for row in tasks for person in people]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=5))
    return tuple(
        draw(
            st.builds(
                PlanAssignment,
                uid=st.just(number),
                task_uid=st.just(task_uid),
                resource_uid=st.just(resource_uid),
                units=st.integers(0, 40).map(lambda quarters: quarters / 4),
                work_minutes=maybe(minutes),
                actual_work_minutes=minutes,
                remaining_work_minutes=maybe(minutes),
                overtime_work_minutes=maybe(minutes),
                delay_minutes=minutes,
                leveling_delay_minutes=minutes,
                contour=st.sampled_from(CONTOURS),
                percent_work_complete=percents,
                start_minute=maybe(moments),
                finish_minute=maybe(moments),
                actual_start_minute=maybe(moments),
                actual_finish_minute=maybe(moments),
                stop_minute=maybe(moments),
                resume_minute=maybe(moments),
                cost=maybe(money),
                actual_cost=maybe(money),
                notes=texts,
                baselines=baselines,
                custom_values=custom_values,
                extras=extras,
            )
        )
        for number, (task_uid, resource_uid) in enumerate(chosen, 1)
    )


@st.composite
def plan_files(draw: st.DrawFn) -> PlanFile:
    found_calendars = draw(calendars())
    uids = tuple(rules.id for rules in found_calendars)
    tasks = draw(rows(uids))
    people = draw(resources(uids))
    project = draw(
        st.builds(
            PlanProject,
            name=texts,
            title=texts,
            start_minute=moments,
            finish_minute=maybe(moments),
            from_finish=st.just(False),
            calendar_uid=st.sampled_from((None, *uids)),
            status_minute=maybe(moments),
            honors_constraints=flags,
            critical_slack_limit_days=st.integers(0, 9),
            multiple_critical_paths=flags,
            minutes_per_day=st.integers(1, 1440),
            minutes_per_week=st.integers(1, 10_080),
            days_per_month=st.integers(1, 31),
            default_task_type=st.sampled_from(("fixed_units", "fixed_duration", "fixed_work")),
            default_start=st.integers(0, 1439),
            default_finish=st.integers(0, 1439),
            currency_code=texts,
            currency_symbol=texts,
            currency_digits=maybe(st.integers(0, 4)),
        )
    )
    fields = draw(st.lists(st.builds(CustomField, st.just("188743731"), texts, texts, flags), max_size=2))
    return PlanFile(
        project=project,
        calendars=found_calendars,
        tasks=tasks,
        links=draw(links(tasks)),
        resources=people,
        assignments=draw(assignments(tasks, people)),
        custom_fields=tuple(sorted(fields, key=lambda field: not field.is_outline_code)),
        summary_task=draw(
            maybe(st.builds(PlanTask, uid=st.just(0), outline_level=st.just(0), name=texts, notes=texts))
        ),
    )
