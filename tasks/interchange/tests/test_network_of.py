import pytest

from tasks.interchange.network_of import network_of, pins
from tasks.interchange.tests.builders import at, mspdi, read, task, waits_for

DATES = "<Start>2026-11-04T08:00:00</Start><Finish>2026-11-05T17:00:00</Finish>"
PERSON = "<Resource><UID>1</UID><Name>山田</Name></Resource>"


def assigned(body: str) -> str:
    return f"<Assignment><UID>1</UID><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID>{body}</Assignment>"


class TestPins:
    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ("<Manual>1</Manual>", "manual"),
            ("<ExternalTask>1</ExternalTask>", "external"),
            ("<ActualStart>2026-11-04T08:00:00</ActualStart>", "started"),
            ("<PercentComplete>5</PercentComplete>", "started"),
            ("<LevelingDelay>4800</LevelingDelay>", "leveled"),
        ],
    )
    def test_are_told_from_the_task(self, body, reason):
        plan = read(mspdi(task(1, DATES + body)))
        assert pins(plan) == {1: reason}
        row = network_of(plan).tasks[0]
        assert (row.start_minute, row.finish_minute) == (at("2026-11-04T08:00:00"), at("2026-11-05T17:00:00"))
        assert row.is_pinned == (reason != "manual")

    @pytest.mark.parametrize(
        ("body", "reason"),
        [("<WorkContour>8</WorkContour>", "contoured"), ("<LevelingDelay>4800</LevelingDelay>", "leveled")],
    )
    def test_are_told_from_the_assignments(self, body, reason):
        plan = read(mspdi(task(1, DATES), resources=PERSON, assignments=assigned(body)))
        assert pins(plan) == {1: reason}

    def test_never_hold_a_summary(self):
        plan = read(mspdi(task(1, DATES + "<PercentComplete>5</PercentComplete>"), task(2, level=2)))
        assert pins(plan) == {}

    def test_recorded_dates_of_others_are_not_read(self):
        row = network_of(read(mspdi(task(1, DATES)))).tasks[0]
        assert (row.start_minute, row.finish_minute, row.is_pinned) == (None, None, False)

    def test_begun_work_may_be_computed_instead(self):
        plan = read(mspdi(task(1, DATES + "<ActualStart>2026-11-04T08:00:00</ActualStart>")))
        row = network_of(plan, hold_started=False).tasks[0]
        assert not row.is_pinned
        assert row.actual_start_minute == at("2026-11-04T08:00:00")

    def test_a_manual_task_goes_by_its_own_dates(self):
        body = DATES + "<Manual>1</Manual><ManualStart>2026-11-09T08:00:00</ManualStart>"
        row = network_of(read(mspdi(task(1, body)))).tasks[0]
        assert (row.mode, row.start_minute) == ("manual", at("2026-11-09T08:00:00"))


class TestNetworkOf:
    def test_names_the_same_things(self):
        plan = read(
            mspdi(
                task(1),
                task(2, waits_for(1, lag=50, unit=19), level=1),
                head="<CriticalSlackLimit>2</CriticalSlackLimit><MinutesPerDay>450</MinutesPerDay>",
                resources=PERSON,
                assignments=assigned("<Units>0.5</Units><Work>PT4H0M0S</Work><WorkContour>1</WorkContour>"),
            )
        )
        network = network_of(plan)
        assert network.project.start_minute == at("2026-11-02T08:00:00")
        assert network.project.critical_slack_limit_minutes == 900
        assert network.calendars == plan.calendars
        link, assignment = network.links[0], network.assignments[0]
        assert (link.predecessor_id, link.successor_id, link.lag_kind, link.lag_percent) == (
            1,
            2,
            "percent",
            50.0,
        )
        assert (assignment.units, assignment.work_minutes, assignment.is_contoured) == (0.5, 240, True)
        assert network.resources[0].name == "山田"

    def test_aims_at_the_finish_when_scheduled_from_it(self):
        head = "<ScheduleFromStart>0</ScheduleFromStart><FinishDate>2026-12-25T17:00:00</FinishDate>"
        project = network_of(read(mspdi(head=head))).project
        assert project.from_finish
        assert project.start_minute == project.finish_minute == at("2026-12-25T17:00:00")

    def test_a_constraint_date_without_a_constraint_means_nothing(self):
        plan = read(
            mspdi(
                task(
                    1,
                    "<ConstraintType>0</ConstraintType><ConstraintDate>1970-01-01T00:00:00</ConstraintDate>",
                )
            )
        )
        assert network_of(plan).tasks[0].constraint_minute is None
