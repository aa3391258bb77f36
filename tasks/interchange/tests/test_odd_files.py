"""Files that no exporter should write: each is refused by its reason, or read with a note of what was changed and why."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tasks.interchange import refusals
from tasks.interchange.plan_file import PlanFile
from tasks.interchange.tests.builders import (
    NAMESPACE,
    at,
    codes,
    mspdi,
    read,
    rewritten,
    task,
    waits_for,
)

INCLUDE = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
SECRET = '<xi:include href="file:///etc/passwd" parse="text"/>'
DEFAULT_INCLUDE = '<include xmlns="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'


@dataclass(frozen=True)
class Odd:
    """A file, and what becomes of it: the refusal, or the codes of its notes and what is read instead."""

    xml: str | bytes
    refused: type[refusals.PlanFileRefused] | None = None
    notes: list[str] = field(default_factory=list)
    holds: Callable[[PlanFile], Any] = lambda _plan: True


def hours(*pairs: tuple[str, str]) -> str:
    times = "".join(
        f"<WorkingTime><FromTime>{start}:00</FromTime><ToTime>{finish}:00</ToTime></WorkingTime>"
        for start, finish in pairs
    )
    return (
        "<Calendar><UID>1</UID><Name>夜勤</Name><BaseCalendarUID>-1</BaseCalendarUID><WeekDays><WeekDay>"
        f"<DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes>{times}</WorkingTimes></WeekDay></WeekDays></Calendar>"
    )


def monday(plan: PlanFile) -> Any:
    return plan.calendars[0].week[0]


def numbered(kind: str, uid: int | str) -> str:
    return (
        f"<Project {NAMESPACE}><{kind}s><{kind}><UID>{uid}</UID><Name>A</Name></{kind}></{kind}s></Project>"
    )


def with_deadline(moment: str) -> str:
    return mspdi(task(1, f"<Deadline>{moment}</Deadline>"))


ODD = {
    # No exporter writes these: the file is damaged, or wants something.
    "nul byte in a name": Odd(mspdi(task(1, name="作\0業")), refusals.NulBytes),
    "nul bytes behind the plan": Odd(mspdi(task(1)).encode() + b"\0" * 100, refusals.NulBytes),
    "xinclude in a task": Odd(
        mspdi(task(1, SECRET)).replace("<Project", f"<Project {INCLUDE}", 1), refusals.ForbiddenInclude
    ),
    "xinclude without its namespace": Odd(mspdi(task(1, SECRET)), refusals.ForbiddenInclude),
    "xinclude as default namespace": Odd(mspdi(task(1, DEFAULT_INCLUDE)), refusals.ForbiddenInclude),
    "xinclude in the head": Odd(mspdi(head=DEFAULT_INCLUDE), refusals.ForbiddenInclude),
    "xinclude among the tasks": Odd(mspdi(DEFAULT_INCLUDE), refusals.ForbiddenInclude),
    "xinclude in what is skipped": Odd(mspdi(head=f"<Views>{SECRET}</Views>"), refusals.ForbiddenInclude),
    "foreign elements of any name": Odd(
        mspdi(task(1, "".join(f"<x:a{number}/>" for number in range(5_001)))), refusals.TooManyItems
    ),
    "negative uid of a task": Odd(numbered("Task", -5), refusals.UidOutOfRange),
    "huge uid of a task": Odd(numbered("Task", 2**31), refusals.UidOutOfRange),
    "uid of a resource beyond 64 bits": Odd(numbered("Resource", 10**30), refusals.UidOutOfRange),
    "negative uid of a calendar": Odd(numbered("Calendar", -1), refusals.UidOutOfRange),
    # These have one likely meaning: they are read as it, and say so.
    "largest uid that there is": Odd(numbered("Task", 2**31 - 1), notes=["start_missing"]),
    "link to a task beyond all numbers": Odd(
        mspdi(task(1, waits_for(10**19))),
        notes=["link_to_missing_task"],
        holds=lambda plan: plan.links == (),
    ),
    "no namespace": Odd(
        mspdi(task(1)).replace(f" {NAMESPACE}", ""),
        notes=["namespace_missing"],
        holds=lambda plan: len(plan.tasks) == 1,
    ),
    "prefix without a namespace": Odd(
        "<p:Project><p:StartDate>2026-11-02T08:00:00</p:StartDate></p:Project>", notes=["namespace_missing"]
    ),
    "foreign elements": Odd(
        mspdi(task(1, "<x:Hint>a</x:Hint>"), head='<x:Made xmlns:x="urn:x"/>'),
        notes=["element_lost", "element_lost"],
        holds=lambda plan: plan.tasks[0].extras == plan.project.extras == (),
    ),
    "outline level 0 below others": Odd(
        mspdi(task(1), task(2, level=2), task(3, level=0)),
        notes=["outline_level_raised"],
        holds=lambda plan: plan.tasks[2].parent_uid is None and plan.tasks[2].outline_level == 1,
    ),
    "outline level -1": Odd(
        mspdi(task(1, level=-1)),
        notes=["outline_level_raised"],
        holds=lambda plan: plan.tasks[0].outline_level == 1,
    ),
    "date in utc": Odd(
        with_deadline("2026-11-05T17:00:00Z"),
        notes=["time_zone_ignored"],
        holds=lambda plan: plan.tasks[0].deadline_minute == at("2026-11-05T17:00:00"),
    ),
    "date with an offset and parts of a second": Odd(
        with_deadline("2026-11-05T17:00:00.000+09:00"),
        notes=["time_zone_ignored"],
        holds=lambda plan: plan.tasks[0].deadline_minute == at("2026-11-05T17:00:00"),
    ),
    "parts of a second alone": Odd(with_deadline("2026-11-05T17:00:00.000")),
    "hours that overlap": Odd(
        mspdi(calendars=hours(("08:00", "12:00"), ("11:00", "17:00"))),
        notes=["hours_overlap"],
        holds=lambda plan: monday(plan) == ((480, 1020),),
    ),
    "hours that only touch": Odd(
        mspdi(calendars=hours(("08:00", "12:00"), ("12:00", "17:00"))),
        holds=lambda plan: len(monday(plan)) == 2,
    ),
    "hours that are reversed": Odd(
        mspdi(calendars=hours(("17:00", "08:00"))),
        notes=["hours_over_midnight"],
        holds=lambda plan: monday(plan) == ((1020, 1920),),
    ),
    "hours without a length": Odd(
        mspdi(calendars=hours(("08:00", "08:00"))),
        notes=["hours_over_midnight"],
        holds=lambda plan: monday(plan) == ((480, 1920),),
    ),
    "hours until midnight": Odd(mspdi(calendars=hours(("18:00", "00:00")))),
    "name of a task that is too long": Odd(
        mspdi(task(1, name="長" * 100_000)),
        notes=["name_cut"],
        holds=lambda plan: plan.tasks[0].name == "長" * 500,
    ),
    "name of a resource that is too long": Odd(
        mspdi(resources=f"<Resource><UID>1</UID><Name>{'長' * 201}</Name></Resource>"),
        notes=["name_cut"],
        holds=lambda plan: plan.resources[0].name == "長" * 200,
    ),
    "name of a calendar that is too long": Odd(
        mspdi(calendars=hours(("08:00", "12:00")).replace("夜勤", "夜" * 201)),
        notes=["name_cut"],
        holds=lambda plan: plan.calendars[0].name == "夜" * 200,
    ),
    "title that is too long": Odd(
        mspdi(head=f"<Title>{'長' * 201}</Title>"),
        notes=["name_cut"],
        holds=lambda plan: plan.project.title == "長" * 200,
    ),
}


class TestOddFiles:
    @pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
    def test_are_refused_or_say_what_was_changed(self, odd):
        if odd.refused is not None:
            with pytest.raises(odd.refused):
                read(odd.xml)
            return
        plan = read(odd.xml)
        assert codes(plan) == odd.notes
        assert odd.holds(plan)
        # What came in can be written and read again without a further word.
        assert set(codes(rewritten(plan))) <= {"hours_over_midnight", "start_missing"}

    def test_all_time_zones_are_one_note(self):
        both = [task(1, "<Deadline>2026-11-05T17:00:00Z</Deadline>")] * 1
        both.append(task(2, "<Deadline>2026-11-05T17:00:00+09:00</Deadline>"))
        (notice,) = read(mspdi(*both)).notices
        assert dict(notice.params) == {"count": 2, "zones": "+09:00, Z"}

    def test_what_is_refused_says_where(self):
        with pytest.raises(refusals.ForbiddenInclude) as refused:
            read(mspdi(task(1, DEFAULT_INCLUDE)))
        assert refused.value.params == {"line": 2}
        with pytest.raises(refusals.UidOutOfRange) as numbers:
            read(numbered("Task", -5))
        assert numbers.value.params == {"kind": "task", "name": "A", "uid": "-5", "limit": "2,147,483,647"}
