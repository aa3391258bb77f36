"""How much there is of a resource."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.calendars.services import rules_of
from projects.models import Calendar
from projects.worktime.calendars import Calendars
from projects.worktime.moments import day_number, minute_of
from resources.models import Absence, Resource
from resources.working_times import calendars_of
from tasks.allocation.capacity import capacity_of

#: Wednesday 2026-04-29 is 昭和の日.
MONDAY, FRIDAY, SATURDAY, SHOWA = (
    day_number(date(2026, 4, day)) for day in (6, 10, 11, 29)
)  # fmt: skip


@pytest.fixture
def make(organization: Any) -> Any:
    """Makes resources: `make("藍沢", kind="equipment", calendar=…)`."""

    def resource(name: str = "藍沢 湊", **fields: Any) -> Resource:
        return Resource.objects.create(organization=organization, name=name, **fields)

    return resource


@pytest.fixture
def away(organization: Any) -> Any:
    """A person is not there: `away(resource, 7, portion="morning")`, days of April 2026."""

    def absent(resource: Resource, day: int, *, last: int | None = None, portion: str = "day") -> Absence:
        return Absence.objects.create(
            organization=organization, resource=resource, portion=portion,
            first_on=date(2026, 4, day), last_on=date(2026, 4, last or day),
        )  # fmt: skip

    return absent


def _of(*resources: Resource) -> Any:
    return capacity_of([item.pk for item in resources], organization_id=resources[0].organization_id)


class TestCapacity:
    def test_is_the_working_time_of_the_company(self, make: Any) -> None:
        person = make()
        capacity = _of(person)
        assert [capacity.day(person.pk, day) for day in (MONDAY, FRIDAY, SATURDAY, SHOWA)] == [480, 480, 0, 0]
        assert capacity.between(person.pk, MONDAY, SATURDAY + 1) == 5 * 480

    def test_counts_what_a_person_is_away(self, make: Any, away: Any) -> None:
        person = make()
        away(person, 7)
        away(person, 8, portion="morning")
        away(person, 9, portion="afternoon")
        capacity = _of(person)
        assert [capacity.day(person.pk, MONDAY + n) for n in range(5)] == [480, 0, 300, 180, 480]
        assert capacity.between(person.pk, MONDAY, FRIDAY) == 480 + 300 + 180 + 480

    def test_counts_many_stretches_of_many_people_like_each_one(self, make: Any, away: Any) -> None:
        people = [make(f"人{n}", capacity_percentage=100 - n % 2 * 20) for n in range(6)]
        away(people[0], 7, last=20)
        away(people[1], 13, portion="morning")
        away(people[2], 1, last=30)
        capacity = _of(*people)
        spans = [(MONDAY + 7 * n, MONDAY + 7 * n + 6) for n in range(-2, 5)]
        ids = [person.pk for person in people]
        assert capacity.each([*ids, 0], spans) == {
            pk: [capacity.between(pk, *span) for span in spans] for pk in [*ids, 0]
        }

    def test_is_a_share_of_who_works_part_time(self, make: Any) -> None:
        person = make(capacity_percentage=60)
        assert _of(person).day(person.pk, MONDAY) == 288

    def test_follows_a_calendar_of_its_own(self, make: Any, organization: Any) -> None:
        nights = Calendar.objects.create(
            organization=organization, name="夜勤", week=[[[1320, 1800]]] * 5 + [[], []]
        )
        machine = make("炉", kind="equipment", calendar=nights)
        capacity = _of(machine)
        assert [capacity.day(machine.pk, MONDAY + n) for n in range(6)] == [120, 480, 480, 480, 480, 360]

    def test_takes_a_night_from_both_of_its_days(self, make: Any, away: Any, organization: Any) -> None:
        nights = Calendar.objects.create(
            organization=organization, name="夜勤", week=[[[1320, 1800]]] * 5 + [[], []]
        )
        person = make(calendar=nights)
        away(person, 7)
        capacity = _of(person)
        assert [capacity.day(person.pk, MONDAY + n) for n in range(4)] == [120, 360, 120, 480]

    def test_knows_no_material(self, make: Any) -> None:
        paint = make("塗料", kind="material")
        assert _of(paint).day(paint.pk, MONDAY) == 0

    def test_equals_the_compiled_calendar(self, make: Any, away: Any, calendar: Any) -> None:
        person = make()
        away(person, 1, last=9)
        away(person, 8, portion="morning")
        away(person, 29, portion="afternoon")
        chosen, own = calendars_of([person.pk], base_id=calendar.pk)
        time = Calendars((*rules_of([calendar.pk]), *own)).calendar(chosen[person.pk])
        capacity = _of(person)
        first = day_number(date(2026, 3, 20))
        for day in range(first, first + 60):
            assert capacity.day(person.pk, day) == time.between(day * 1440, (day + 1) * 1440)

    def test_answers_in_any_order_of_days(self, make: Any) -> None:
        person = make()
        capacity = _of(person)
        years = [minute_of(date(year, 6, 1)) // 1440 for year in (2026, 2031, 2019, 2027)]
        assert all(capacity.between(person.pk, day, day + 6) > 0 for day in years)
        assert capacity.between(person.pk, MONDAY, MONDAY - 1) == 0

    def test_costs_the_same_for_many(self, make: Any, away: Any) -> None:
        def count(*people: Resource) -> int:
            with CaptureQueriesContext(connection) as captured:
                _of(*people)
            return len(captured)

        people = [make(f"{number} さん") for number in range(60)]
        for person in people:
            away(person, 7, portion="morning")
        assert count(*people[:3]) == count(*people)
