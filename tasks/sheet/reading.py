"""What texts of cells mean in one plan: how long a day is, which people are meant by names, which rows by numbers.

"+3d" adds to what stands. What has to be known of the plan is asked for once, whatever number of cells is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.models import Calendar, ProjectMember
from projects.person_time import person_time_of
from projects.worktime.errors import WorktimeError
from projects.worktime.moments import MINUTES_PER_DAY, day_of, minute_of
from resources.models import Resource
from tasks.models import Task
from tasks.plan.clocks import clock_of
from tasks.plan.link_text import UNITS, LinkTextError, TypedLink, parse_links, units_of
from tasks.sheet.day_text import moved, read_day
from tasks.sheet.parsing import (
    UnreadableError,
    amounts_of,
    folded,
    is_called,
    read_duration,
    read_people,
    read_percent,
    read_work,
    sign_of,
)
from tasks.sheet.text import sizes_of

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from projects.models import Project
    from projects.person_time import PersonTime
    from projects.worktime.calendar import WorkingTime
    from tasks.plan.rows import Rows
    from tasks.sheet.parsing import TypedShare, UnitMinutes

#: So many are named where a part of a name means several.
MOST_NAMED: Final = 5


class Reader:
    """Reads texts of one plan; in a unit of work with its `rows`, so that calendars are read once."""

    def __init__(self, project: Project, rows: Rows | None = None) -> None:
        self.project, self._rows = project, rows

    @cached_property
    def sizes(self) -> UnitMinutes:
        """How long a day, a week and a month of a duration are in this project; of work it is `person_time`."""
        return sizes_of(self.project)

    @cached_property
    def person_time(self) -> PersonTime:
        """How much work a day and a month of a person are."""
        return person_time_of(self.project)

    @cached_property
    def today(self) -> date:
        """On which words like 来週月曜 hang."""
        return timezone.localdate()

    def clock_of(self, task: Task) -> WorkingTime:
        """The working time of a task."""
        return self._rows.clock_of(task) if self._rows else clock_of(task)

    # -- amounts and days ------------------------------------------------------------------------------------

    def duration(self, text: str, task: Task) -> tuple[int, bool]:
        """Minutes, and whether they pass on the clock; "+3d" is longer by three days. Raises UnreadableError."""
        sign, rest = sign_of(text)
        minutes, is_elapsed = read_duration(rest, self.sizes)
        if not sign:
            return minutes, is_elapsed
        if is_elapsed != task.is_elapsed and task.duration_minutes:
            raise UnreadableError(text)
        return max(task.duration_minutes + sign * minutes, 0), is_elapsed

    def work(self, text: str, task: Task) -> int:
        """Minutes of work; "+8h" is as much more. Raises UnreadableError."""
        sign, rest = sign_of(text)
        if not sign or not rest:
            return read_work(text, self.person_time)
        return max(task.work_minutes + sign * read_work(rest, self.person_time), 0)

    def percent(self, text: str, task: Task) -> int:
        """A share of 100; "+10" is as much more. Raises UnreadableError."""
        sign, rest = sign_of(text)
        share = read_percent(rest)
        return min(max(task.progress_percentage + sign * share, 0), 100) if sign else share

    def day(self, text: str, task: Task, stands: date | None) -> date:
        """A day; "+3d" is three working days behind the one that `stands`, "+3ed" three days, "+2w" two weeks.

        Raises UnreadableError.
        """
        sign, rest = sign_of(text)
        near = stands or self.project.start_date
        if not sign:
            return read_day(text, near, self.today)
        amounts = amounts_of(rest)
        unit = UNITS.get(amounts[0][1] or "d", amounts[0][1]) if len(amounts) == 1 else ""
        count = round(amounts[0][0]) if amounts else 0
        if not count or count != amounts[0][0] or stands is None:
            raise UnreadableError(text)
        if unit == "d":
            return self._working_days(text, task, stands, sign * count)
        found = (
            moved(stands, sign * count, unit.removeprefix("e")) if unit in {"w", "mo", "ed", "ew"} else None
        )
        if found is None:
            raise UnreadableError(text)
        return found

    def _working_days(self, text: str, task: Task, day: date, count: int) -> date:
        """So many days with work away from a day, by the calendar of the task."""
        clock, step = self.clock_of(task), 1 if count > 0 else -1
        minute = minute_of(day)
        try:
            for _each in range(min(abs(count), 4_000)):
                if step > 0:
                    minute = clock.next_working(minute + MINUTES_PER_DAY) // MINUTES_PER_DAY * MINUTES_PER_DAY
                else:
                    minute = (clock.previous_working(minute) - 1) // MINUTES_PER_DAY * MINUTES_PER_DAY
        except WorktimeError as error:
            raise UnreadableError(text) from error
        return day_of(minute // MINUTES_PER_DAY)

    def calendar(self, text: str) -> int:
        """A calendar of the organization by its name. Raises UnreadableError."""
        found = self._calendars.get(folded(text), [])
        if len(found) != 1:
            raise UnreadableError(text)
        return found[0]

    @cached_property
    def _calendars(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        rows = Calendar.objects.filter(organization_id=self.project.organization_id).order_by("pk")
        for pk, name in rows.values_list("pk", "name"):
            found.setdefault(folded(name), []).append(pk)
        return found

    # -- other rows ------------------------------------------------------------------------------------------

    def links(self, text: str) -> list[TypedLink]:
        """What "3FS+2d; 5SS" means. Rows are called by their numbers, their WBS codes (1.2) or their names.

        Raises RuleBrokenError with an example, or with the rows that a name may mean.
        """
        try:
            return parse_links(text, self._row_called, **units_of(self.project))
        except LinkTextError as error:
            raise RuleBrokenError(
                _(
                    "「%(piece)s」は依存関係として読めません。行番号、WBS コードかタスク名、種類、ラグの順に、例えば 3FS+2d のように入力してください。"
                )
                % {"piece": error.piece},
                field="predecessors",
            ) from error

    def _row_called(self, text: str) -> int | None:
        code = self._by_code.get(text.casefold().removeprefix("wbs").strip(" :"))
        if code is not None:
            return code
        name = folded(text.strip("「」\"'"))
        same = self._by_title.get(name) or [
            row for title, rows in self._by_title.items() if name and name in title for row in rows
        ]
        if len(same) > 1:
            rows = _("、").join(_("%(row)d 行目") % {"row": row} for row in sorted(same)[:MOST_NAMED])
            raise RuleBrokenError(
                _("「%(name)s」というタスクは%(count)d件あります（%(rows)sなど）。行番号で入力してください。")
                % {"name": text, "count": len(same), "rows": rows},
                field="predecessors",
            )
        return same[0] if same else None

    @cached_property
    def _lines(self) -> list[tuple[int, str, str]]:
        rows = Task.objects.filter(project=self.project, deleted_at__isnull=True).order_by("row_number")
        return [
            (row or 0, code, name) for row, code, name in rows.values_list("row_number", "wbs_code", "name")
        ]

    @cached_property
    def _by_code(self) -> dict[str, int]:
        return {code.casefold(): row for row, code, _name in self._lines if code}

    @cached_property
    def _by_title(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, _code, name in self._lines:
            found.setdefault(folded(name), []).append(row)
        return found

    # -- people ----------------------------------------------------------------------------------------------

    def people(self, text: str) -> dict[int, Decimal | None]:
        """Resource ids and shares of "藍沢 湊、茜部[50%]". Raises UnreadableError and RuleBrokenError."""
        return self.units_of_names(read_people(text))

    def units_of_names(self, shares: Sequence[TypedShare]) -> dict[int, Decimal | None]:
        """Resource ids for names, or parts of names that mean one alone. Raises RuleBrokenError with those that may be meant."""
        return {self._called(share.name).pk: share.percent for share in shares}

    def member(self, text: str) -> int:
        """The account of a member of the project, by the name or a part of it. Raises RuleBrokenError."""
        same = [each for each in self._accounts if folded(each[1]) == folded(text)]
        found = same or [each for each in self._accounts if is_called(text, each[1], each[2])]
        if len(found) == 1:
            return found[0][0]
        if not found:
            message = _("「%(name)s」というメンバーはいません。候補から選んで入力してください。") % {
                "name": text
            }
        else:
            names = _("、").join(name for _pk, name, _kana in found[:MOST_NAMED])
            message = _(
                "「%(name)s」に当たる人は%(count)d人います（%(names)s）。氏名を続けて入力してください。"
            ) % {"name": text, "count": len(found), "names": names}
        raise RuleBrokenError(message, field="approver")

    @cached_property
    def _accounts(self) -> list[tuple[int, str, str]]:
        members = ProjectMember.objects.current().filter(project=self.project)
        return list(members.order_by("user").values_list("user", "user__display_name", "user__kana"))

    def _called(self, text: str) -> Resource:
        """People of the project win over others of the organization, and a whole name over a part of one."""
        found = self._by_name.get(folded(text)) or [
            resource for resource in self._everyone if is_called(text, resource.name, resource.kana)
        ]
        chosen = [resource for resource in found if resource.user_id in self._members] or found
        if len(chosen) != 1:
            raise RuleBrokenError(_unclear(text, chosen), field="assignees")
        return chosen[0]

    @cached_property
    def _members(self) -> set[int]:
        members = ProjectMember.objects.current().filter(project=self.project)
        return set(members.values_list("user", flat=True))

    @cached_property
    def _everyone(self) -> list[Resource]:
        rows = Resource.objects.filter(organization_id=self.project.organization_id, is_active=True)
        usable = rows.filter(project__isnull=True) | rows.filter(project=self.project)
        return list(usable.only("name", "kana", "user_id", "department").order_by("pk"))

    @cached_property
    def _by_name(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for resource in self._everyone:
            found.setdefault(folded(resource.name), []).append(resource)
        return found


def links_typed(project: Project, text: str) -> list[TypedLink]:
    """What a text of predecessors means; see `Reader.links`."""
    return Reader(project).links(text)


def _unclear(name: str, found: Sequence[Resource]) -> str:
    if not found:
        return _("「%(name)s」という担当者はいません。候補から選んで入力してください。") % {"name": name}
    if len({folded(resource.name) for resource in found}) > 1:
        names = _("、").join(resource.name for resource in found[:MOST_NAMED])
        return _("「%(name)s」に当たる人は%(count)d人います（%(names)s）。氏名を続けて入力してください。") % {
            "name": name, "count": len(found), "names": names
        }  # fmt: skip
    return _("「%(name)s」は%(count)d人います。プロジェクトのメンバーに加えると、どちらか決められます。") % {
        "name": name,
        "count": len(found),
    }
