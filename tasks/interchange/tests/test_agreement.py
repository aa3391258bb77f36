from tasks.interchange.agreement import Agreement, compare
from tasks.interchange.network_of import network_of
from tasks.interchange.tests.builders import at, mspdi, read, task, waits_for
from tasks.scheduling.columns import columns_of
from tasks.scheduling.schedule import schedule

PERSON = "<Resource><UID>1</UID><Name>山田</Name></Resource>"


def dates(start: str, finish: str, late_start: str = "", late_finish: str = "") -> str:
    late = f"<LateStart>{late_start}</LateStart><LateFinish>{late_finish}</LateFinish>" if late_start else ""
    return f"<Start>2026-11-{start}</Start><Finish>2026-11-{finish}</Finish>" + late


def assigned(body: str, uid: int = 1) -> str:
    return f"<Assignment><UID>1</UID><TaskUID>{uid}</TaskUID><ResourceUID>1</ResourceUID>{body}</Assignment>"


def agreement_of(xml: str, *, hold_started: bool = True) -> Agreement:
    plan_file = read(xml)
    return compare(plan_file, schedule(columns_of(network_of(plan_file, hold_started=hold_started))).plan())


def reasons(xml: str, **options: bool) -> list[tuple[int, str, str]]:
    return [(item.uid, item.moment, item.reason) for item in agreement_of(xml, **options).differences]


MONDAY = dates("02T08:00:00", "02T17:00:00")
TUESDAY = dates("03T08:00:00", "03T17:00:00")
FRIDAY = dates("06T08:00:00", "06T17:00:00")


class TestCompare:
    def test_counts_the_dates_that_agree(self):
        agreement = agreement_of(mspdi(task(1, MONDAY), task(2, waits_for(1) + TUESDAY)))
        assert (agreement.compared, agreement.agreeing, agreement.differences) == (4, 4, ())
        assert agreement.agreeing == agreement.compared

    def test_gives_both_values(self):
        difference = agreement_of(mspdi(task(1, FRIDAY, name="設計"))).differences[0]
        assert (difference.uid, difference.name, difference.moment) == (1, "設計", "start")
        assert difference.recorded_minute == at("2026-11-06T08:00:00")
        assert difference.computed_minute == at("2026-11-02T08:00:00")

    def test_a_file_without_dates_has_nothing_to_compare(self):
        assert agreement_of(mspdi(task(1))).compared == 0

    def test_counts_reasons(self):
        agreement = agreement_of(
            mspdi(task(1, FRIDAY), task(2, waits_for(1) + dates("09T08:00:00", "09T17:00:00")))
        )
        assert agreement.reasons() == {"unexplained": 2, "follows": 2}
        assert agreement.agreeing == 0


class TestReasons:
    def test_unexplained_when_nothing_is_found(self):
        assert reasons(mspdi(task(1, FRIDAY))) == [(1, "start", "unexplained"), (1, "finish", "unexplained")]

    def test_follows_a_predecessor_that_differs(self):
        xml = mspdi(task(1, FRIDAY), task(2, waits_for(1) + dates("09T08:00:00", "09T17:00:00")))
        differences = agreement_of(xml).differences
        assert [(item.reason, item.cause_uid) for item in differences[2:]] == [("follows", 1)] * 2

    def test_follows_a_predecessor_of_its_summary(self):
        rows = (task(1, FRIDAY), task(2, waits_for(1)), task(3, dates("09T08:00:00", "09T17:00:00"), level=2))
        assert (3, "start", "follows") in reasons(mspdi(*rows))

    def test_children_for_a_summary(self):
        xml = mspdi(task(1, FRIDAY), task(2, FRIDAY, level=2))
        assert (1, "start", "children") in reasons(xml)

    def test_stale_dates_that_break_the_links_of_the_file(self):
        xml = mspdi(task(1, MONDAY), task(2, waits_for(1) + MONDAY))
        assert reasons(xml) == [(2, "start", "stale_dates"), (2, "finish", "stale_dates")]

    def test_same_working_moment_over_the_night(self):
        xml = mspdi(task(1, MONDAY), task(2, waits_for(1) + dates("03T08:00:00", "04T08:00:00")))
        assert reasons(xml) == [(2, "finish", "same_working_moment")]

    def test_inactive(self):
        assert reasons(mspdi(task(1, FRIDAY + "<Active>0</Active>")))[0] == (1, "start", "inactive")

    def test_started_when_begun_work_is_computed(self):
        body = FRIDAY + "<ActualStart>2026-11-05T08:00:00</ActualStart><PercentComplete>10</PercentComplete>"
        assert reasons(mspdi(task(1, body)), hold_started=False)[0] == (1, "start", "started")

    def test_overtime(self):
        xml = mspdi(
            task(1, FRIDAY), resources=PERSON, assignments=assigned("<OvertimeWork>PT2H0M0S</OvertimeWork>")
        )
        assert reasons(xml)[0] == (1, "start", "overtime")

    def test_assignment_delay(self):
        xml = mspdi(task(1, FRIDAY), resources=PERSON, assignments=assigned("<Delay>4800</Delay>"))
        assert reasons(xml)[0] == (1, "start", "assignment_delay")

    def test_uneven_work(self):
        xml = mspdi(task(1, FRIDAY), resources=PERSON, assignments=assigned("<Work>PT2H0M0S</Work>"))
        assert reasons(xml)[0] == (1, "start", "uneven_work")

    def test_external_link(self):
        cross = "<CrossProject>1</CrossProject><CrossProjectName>他.mpp</CrossProjectName></PredecessorLink>"
        xml = mspdi(task(1), task(2, FRIDAY + waits_for(1).replace("</PredecessorLink>", cross)))
        assert reasons(xml)[0] == (2, "start", "external_link")

    def test_link_left_out(self):
        assert reasons(mspdi(task(1, FRIDAY + waits_for(77))))[0] == (1, "start", "link_left_out")

    def test_value_changed(self):
        assert reasons(mspdi(task(1, FRIDAY + "<Deadline>NA</Deadline>")))[0] == (1, "start", "value_changed")

    def test_unknown_calendar_of_the_task(self):
        assert reasons(mspdi(task(1, FRIDAY + "<CalendarUID>9</CalendarUID>")))[0] == (
            1,
            "start",
            "unknown_calendar",
        )

    def test_unknown_calendar_of_a_person(self):
        people = PERSON.replace("</Resource>", "<CalendarUID>9</CalendarUID></Resource>")
        xml = mspdi(task(1, FRIDAY), resources=people, assignments=assigned("<Units>1</Units>"))
        assert reasons(xml)[0] == (1, "start", "unknown_calendar")


class TestLateDates:
    def test_stale_when_a_successor_would_begin_earlier(self):
        first = dates("02T08:00:00", "02T17:00:00", "2026-11-09T08:00:00", "2026-11-09T17:00:00")
        then = dates("03T08:00:00", "03T17:00:00", "2026-11-03T08:00:00", "2026-11-03T17:00:00")
        xml = mspdi(task(1, first), task(2, waits_for(1) + then))
        assert reasons(xml) == [(1, "late_start", "stale_late_dates"), (1, "late_finish", "stale_late_dates")]

    def test_stale_when_free_but_not_until_the_end(self):
        free = dates("02T08:00:00", "02T17:00:00", "2026-11-04T08:00:00", "2026-11-04T17:00:00")
        xml = mspdi(task(1, free), task(2, dates("02T08:00:00", "06T17:00:00"), hours=40))
        agreement = agreement_of(xml)
        assert [item.reason for item in agreement.differences] == ["stale_late_dates"] * 2
        assert (agreement.late_compared, agreement.late_agreeing) == (2, 0)
        assert agreement.agreeing == agreement.compared

    def test_same_working_moment_over_the_night(self):
        late = dates("02T08:00:00", "02T17:00:00", "2026-11-02T08:00:00", "2026-11-03T08:00:00")
        assert reasons(mspdi(task(1, late))) == [(1, "late_finish", "same_working_moment")]

    def test_follow_the_early_dates_that_differ(self):
        late = dates("06T08:00:00", "06T17:00:00", "2026-11-06T08:00:00", "2026-11-06T17:00:00")
        differences = agreement_of(mspdi(task(1, late))).differences
        assert [(item.moment, item.reason) for item in differences[2:]] == [
            ("late_start", "follows"),
            ("late_finish", "follows"),
        ]

    def test_a_deadline_is_no_sign_of_stale_dates(self):
        late = dates("02T08:00:00", "02T17:00:00", "2026-11-04T08:00:00", "2026-11-04T17:00:00")
        rows = (
            task(1, late + "<Deadline>2026-11-05T17:00:00</Deadline>"),
            task(2, dates("02T08:00:00", "06T17:00:00"), hours=40),
        )
        assert [reason for _, _, reason in reasons(mspdi(*rows))] == ["unexplained"] * 2

    def test_of_a_summary_come_from_its_children(self):
        late = dates("02T08:00:00", "02T17:00:00", "2026-11-04T08:00:00", "2026-11-04T17:00:00")
        assert (1, "late_start", "children") in reasons(mspdi(task(1, late), task(2, MONDAY, level=2)))

    def test_precedes_one_that_differs(self):
        first = dates("02T08:00:00", "02T17:00:00", "2026-11-03T08:00:00", "2026-11-03T17:00:00")
        then = dates("03T08:00:00", "03T17:00:00", "2026-11-04T08:00:00", "2026-11-04T17:00:00")
        differences = agreement_of(mspdi(task(1, first), task(2, waits_for(1) + then))).differences
        assert [(item.uid, item.reason, item.cause_uid) for item in differences] == [
            (1, "precedes", 2),
            (1, "precedes", 2),
            (2, "unexplained", None),
            (2, "unexplained", None),
        ]
