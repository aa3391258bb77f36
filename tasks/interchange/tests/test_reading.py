import gzip
import io
from decimal import Decimal

import pytest

from projects.worktime.rules import OFFICE_DAY, CalendarException, Recurrence, WorkWeek
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.plan_file import Extra, PlanLink, Recorded
from tasks.interchange.tests.builders import HOURS, STANDARD, at, codes, mspdi, read, task, waits_for


class TestEncodings:
    @pytest.mark.parametrize(
        ("declared", "encoding"),
        [
            ("UTF-8", "utf-8"),
            ("UTF-8", "utf-8-sig"),
            ("UTF-16", "utf-16"),
            ("UTF-16", "utf-16-le"),
            ("UTF-16", "utf-16-be"),
            ("Shift_JIS", "cp932"),
            ("Windows-31J", "cp932"),
            ("EUC-JP", "euc_jp"),
            ("ISO-2022-JP", "iso2022_jp"),
        ],
    )
    def test_are_read_as_declared(self, declared, encoding):
        xml = mspdi(task(1, name="工程表：基礎工事①" if "932" in encoding else "工程表：基礎工事"))
        plan = read(xml.replace("UTF-8", declared).encode(encoding))
        assert plan.tasks[0].name.startswith("工程表：基礎工事")

    def test_old_ones_are_mentioned(self):
        plan = read(mspdi(task(1)).replace("UTF-8", "Shift_JIS").encode("cp932"))
        assert codes(plan) == ["old_encoding"]

    def test_utf_16_that_is_utf_8_is_mentioned(self):
        assert codes(read(mspdi(task(1)).replace("UTF-8", "utf-16"))) == ["encoding_assumed"]

    @pytest.mark.parametrize("bad", ["&#1;", "&#x1F;", "\x02"])
    def test_control_characters_are_left_out(self, bad):
        plan = read(mspdi(task(1, name=f"A{bad}B")))
        assert plan.tasks[0].name == "AB"
        assert codes(plan) == ["control_characters_removed"]

    def test_line_breaks_stay(self):
        assert read(mspdi(task(1, name="A&#10;B&#x0a;C"))).tasks[0].name == "A\nB\nC"

    @pytest.mark.parametrize("padding", range(65_500, 65_545, 3))
    def test_control_characters_between_two_chunks(self, padding):
        xml = mspdi(task(1, name="A&#1;B"), head="<Title>x</Title>")
        filler = padding - xml.index("&#1;")
        plan = read(xml.replace("<Title>x", "<Title>" + "x" * filler))
        assert plan.tasks[0].name == "AB"

    def test_a_prefix_changes_nothing(self):
        xml = mspdi(task(1)).replace("xmlns=", "xmlns:p=")
        xml = xml.replace("<", "<p:").replace("<p:/", "</p:").replace("<p:?", "<?")
        assert [row.uid for row in read(xml).tasks] == [1]

    def test_gzip_is_told_by_its_first_bytes(self, tmp_path):
        path = tmp_path / "plan.xml"
        path.write_bytes(gzip.compress(mspdi(task(1)).encode()))
        assert len(read_mspdi(path).tasks) == 1

    def test_a_stream_may_answer_in_small_pieces(self):
        class Slow(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                return super().read(min(size or 7, 7))

        assert len(read_mspdi(Slow(mspdi(task(1)).encode())).tasks) == 1


class TestProject:
    def test_settings(self):
        head = (
            "<Name>新ERP導入</Name><ScheduleFromStart>0</ScheduleFromStart><FinishDate>2027-03-31T17:00:00</FinishDate>"
            "<StatusDate>2026-11-30T17:00:00</StatusDate><HonorConstraints>0</HonorConstraints>"
            "<CriticalSlackLimit>2</CriticalSlackLimit><MultipleCriticalPaths>1</MultipleCriticalPaths>"
            "<MinutesPerDay>450</MinutesPerDay><MinutesPerWeek>2250</MinutesPerWeek><DaysPerMonth>19</DaysPerMonth>"
            "<DefaultStartTime>09:00:00</DefaultStartTime><DefaultFinishTime>17:30:00</DefaultFinishTime>"
            "<CurrencyCode>JPY</CurrencyCode><CurrencyDigits>0</CurrencyDigits><Manager>佐藤</Manager>"
        )
        project = read(mspdi(head=head)).project
        assert project.name == "新ERP導入"
        assert project.from_finish
        assert project.finish_minute == at("2027-03-31T17:00:00")
        assert project.status_minute == at("2026-11-30T17:00:00")
        assert not project.honors_constraints
        assert project.critical_slack_limit_days == 2
        assert project.multiple_critical_paths
        assert (project.minutes_per_day, project.minutes_per_week, project.days_per_month) == (450, 2250, 19)
        assert (project.default_start, project.default_finish) == (540, 1050)
        assert (project.currency_code, project.currency_digits) == ("JPY", 0)
        assert project.extras == (Extra("Manager", "佐藤"),)

    def test_no_minutes_per_day_are_not_divided_by(self):
        plan = read(mspdi(head="<MinutesPerDay>0</MinutesPerDay>"))
        assert plan.project.minutes_per_day == 480
        assert codes(plan) == ["unit_out_of_range"]

    def test_without_a_start_it_begins_with_its_first_task(self):
        xml = mspdi(task(1, "<Start>2026-12-01T08:00:00</Start>")).replace(
            "<StartDate>2026-11-02T08:00:00</StartDate>", ""
        )
        plan = read(xml)
        assert plan.project.start_minute == at("2026-12-01T08:00:00")
        assert codes(plan) == ["start_missing"]

    def test_elements_that_are_not_kept_are_named(self):
        head = "<Views><View><Name>A</Name></View></Views><Filters/><WBSMasks><WBSMask><Level>1</Level></WBSMask></WBSMasks>"
        plan = read(mspdi(head=head))
        assert codes(plan) == ["element_lost"]
        assert dict(plan.notices[0].params)["element"] == "Views"
        assert plan.project.extras == (
            Extra("WBSMasks", "", (Extra("WBSMask", "", (Extra("Level", "1"),)),)),
        )


class TestTasks:
    def test_fields(self):
        body = (
            "<WBS>1.2</WBS><Active>0</Active><Manual>1</Manual><ManualStart>2026-11-03T08:00:00</ManualStart>"
            "<Milestone>1</Milestone><ConstraintType>4</ConstraintType>"
            "<ConstraintDate>2026-11-04T08:00:00</ConstraintDate><Deadline>2026-11-20T17:00:00</Deadline>"
            "<CalendarUID>1</CalendarUID><IgnoreResourceCalendar>1</IgnoreResourceCalendar><Type>2</Type>"
            "<EffortDriven>1</EffortDriven><Priority>1000</Priority><LevelingDelay>4800</LevelingDelay>"
            "<LevelingDelayFormat>7</LevelingDelayFormat><PercentComplete>40</PercentComplete>"
            "<ActualStart>2026-11-03T08:00:00</ActualStart><ActualDuration>PT3H12M0S</ActualDuration>"
            "<RemainingDuration>PT4H48M0S</RemainingDuration><Stop>2026-11-03T11:12:00</Stop>"
            "<Resume>2026-11-03T11:12:00</Resume><Work>PT16H0M0S</Work><Cost>1200000</Cost><FixedCost>5050</FixedCost>"
            "<Notes>あとで</Notes><Contact>田中</Contact><HideBar>0</HideBar>"
        )
        row = read(mspdi(task(5, body, name="設計"))).tasks[0]
        assert (row.uid, row.row_id, row.name, row.wbs) == (5, 5, "設計", "1.2")
        assert row.duration_minutes == 480
        assert not row.is_active
        assert row.mode == "manual"
        assert row.manual_start_minute == at("2026-11-03T08:00:00")
        assert row.is_milestone
        assert (row.constraint_type, row.constraint_minute) == ("SNET", at("2026-11-04T08:00:00"))
        assert row.deadline_minute == at("2026-11-20T17:00:00")
        assert row.calendar_uid == 1
        assert row.ignores_resource_calendar
        assert row.task_type == "fixed_work"
        assert row.is_effort_driven
        assert row.priority == 1000
        assert (row.leveling_delay_minutes, row.leveling_delay_is_elapsed) == (480, False)
        assert (row.percent_complete, row.actual_duration_minutes, row.remaining_minutes) == (40, 192, 288)
        assert row.stop_minute == row.resume_minute == at("2026-11-03T11:12:00")
        assert (row.work_minutes, row.cost, row.fixed_cost) == (960, Decimal(12000), Decimal("50.5"))
        assert row.notes == "あとで"
        assert row.extras == (Extra("Contact", "田中"),)

    @pytest.mark.parametrize(
        ("code", "unit", "is_elapsed", "is_estimated"),
        [
            (3, "minutes", False, False),
            (6, "hours", True, False),
            (39, "days", False, True),
            (42, "weeks", True, True),
        ],
    )
    def test_the_unit_says_what_kind_of_duration(self, code, unit, is_elapsed, is_estimated):
        xml = mspdi(task(1)).replace("<DurationFormat>7", f"<DurationFormat>{code}")
        row = read(xml).tasks[0]
        assert (row.duration_unit, row.is_elapsed, row.is_estimated) == (unit, is_elapsed, is_estimated)

    def test_recorded_dates_stay_apart(self):
        body = (
            "<Start>2026-11-02T08:00:00</Start><Finish>2026-11-02T17:00:00</Finish><EarlyStart>2026-11-02T08:00:00</EarlyStart>"
            "<LateFinish>2026-11-03T17:00:00</LateFinish><TotalSlack>4800</TotalSlack><FreeSlack>0</FreeSlack><Critical>0</Critical>"
        )
        assert read(mspdi(task(1, body))).tasks[0].recorded == Recorded(
            start_minute=at("2026-11-02T08:00:00"),
            finish_minute=at("2026-11-02T17:00:00"),
            early_start_minute=at("2026-11-02T08:00:00"),
            late_finish_minute=at("2026-11-03T17:00:00"),
            total_slack_minutes=480,
            free_slack_minutes=0,
            is_critical=False,
        )

    def test_levels_make_the_tree(self):
        plan = read(mspdi(task(1), task(2, level=2), task(3, level=3), task(4, level=2), task(5)))
        assert [row.parent_uid for row in plan.tasks] == [None, 1, 2, 1, None]
        assert plan.summary_uids() == {1, 2}

    def test_an_outline_number_will_do(self):
        xml = mspdi(task(1), task(2)).replace(
            "<OutlineLevel>1</OutlineLevel>", "<OutlineNumber>1.1</OutlineNumber>", 2
        )
        xml = xml.replace("1.1</OutlineNumber>", "1</OutlineNumber>", 1)
        assert [row.parent_uid for row in read(xml).tasks] == [None, 1]

    def test_a_level_that_is_skipped_is_mentioned(self):
        plan = read(mspdi(task(1), task(2, level=4)))
        assert [row.outline_level for row in plan.tasks] == [1, 2]
        assert codes(plan) == ["outline_jump"]

    def test_500_levels_are_kept(self):
        plan = read(mspdi(*(task(level, level=level) for level in range(1, 501))))
        assert plan.tasks[-1].outline_level == 500
        assert codes(plan) == ["very_deep_outline"]

    def test_row_0_is_the_project_itself(self):
        plan = read(mspdi(task(0, level=0, name="全体"), task(1)))
        assert plan.summary_task is not None
        assert plan.summary_task.name == "全体"
        assert [row.uid for row in plan.tasks] == [1]

    def test_blank_rows_are_counted(self):
        plan = read(mspdi("<Task><UID>9</UID><IsNull>1</IsNull></Task>", task(1)))
        assert [row.uid for row in plan.tasks] == [1]
        assert codes(plan) == ["blank_rows_lost"]

    def test_a_uid_that_is_no_number_gets_one(self):
        plan = read(mspdi(task("abc", waits_for(2), name="A"), task("def", level=2), task(2), task(7)))
        assert [row.uid for row in plan.tasks] == [8, 9, 2, 7]
        assert [row.parent_uid for row in plan.tasks] == [None, 8, None, None]
        assert plan.links == (PlanLink(2, 8),)
        assert codes(plan).count("task_without_uid") == 2

    def test_values_that_cannot_be_read_are_named(self):
        xml = mspdi(
            task(
                1,
                "<Deadline>NA</Deadline><PercentComplete>viel</PercentComplete><Type>9</Type><Milestone>oui</Milestone>",
                name="A",
            )
        )
        plan = read(xml.replace("PT8H0M0S", "eight hours"))
        row = plan.tasks[0]
        assert (row.deadline_minute, row.percent_complete, row.task_type, row.duration_minutes) == (
            None,
            0,
            "fixed_units",
            0,
        )
        assert codes(plan) == ["value_unreadable"] * 5
        assert {dict(notice.params)["element"] for notice in plan.notices} == {
            "Duration",
            "Deadline",
            "PercentComplete",
            "Type",
            "Milestone",
        }
        assert all(dict(notice.params)["uid"] == 1 and "'A'" in notice.text for notice in plan.notices)

    def test_values_that_no_plan_reaches_are_named(self):
        plan = read(mspdi(task(1, "<Deadline>0001-01-01T00:00:00</Deadline>")))
        assert plan.tasks[0].deadline_minute is None
        assert codes(plan) == ["value_out_of_range"]

    def test_a_constraint_without_a_date_is_none(self):
        plan = read(mspdi(task(1, "<ConstraintType>2</ConstraintType>")))
        assert plan.tasks[0].constraint_type == "ASAP"
        assert codes(plan) == ["constraint_without_date"]

    def test_a_thousand_bad_values_are_summed_up(self):
        plan = read(mspdi(*(task(uid, "<Deadline>NA</Deadline>") for uid in range(1, 1001))))
        assert len(plan.notices) == 101
        assert dict(plan.notices[-1].params)["more"] == 900

    def test_tasks_of_other_files_are_mentioned(self):
        plan = read(
            mspdi(task(1, "<ExternalTask>1</ExternalTask>"), task(2, "<IsSubproject>1</IsSubproject>"))
        )
        assert codes(plan) == ["external_task", "subproject_lost"]

    def test_day_by_day_values_are_counted(self):
        plan = read(
            mspdi(task(1, "<TimephasedData><Type>1</Type><Value>PT8H0M0S</Value></TimephasedData>" * 3))
        )
        assert codes(plan) == ["timephased_lost"]
        assert dict(plan.notices[0].params)["count"] == 3


class TestLinks:
    @pytest.mark.parametrize(("code", "kind"), [(0, "FF"), (1, "FS"), (2, "SF"), (3, "SS")])
    def test_types(self, code, kind):
        assert read(mspdi(task(1), task(2, waits_for(1, kind=code)))).links[0].link_type == kind

    @pytest.mark.parametrize(
        ("unit", "lag", "expected"),
        [
            (7, 9600, PlanLink(1, 2, "FS", "working", 960, 0.0, "days")),
            (7, -4800, PlanLink(1, 2, "FS", "working", -480, 0.0, "days")),
            (8, 14400, PlanLink(1, 2, "FS", "elapsed", 1440, 0.0, "days")),
            (5, 605, PlanLink(1, 2, "FS", "working", 61, 0.0, "hours")),
            (19, 50, PlanLink(1, 2, "FS", "percent", 0, 50.0, "percent")),
            (20, -25, PlanLink(1, 2, "FS", "elapsed_percent", 0, -25.0, "percent")),
            (39, 4800, PlanLink(1, 2, "FS", "working", 480, 0.0, "days")),
        ],
    )
    def test_lags(self, unit, lag, expected):
        assert read(mspdi(task(1), task(2, waits_for(1, lag=lag, unit=unit)))).links == (expected,)

    @pytest.mark.parametrize(
        ("lag", "unit"), [("21474836470", 7), ("1000000000", 19), ("1e300", 7), ("-1e300", 20)]
    )
    def test_a_lag_beyond_any_plan_is_none(self, lag, unit):
        plan = read(mspdi(task(1), task(2, waits_for(1, lag=lag, unit=unit))))
        assert (plan.links[0].lag_minutes, plan.links[0].lag_percent) == (0, 0)
        assert codes(plan) == ["lag_out_of_range"]

    def test_ten_years_of_lag_are_kept(self):
        plan = read(mspdi(task(1), task(2, waits_for(1, lag=3650 * 14400, unit=8))))
        assert plan.links[0].lag_minutes == 3650 * 1440

    def test_a_lag_that_is_no_number_is_named(self):
        plan = read(mspdi(task(1), task(2, waits_for(1, lag="soon"))))
        assert plan.links == (PlanLink(1, 2),)
        assert codes(plan) == ["value_unreadable"]

    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            ((task(1, waits_for(77)),), "link_to_missing_task"),
            ((task(1, waits_for(1)),), "link_to_self"),
            ((task(1), task(2, waits_for(1), level=2)), "link_to_own_summary"),
            ((task(1, waits_for(3)), task(2, level=2), task(3, level=3)), "link_to_own_summary"),
        ],
    )
    def test_that_cannot_hold_are_left_out(self, rows, code):
        plan = read(mspdi(*rows))
        assert plan.links == ()
        assert codes(plan) == [code]

    def test_twice_are_kept_once(self):
        plan = read(mspdi(task(1), task(2, waits_for(1, kind=3) + waits_for(1))))
        assert plan.links == (PlanLink(1, 2, "SS"),)
        assert codes(plan) == ["duplicate_link"]

    def test_into_other_files_are_lost(self):
        other = "<CrossProject>1</CrossProject><CrossProjectName>D:\\他.mpp\\12</CrossProjectName></PredecessorLink>"
        plan = read(mspdi(task(1), task(2, waits_for(1).replace("</PredecessorLink>", other))))
        assert plan.links == ()
        assert codes(plan) == ["cross_project_link_lost"]
        assert dict(plan.notices[0].params)["address"] == "D:\\他.mpp\\12"

    def test_siblings_under_one_summary_are_no_circle(self):
        plan = read(mspdi(task(1), task(2, level=2), task(3, waits_for(2), level=2), task(4, waits_for(1))))
        assert len(plan.links) == 2

    def test_a_chain_of_20_000_needs_no_recursion(self):
        rows = [task(uid, waits_for(uid - 1) if uid > 1 else "") for uid in range(1, 20_001)]
        assert len(read(mspdi(*rows)).links) == 19_999


class TestCalendars:
    def calendar(self, body: str, *, base: int = -1, uid: int = 2) -> str:
        return f"<Calendar><UID>{uid}</UID><Name>現場</Name><BaseCalendarUID>{base}</BaseCalendarUID>{body}</Calendar>"

    def exception(self, body: str, first: str = "2026-12-29", last: str = "2027-01-03") -> str:
        period = (
            f"<TimePeriod><FromDate>{first}T00:00:00</FromDate><ToDate>{last}T23:59:59</ToDate></TimePeriod>"
        )
        return f"<Exceptions><Exception>{period}<Name>年末年始</Name>{body}</Exception></Exceptions>"

    def read_one(self, body: str, **settings: int):
        return read(mspdi(calendars=STANDARD + self.calendar(body, **settings))).calendars[1]

    def test_the_usual_week(self):
        week = read(mspdi()).calendars[0].week
        assert week == (OFFICE_DAY,) * 5 + ((), ())

    def test_days_that_are_not_there_come_from_the_base(self):
        saturday = (
            f"<WeekDays><WeekDay><DayType>7</DayType><DayWorking>1</DayWorking>{HOURS}</WeekDay></WeekDays>"
        )
        rules = self.read_one(saturday, base=1)
        assert rules.base_id == 1
        assert rules.week == (None,) * 5 + (OFFICE_DAY, None)

    @pytest.mark.parametrize(
        ("start", "end", "shift"),
        [("22:00", "06:00", (1320, 1800)), ("00:00", "00:00", (0, 1440)), ("18:00", "00:00", (1080, 1440))],
    )
    def test_shifts_may_reach_midnight_and_beyond(self, start, end, shift):
        hours = HOURS.replace("08:00:00", f"{start}:00", 1).replace("12:00:00", f"{end}:00", 1)
        hours = hours[: hours.index("</WorkingTime>")] + "</WorkingTime></WorkingTimes>"
        rules = self.read_one(
            f"<WeekDays><WeekDay><DayType>2</DayType><DayWorking>1</DayWorking>{hours}</WeekDay></WeekDays>"
        )
        assert rules.week[0] == (shift,)

    def test_working_without_hours_means_office_hours(self):
        rules = self.read_one(
            "<WeekDays><WeekDay><DayType>1</DayType><DayWorking>1</DayWorking></WeekDay></WeekDays>"
        )
        assert rules.week[6] == OFFICE_DAY

    def test_hours_that_cannot_be_read_are_named(self):
        bad = HOURS.replace("08:00:00", "morning")
        body = f"<WeekDays><WeekDay><DayType>2</DayType><DayWorking>1</DayWorking>{bad}</WeekDay></WeekDays>"
        plan = read(mspdi(calendars=self.calendar(body, uid=1)))
        assert plan.calendars[0].week[0] == ((780, 1020),)
        assert codes(plan) == ["hours_unreadable"]

    def test_an_exception_ends_on_its_last_day(self):
        rules = self.read_one(self.exception("<Type>1</Type><DayWorking>0</DayWorking>"))
        first, last = at("2026-12-29") // 1440, at("2027-01-03") // 1440
        assert rules.exceptions == (CalendarException(first, last, (), "年末年始"),)

    def test_exceptions_of_old_files_are_weekdays_of_type_0(self):
        period = "<TimePeriod><FromDate>2026-11-23T00:00:00</FromDate><ToDate>2026-11-23T23:59:00</ToDate></TimePeriod>"
        body = (
            f"<WeekDays><WeekDay><DayType>0</DayType><DayWorking>0</DayWorking>{period}</WeekDay></WeekDays>"
        )
        day = at("2026-11-23") // 1440
        assert self.read_one(body).exceptions == (CalendarException(day, day),)
        both = body + self.exception("<DayWorking>0</DayWorking>", "2026-11-23", "2026-11-23")
        assert self.read_one(both).exceptions == (CalendarException(day, day, (), "年末年始"),)

    @pytest.mark.parametrize(
        ("body", "rule"),
        [
            ("<Type>7</Type><Period>3</Period>", Recurrence("daily", 3)),
            ("<Type>6</Type><Period>2</Period><DaysOfWeek>65</DaysOfWeek>", Recurrence("weekly", 2, (5, 6))),
            (
                "<Type>4</Type><Period>2</Period><MonthDay>15</MonthDay>",
                Recurrence("monthly_day", 2, month_day=15),
            ),
            (
                "<Type>5</Type><MonthItem>9</MonthItem><MonthPosition>4</MonthPosition>",
                Recurrence("monthly_weekday", 1, (5,), position=5),
            ),
            (
                "<Type>2</Type><Month>1</Month><MonthDay>11</MonthDay>",
                Recurrence("yearly_day", 1, month_day=11, month=2),
            ),
            (
                "<Type>3</Type><Month>0</Month><MonthItem>4</MonthItem><MonthPosition>1</MonthPosition>",
                Recurrence("yearly_weekday", 1, (0,), position=2, month=1),
            ),
            (
                "<EnteredByOccurrences>1</EnteredByOccurrences><Occurrences>5</Occurrences><Type>7</Type><Period>2</Period>",
                Recurrence("daily", 2, count=5),
            ),
        ],
    )
    def test_exceptions_may_recur(self, body, rule):
        assert self.read_one(self.exception(body)).exceptions[0].recurrence == rule

    def test_work_weeks(self):
        period = "<TimePeriod><FromDate>2026-12-01T00:00:00</FromDate><ToDate>2026-12-31T00:00:00</ToDate></TimePeriod>"
        day = f"<WeekDays><WeekDay><DayType>7</DayType><DayWorking>1</DayWorking>{HOURS}</WeekDay></WeekDays>"
        rules = self.read_one(f"<WorkWeeks><WorkWeek>{period}<Name>繁忙期</Name>{day}</WorkWeek></WorkWeeks>")
        week = (None,) * 5 + (OFFICE_DAY, None)
        assert rules.work_weeks == (
            WorkWeek(at("2026-12-01") // 1440, at("2026-12-31") // 1440, week, "繁忙期"),
        )

    @pytest.mark.parametrize(
        ("calendars", "code"),
        [
            ("<Calendar><UID>1</UID><BaseCalendarUID>1</BaseCalendarUID></Calendar>", "calendar_base_circle"),
            (
                "<Calendar><UID>1</UID><BaseCalendarUID>8</BaseCalendarUID></Calendar>",
                "calendar_base_missing",
            ),
            (
                "<Calendar><UID>1</UID><BaseCalendarUID>2</BaseCalendarUID></Calendar>"
                "<Calendar><UID>2</UID><BaseCalendarUID>1</BaseCalendarUID></Calendar>",
                "calendar_base_circle",
            ),
        ],
    )
    def test_a_base_must_lead_somewhere(self, calendars, code):
        plan = read(mspdi(calendars=calendars))
        assert plan.calendars[0].base_id is None
        assert codes(plan) == [code]

    def test_calendars_that_are_missing_are_named(self):
        plan = read(
            mspdi(
                task(1, "<CalendarUID>8</CalendarUID>"),
                calendars="",
                resources="<Resource><UID>1</UID><CalendarUID>9</CalendarUID></Resource>",
            )
        )
        assert plan.project.calendar_uid is None
        assert plan.tasks[0].calendar_uid is None
        assert plan.resources[0].calendar_uid is None
        assert codes(plan) == ["project_calendar_missing", "calendar_missing", "calendar_missing"]


class TestPeople:
    RESOURCES = (
        "<Resource><UID>0</UID><Name/></Resource>"
        "<Resource><UID>1</UID><ID>1</ID><Name>山田</Name><Type>1</Type><MaxUnits>0.5</MaxUnits><CalendarUID>1</CalendarUID>"
        "<StandardRate>5000</StandardRate><CostPerUse>10000</CostPerUse><Group>開発</Group>"
        "<Rates><Rate><RatesFrom>2026-04-01T00:00:00</RatesFrom></Rate></Rates></Resource>"
        "<Resource><UID>2</UID><Name>鋼材</Name><Type>0</Type><MaterialLabel>t</MaterialLabel></Resource>"
        "<Resource><UID>3</UID><Name>交通費</Name><Type>0</Type><IsCostResource>1</IsCostResource></Resource>"
    )

    def test_kinds(self):
        people = read(mspdi(resources=self.RESOURCES)).resources
        assert [(item.uid, item.kind) for item in people] == [(1, "work"), (2, "material"), (3, "cost")]
        assert (people[0].max_units, people[0].standard_rate, people[0].cost_per_use) == (
            0.5,
            Decimal(5000),
            Decimal(100),
        )
        assert people[0].group == "開発"
        assert people[0].extras[0].name == "Rates"

    def test_assignments(self):
        body = (
            "<Assignment><UID>1</UID><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID><Units>0.5</Units><Work>PT4H0M0S</Work>"
            "<Delay>4800</Delay><WorkContour>8</WorkContour><OvertimeWork>PT1H0M0S</OvertimeWork></Assignment>"
        )
        item = read(mspdi(task(1), resources=self.RESOURCES, assignments=body)).assignments[0]
        assert (item.task_uid, item.resource_uid, item.units, item.work_minutes) == (1, 1, 0.5, 240)
        assert (item.delay_minutes, item.contour, item.overtime_work_minutes) == (480, "contoured", 60)

    def assignment(self, task_uid: int, resource_uid: int) -> str:
        return f"<Assignment><UID>1</UID><TaskUID>{task_uid}</TaskUID><ResourceUID>{resource_uid}</ResourceUID></Assignment>"

    def test_no_resource_is_no_assignment(self):
        plan = read(mspdi(task(1), resources=self.RESOURCES, assignments=self.assignment(1, -65535)))
        assert plan.assignments == ()
        assert codes(plan) == []

    @pytest.mark.parametrize("pair", [(1, 9), (9, 1)])
    def test_assignments_of_nothing_are_named(self, pair):
        plan = read(mspdi(task(1), resources=self.RESOURCES, assignments=self.assignment(*pair)))
        assert plan.assignments == ()
        assert codes(plan) == ["assignment_of_nothing"]

    def test_the_budget_of_the_project_stays_apart(self):
        rows = (task(0, level=0), task(1))
        plan = read(mspdi(*rows, resources=self.RESOURCES, assignments=self.assignment(0, 3)))
        assert plan.assignments == ()
        assert len(plan.summary_assignments) == 1


class TestCustomFields:
    def test_definitions_and_values(self):
        head = (
            "<ExtendedAttributes><ExtendedAttribute><FieldID>188743731</FieldID><FieldName>Text1</FieldName>"
            "<Alias>工区</Alias></ExtendedAttribute></ExtendedAttributes>"
            "<OutlineCodes><OutlineCode><FieldID>188744588</FieldID><FieldName>Outline Code1</FieldName>"
            "<Values><Value><ValueID>1</ValueID><Value>土木</Value></Value></Values></OutlineCode></OutlineCodes>"
        )
        body = (
            "<ExtendedAttribute><FieldID>188743731</FieldID><Value>A工区</Value></ExtendedAttribute>"
            "<OutlineCode><FieldID>188744588</FieldID><ValueID>1</ValueID></OutlineCode>"
        )
        plan = read(mspdi(task(1, body), head=head))
        assert [(item.alias, item.is_outline_code) for item in plan.custom_fields] == [
            ("工区", False),
            ("", True),
        ]
        assert plan.custom_fields[1].extras[0].name == "Values"
        plain, coded = plan.tasks[0].custom_values
        assert (plain.value, coded.value_id, coded.is_outline_code) == ("A工区", "1", True)

    def test_baselines(self):
        body = (
            "<Baseline><Number>1</Number><Start>2026-11-02T08:00:00</Start><Duration>PT8H0M0S</Duration>"
            "<DurationFormat>7</DurationFormat><Work>PT8H0M0S</Work><Cost>100</Cost></Baseline>"
        )
        baseline = read(mspdi(task(1, body))).tasks[0].baselines[0]
        assert (baseline.number, baseline.start_minute) == (1, at("2026-11-02T08:00:00"))
        assert (baseline.duration_minutes, baseline.work_minutes, baseline.cost) == (480, 480, Decimal(1))
