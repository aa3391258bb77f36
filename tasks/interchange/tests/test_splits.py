from tasks.interchange.network_of import network_of, pins
from tasks.interchange.plan_file import PlanFile
from tasks.interchange.tests.builders import STANDARD, at, mspdi, read, rewritten, task

PERSON = "<Resource><UID>1</UID><Name>山田</Name></Resource>"
DATES = "<Start>2026-11-02T08:00:00</Start><Finish>2026-11-06T17:00:00</Finish>"


def day(first: str, last: str, value: str = "PT8H0M0S", kind: int = 1) -> str:
    return (
        f"<TimephasedData><Type>{kind}</Type><UID>1</UID><Start>2026-11-{first}</Start><Finish>2026-11-{last}</Finish>"
        f"<Unit>2</Unit>{f'<Value>{value}</Value>' if value else ''}</TimephasedData>"
    )


def plan(*days: str, resource_uid: int = 1, calendars: str = STANDARD, people: str = PERSON) -> PlanFile:
    assignment = f"<UID>1</UID><TaskUID>1</TaskUID><ResourceUID>{resource_uid}</ResourceUID>{''.join(days)}"
    assignments = f"<Assignment>{assignment}</Assignment>"
    return read(
        mspdi(task(1, DATES, hours=24), calendars=calendars, resources=people, assignments=assignments)
    )


MONDAY = day("02T08:00:00", "03T08:00:00")
TUESDAY_OFF = day("03T08:00:00", "04T08:00:00", "")
WEDNESDAY = day("04T08:00:00", "05T08:00:00")
FRIDAY = day("06T08:00:00", "06T17:00:00")
PIECES = (
    (at("2026-11-02T08:00:00"), at("2026-11-02T17:00:00")),
    (at("2026-11-04T08:00:00"), at("2026-11-04T17:00:00")),
    (at("2026-11-06T08:00:00"), at("2026-11-06T17:00:00")),
)


class TestSplits:
    def test_are_days_without_work_between_days_with_work(self):
        found = plan(MONDAY, TUESDAY_OFF, WEDNESDAY, FRIDAY)
        assert found.tasks[0].splits == PIECES
        assert pins(found) == {1: "split"}
        assert network_of(found).tasks[0].splits == PIECES

    def test_may_be_written_as_zero(self):
        assert (
            plan(MONDAY, day("03T08:00:00", "04T08:00:00", "PT0H0M0S"), WEDNESDAY, FRIDAY).tasks[0].splits
            == PIECES
        )

    def test_are_told_for_tasks_of_no_one(self):
        assert plan(MONDAY, WEDNESDAY, FRIDAY, resource_uid=-65535).tasks[0].splits == PIECES

    def test_survive_being_written(self):
        for resource_uid in (1, -65535):
            found = plan(MONDAY, WEDNESDAY, FRIDAY, resource_uid=resource_uid)
            assert rewritten(found) == found

    def test_nights_are_none(self):
        hours = [day(f"0{date}T08:00:00", f"0{date}T17:00:00") for date in range(2, 7)]
        assert plan(*hours).tasks[0].splits == ()

    def test_weekends_are_none(self):
        assert plan(FRIDAY, day("09T08:00:00", "10T08:00:00")).tasks[0].splits == ()

    def test_leave_of_the_person_is_none(self):
        leave = (
            "<Calendar><UID>2</UID><BaseCalendarUID>1</BaseCalendarUID><Exceptions><Exception><TimePeriod>"
            "<FromDate>2026-11-03T00:00:00</FromDate><ToDate>2026-11-03T23:59:00</ToDate></TimePeriod>"
            "<DayWorking>0</DayWorking></Exception></Exceptions></Calendar>"
        )
        people = PERSON.replace("</Resource>", "<CalendarUID>2</CalendarUID></Resource>")
        assert plan(MONDAY, WEDNESDAY, calendars=STANDARD + leave, people=people).tasks[0].splits == ()

    def test_the_minute_that_rounding_leaves_is_none(self):
        pieces = (day("02T08:00:00", "02T10:15:29"), day("02T10:15:31", "02T17:00:00"))
        assert plan(*pieces).tasks[0].splits == ()

    def test_actual_and_remaining_work_belong_together(self):
        pieces = (
            day("02T13:00:00", "02T17:00:00", "PT4H0M0S"),
            day("02T08:00:00", "02T12:00:00", "PT4H0M0S", kind=2),
        )
        assert plan(*pieces).tasks[0].splits == ()

    def test_other_values_are_not_work(self):
        assert plan(MONDAY, day("06T08:00:00", "06T17:00:00", kind=4)).tasks[0].splits == ()

    def test_values_that_cannot_be_read_are_left_out(self):
        assert (
            plan(MONDAY, day("06T08:00:00", "never"), day("06T08:00:00", "06T17:00:00", "much"))
            .tasks[0]
            .splits
            == ()
        )
