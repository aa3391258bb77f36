"""Pages of projects that come again, and the page that copies a project."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine

from projects.calendars.services import make_company_calendar
from projects.models import AuditEntry, Organization, OrganizationMember, Project
from tasks.models import RecurringPeriod, RecurringProject, Task
from tasks.recurring.making import make_recurring_projects
from tasks.recurring.tests.test_making import DUE, NEW_YEAR, delete_source, made, make_template, rows
from tests.pages import compact

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _december() -> Any:
    """The day on which the first period is due."""
    with time_machine.travel(f"{DUE} 09:00+09:00", tick=False):
        yield


@pytest.fixture
def template(organization, project, chain, cast) -> RecurringProject:
    """Monthly, copied from the project."""
    return make_template(organization, cast.leader, source=project)


@pytest.fixture
def typed(cast, project) -> dict[str, Any]:
    """A form for a new template, filled in."""
    return {
        "name": "月次保守", "code_prefix": "MNT", "source": "PRJ-001", "copies_people": "on",
        "frequency": "MONTHLY", "month_kind": "day", "month_day": "1", "interval": "1", "ends": "never",
        "first_on": "2027/01/01", "length_days": "5", "lead_days": "30", "holiday_rule": "after",
        "leader": cast.leader.pk, "budget": "300,000",
    }  # fmt: skip


@pytest.fixture
def guest_client(client, person):
    client.force_login(person("guest", "客 人", role="guest"), backend="projects.auth.AccountBackend")
    return client


class TestRecurringList:
    url = "/recurring/"

    def test_shows_the_rule_and_the_next_period(self, viewer_client, template):
        html = compact(viewer_client.get(self.url))
        assert "毎月1日" in html
        assert "2027/01/04（月）" in html

    def test_counts_what_was_made_and_what_failed(self, viewer_client, template):
        make_recurring_projects(today=DUE)
        html = compact(viewer_client.get(self.url))
        assert "2027/02/01（月）" in html

    @pytest.mark.parametrize(
        "change", [{"is_active": False}, {"rule": "FREQ=DAILY;COUNT=1", "first_on": "2026-01-05"}]
    )
    def test_names_no_next_period_where_there_is_none(self, viewer_client, template, change):
        RecurringProject.objects.update(**change)
        assert "2027/" not in compact(viewer_client.get(self.url))

    def test_outlives_a_calendar_without_work(self, viewer_client, template, calendar):
        calendar.week = [[]] * 7
        calendar.save()
        assert "2027/01/01（金）" in compact(viewer_client.get(self.url))
        answer = viewer_client.get(f"/recurring/{template.pk}/")
        assert "標準カレンダーに稼働日がない" in compact(answer)

    def test_says_what_will_be_here(self, admin_client, project):
        assert "繰り返すプロジェクトはまだありません" in compact(admin_client.get(self.url))

    def test_leads_members_to_no_form(self, viewer_client, project):
        assert "/recurring/new/" not in compact(viewer_client.get(self.url))

    def test_is_hidden_from_guests(self, guest_client, template):
        assert guest_client.get(self.url).status_code == 404

    def test_shows_a_stranger_nothing(self, stranger_client, template):
        assert template.name not in compact(stranger_client.get(self.url))

    def test_costs_the_same_for_many(self, viewer_client, template, queries_of, organization, cast):
        few = queries_of(viewer_client, self.url)
        for number in range(20):
            make_template(organization, cast.leader, code_prefix=f"N{number}", task_lines="点検 1日")
        make_recurring_projects(today=DUE)
        assert queries_of(viewer_client, self.url) == few


class TestRecurringAdd:
    url = "/recurring/new/"

    def test_adds_a_template(self, admin_client, cast, typed):
        answer = admin_client.post(self.url, typed)
        made_one = RecurringProject.objects.get()
        assert answer["Location"] == f"/recurring/{made_one.pk}/"
        assert (made_one.rule, made_one.first_on, int(made_one.budget)) == (
            "FREQ=MONTHLY;BYMONTHDAY=1", NEW_YEAR, 300_000,
        )  # fmt: skip
        entry = AuditEntry.objects.get(action="recurring.added")
        assert (entry.actor, entry.target_id, entry.after["rule"]) == (cast.admin, made_one.pk, made_one.rule)

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"frequency": "DAILY", "interval": "3"}, "FREQ=DAILY;INTERVAL=3"),
            ({"frequency": "WEEKLY", "weekdays": ["MO", "TH"]}, "FREQ=WEEKLY;BYDAY=MO,TH"),
            ({"frequency": "WEEKLY"}, "FREQ=WEEKLY;BYDAY=FR"),  # as the first day is
            ({"month_kind": "last"}, "FREQ=MONTHLY;BYMONTHDAY=-1"),
            ({"month_kind": "nth", "nth": "2", "nth_weekday": "TU"}, "FREQ=MONTHLY;BYDAY=2TU"),
            ({"month_kind": "nth"}, "FREQ=MONTHLY;BYDAY=1FR"),
            ({"month_kind": "nth", "first_on": "2027/01/29"}, "FREQ=MONTHLY;BYDAY=-1FR"),
            ({"frequency": "YEARLY", "month": "4", "month_day": "1"}, "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1"),
            ({"ends": "until", "until": "2027/12/31"}, "FREQ=MONTHLY;BYMONTHDAY=1;UNTIL=20271231"),
            ({"ends": "count", "count": "12"}, "FREQ=MONTHLY;BYMONTHDAY=1;COUNT=12"),
            ({"frequency": "CUSTOM", "rule": "rrule:freq=weekly;byday=mo;count=3"}, "FREQ=WEEKLY;BYDAY=MO;COUNT=3"),
        ],
    )  # fmt: skip
    def test_makes_a_rule_of_the_choices(self, admin_client, typed, change, rule):
        assert admin_client.post(self.url, typed | change).status_code == 302
        template = RecurringProject.objects.get()
        assert template.rule == rule
        # And back: saving the form as it comes changes nothing.
        form = admin_client.get(f"/recurring/{template.pk}/edit/").context["form"]
        again = {name: value for name in form.fields if (value := form[name].value()) not in (None, False)}
        again |= {"first_on": f"{template.first_on:%Y/%m/%d}", "leader": template.leader_id}
        if "until" in again:
            again["until"] = "2027/12/31"
        assert admin_client.post(f"/recurring/{template.pk}/edit/", again).status_code == 302
        template.refresh_from_db()
        assert template.rule == rule
        assert not AuditEntry.objects.filter(action="recurring.edited").exists()

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"name": ""}, "名称"),
            ({"code_prefix": "M NT"}, "空白なしで"),
            ({"source": "PRJ-999"}, "コード「PRJ-999」のプロジェクトはありません。"),
            ({"source": ""}, "元にするプロジェクトを選ぶか、タスクを書いてください。"),
            ({"source": "", "task_lines": "点検"}, "1行目「点検」を読み取れません。"),
            ({"source": "", "task_lines": "点検 2日\n報告 たくさん"}, "2行目「報告 たくさん」を読み取れません。"),
            ({"source": "", "task_lines": "点検 1日\n" * 201}, "タスクは200行までです。"),
            ({"source": "", "task_lines": "点検 9999999w"}, "長すぎます"),
            ({"frequency": "CUSTOM", "rule": ""}, "RRULE を書いてください。"),
            ({"frequency": "CUSTOM", "rule": "FREQ=SECONDLY"}, "「SECONDLY」は使えません。"),
            ({"frequency": "CUSTOM", "rule": "FREQ=DAILY;BYSECOND=1"}, "「BYSECOND」は使えません。"),
            ({"frequency": "CUSTOM", "rule": "FREQ=DAILY;COUNT=1000"}, "回数「1000」は使えません。"),
            ({"frequency": "CUSTOM", "rule": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"}, "5年間に1回もありません。"),
            ({"frequency": "YEARLY", "month": "4", "month_day": "31"}, "5年間に1回もありません。"),
            ({"frequency": "FORTNIGHTLY"}, "繰り返し"),
            ({"month_day": "32"}, "日"),
            ({"ends": "until", "until": ""}, "最後の日を入力してください。"),
            ({"ends": "until", "until": "2026/12/31"}, "5年間に1回もありません。"),
            ({"ends": "count", "count": ""}, "回数を入力してください。"),
            ({"first_on": "来月"}, "日付は 2026/11/24 のように"),
            ({"length_days": "0"}, "長さ"),
            ({"lead_days": "367"}, "作成する時期"),
            ({"leader": "0"}, "リーダー"),
            ({"budget": "-1"}, "1回の予算"),
            ({"holiday_rule": "never"}, "休日に当たるとき"),
        ],
    )  # fmt: skip
    def test_refuses_nonsense(self, admin_client, typed, change, words):
        answer = admin_client.post(self.url, typed | change)
        assert answer.status_code == 422
        assert words in compact(answer)
        assert not RecurringProject.objects.exists()

    def test_refuses_a_prefix_that_is_taken(self, admin_client, template, typed):
        answer = admin_client.post(self.url, typed)
        assert answer.status_code == 422
        assert "「月次保守」が使っています。" in compact(answer)

    def test_copies_no_project_of_others(self, admin_client, cast, typed):
        other = Organization.objects.get(code="yoso")
        Project.objects.create(
            organization=other, code="THEIRS", name="余所の計画", start_date=NEW_YEAR, end_date=NEW_YEAR, start_minute=0,
            calendar=make_company_calendar(other, name="会社カレンダー"),
        )  # fmt: skip
        assert admin_client.post(self.url, typed | {"source": "THEIRS"}).status_code == 422
        assert "余所の計画" not in compact(admin_client.get(self.url))

    def test_escapes_what_was_typed(self, admin_client, typed):
        admin_client.post(self.url, typed | {"name": "<script>alert(1)</script>"})
        html = compact(admin_client.get("/recurring/"))
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html

    def test_needs_the_right_to_make_projects(self, leader_client, typed):
        assert leader_client.get(self.url).status_code == 403
        assert leader_client.post(self.url, typed).status_code == 403

    def test_is_hidden_from_guests(self, guest_client, project):
        assert guest_client.get(self.url).status_code == 404

    def test_keeps_money_from_those_who_may_not_see_it(self, client, person, typed):
        client.force_login(person("pmo", "鈍色 こはる", role="pmo"), backend="projects.auth.AccountBackend")
        assert 'name="budget"' not in compact(client.get(self.url))
        client.post(self.url, typed)
        template = RecurringProject.objects.get()
        assert template.budget == 0
        assert "1回の予算" not in compact(client.get(f"/recurring/{template.pk}/"))

    def test_shows_the_days_without_scripts(self, admin_client, typed):
        answer = admin_client.post(self.url, typed | {"check": "1", "frequency": "WEEKLY", "name": ""})
        html = compact(answer)
        assert answer.status_code == 200
        assert 'name="weekdays"' in html
        assert "2027/01/08（金）" in html
        assert "field__error" not in html
        assert not RecurringProject.objects.exists()


class TestRecurringPreview:
    url = "/recurring/preview"

    def ask(self, client: Any, data: dict[str, Any], target: str = "recurring-dates") -> Any:
        return client.post(self.url, data, headers=HTMX | {"HX-Target": target})

    def test_shows_where_holidays_move_the_days(self, admin_client, typed):
        html = compact(self.ask(admin_client, typed))
        assert html.strip().startswith('<div class="section" id="recurring-dates"')
        assert (
            html.index("2027/01/01（金・元日）") < html.index("2027/01/04（月）") < html.index("MNT-202701")
        )
        assert "全60回のうち、はじめの12回です。" in html

    def test_shows_them_before(self, admin_client, typed):
        assert "2026/12/28（月）" in compact(self.ask(admin_client, typed | {"holiday_rule": "before"}))

    def test_needs_no_name_yet(self, admin_client, typed):
        html = compact(self.ask(admin_client, typed | {"name": "", "code_prefix": ""}))
        assert "…-202701" in html

    def test_asks_for_the_fields_of_another_frequency(self, admin_client, typed):
        html = compact(self.ask(admin_client, typed | {"frequency": "YEARLY"}, "recurring-rule"))
        assert 'name="month"' in html
        assert "recurring-dates" not in html

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"first_on": ""}, "最初の日"),
            ({"frequency": "CUSTOM", "rule": "FREQ=HOURLY"}, "「HOURLY」は使えません。"),
            ({"interval": "0"}, "間隔"),
        ],
    )
    def test_says_what_is_missing(self, admin_client, typed, change, words):
        answer = self.ask(admin_client, typed | change)
        assert answer.status_code == 200
        assert words in compact(answer)

    def test_says_that_the_calendar_has_no_work(self, admin_client, typed, calendar):
        calendar.week = [[]] * 7
        calendar.save()
        assert "標準カレンダーに稼働日がない" in compact(self.ask(admin_client, typed))

    def test_writes_nothing(self, admin_client, typed):
        self.ask(admin_client, typed)
        assert not RecurringProject.objects.exists()
        assert not AuditEntry.objects.filter(action__startswith="recurring").exists()

    def test_needs_the_right_to_make_projects(self, leader_client, typed):
        assert self.ask(leader_client, typed).status_code == 403

    def test_rejects_get(self, admin_client, project):
        assert admin_client.get(self.url).status_code == 405


class TestRecurringDetail:
    def test_says_the_rule_and_what_is_coming(self, viewer_client, template):
        html = compact(viewer_client.get(f"/recurring/{template.pk}/"))
        for words in ("毎月1日", "次の稼働日に移す", "2027/01/01（金・元日）", "全60回を見る"):
            assert words in html
        assert "見送る</button>" not in html

    def test_shows_its_description_as_it_was_meant(self, viewer_client, template):
        RecurringProject.objects.filter(pk=template.pk).update(description="**至急** <b>です</b>")
        html = compact(viewer_client.get(f"/recurring/{template.pk}/"))
        assert "<strong>至急</strong>&lt;b&gt;です&lt;/b&gt;" in html

    def test_shows_all_of_them_when_asked(self, viewer_client, template):
        assert "2031/12/01" in compact(viewer_client.get(f"/recurring/{template.pk}/?all=1"))

    def test_leads_to_what_was_made(self, viewer_client, template):
        make_recurring_projects(today=DUE)
        project = Project.objects.get(code="MNT-202701")
        assert f'href="/projects/{project.pk}/"' in compact(viewer_client.get(f"/recurring/{template.pk}/"))

    def test_says_why_a_period_failed(self, viewer_client, template, cast):
        delete_source(template, cast)
        make_recurring_projects(today=DUE)
        assert "は削除されているため、コピーできません。" in compact(
            viewer_client.get(f"/recurring/{template.pk}/")
        )

    def test_is_hidden_from_strangers_and_guests(self, stranger_client, guest_client, template):
        for client in (stranger_client, guest_client):
            assert client.get(f"/recurring/{template.pk}/").status_code == 404

    def test_costs_the_same_for_many_periods(self, admin_client, template, queries_of):
        url = f"/recurring/{template.pk}/"
        few = queries_of(admin_client, url)
        RecurringPeriod.objects.bulk_create(
            RecurringPeriod(
                organization=template.organization, recurring=template, period_on=date(2020, month, day),
                state="skipped", reason="試験",
            )
            for month in range(1, 13)
            for day in range(1, 26)
        )  # fmt: skip
        assert queries_of(admin_client, url) == few


class TestRecurringEdit:
    def url(self, template: RecurringProject) -> str:
        return f"/recurring/{template.pk}/edit/"

    def data(self, client: Any, template: RecurringProject, typed: dict[str, Any]) -> dict[str, Any]:
        return typed | {"revision": client.get(self.url(template)).context["form"]["revision"].value()}

    def test_changes_a_template(self, admin_client, cast, template, typed):
        data = self.data(admin_client, template, typed) | {"name": "毎月の保守", "length_days": "3"}
        assert admin_client.post(self.url(template), data)["Location"] == f"/recurring/{template.pk}/"
        template.refresh_from_db()
        assert (template.name, template.length_days) == ("毎月の保守", 3)
        entry = AuditEntry.objects.get(action="recurring.edited")
        assert (entry.actor, entry.before, entry.after) == (
            cast.admin,
            {"name": "月次保守", "length_days": 5},
            {"name": "毎月の保守", "length_days": 3},
        )

    def test_overwrites_no_one(self, admin_client, template, typed):
        data = self.data(admin_client, template, typed)
        RecurringProject.objects.update(length_days=9)
        answer = admin_client.post(self.url(template), data | {"name": "毎月の保守"})
        assert answer.status_code == 409
        assert "ほかの人が変えました" in compact(answer)
        template.refresh_from_db()
        assert (template.name, template.length_days) == ("月次保守", 9)
        # Sent once more, with what the page says now, it stands.
        again = data | {"name": "毎月の保守", "revision": answer.context["form"]["revision"].value()}
        assert admin_client.post(self.url(template), again).status_code == 302

    def test_makes_nothing_of_days_that_have_passed(self, admin_client, template, typed):
        data = self.data(admin_client, template, typed) | {"first_on": "2026/11/01"}
        answer = admin_client.post(self.url(template), data)
        assert answer.status_code == 422
        assert "過ぎた日（2026/11/01（日））から始まります。" in compact(answer)

    def test_may_end_what_began_long_ago(self, admin_client, template, typed):
        RecurringProject.objects.update(first_on=date(2026, 1, 1))
        data = self.data(admin_client, template, typed) | {
            "first_on": "2026/01/01",
            "ends": "until",
            "until": "2027/03/31",
        }
        assert admin_client.post(self.url(template), data).status_code == 302

    def test_refuses_nonsense(self, admin_client, template, typed):
        data = self.data(admin_client, template, typed) | {"name": " "}
        assert admin_client.post(self.url(template), data).status_code == 422

    def test_is_hidden_from_strangers(self, stranger_client, template, typed):
        assert stranger_client.post(self.url(template), typed).status_code == 404

    def test_needs_the_right_to_make_projects(self, leader_client, template, typed):
        assert leader_client.get(self.url(template)).status_code == 403
        assert leader_client.post(self.url(template), typed).status_code == 403


class TestRecurringPause:
    def test_stops_and_goes_on(self, admin_client, cast, template):
        for action, is_active in (("pause", False), ("resume", True)):
            assert admin_client.post(f"/recurring/{template.pk}/{action}").status_code == 302
            template.refresh_from_db()
            assert template.is_active is is_active
        actions = AuditEntry.objects.filter(target_type="recurringproject").order_by("sequence")
        assert list(actions.values_list("action", "actor")) == [
            ("recurring.paused", cast.admin.pk), ("recurring.resumed", cast.admin.pk),
        ]  # fmt: skip

    @pytest.mark.parametrize("action", ["pause", "resume"])
    def test_is_for_those_who_make_projects(
        self, stranger_client, leader_client, admin_client, template, action
    ):
        url = f"/recurring/{template.pk}/{action}"
        assert stranger_client.post(url).status_code == 404
        assert leader_client.post(url).status_code == 403
        assert admin_client.get(url).status_code == 405


class TestRecurringSkip:
    data = {"period": "2027-02-01", "reason": "設備の停止日と重なるため"}

    def skip(self, client: Any, template: RecurringProject, **change: Any) -> Any:
        return client.post(f"/recurring/{template.pk}/skip", self.data | change)

    def test_leaves_a_period_out(self, admin_client, cast, template):
        assert self.skip(admin_client, template).status_code == 302
        make_recurring_projects(today=date(2027, 2, 2))
        assert (date(2027, 2, 1), "skipped") in rows(template)
        assert "MNT-202702" not in made()
        entry = AuditEntry.objects.get(action="recurring.skipped")
        assert (entry.actor, entry.after) == (
            cast.admin,
            {"period": "2027-02-01", "reason": self.data["reason"]},
        )
        html = compact(admin_client.get(f"/recurring/{template.pk}/"))
        assert self.data["reason"] in html

    def test_leaves_a_failed_one_out(self, admin_client, cast, template):
        delete_source(template, cast)
        make_recurring_projects(today=DUE)
        self.skip(admin_client, template, period="2027-01-01")
        assert rows(template) == [(NEW_YEAR, "skipped")]

    def test_leaves_a_failed_one_out_that_the_rule_names_no_more(self, admin_client, cast, template):
        delete_source(template, cast)
        make_recurring_projects(today=DUE)
        RecurringProject.objects.update(rule="FREQ=MONTHLY;BYMONTHDAY=15")
        assert self.skip(admin_client, template, period="2027-01-01").status_code == 302
        assert rows(template) == [(NEW_YEAR, "skipped")]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"reason": " "}, "見送る理由を入力してください。"),
            ({"period": "2027-02-02"}, "の回はもうありません。"),
            ({"reason": "長" * 301}, "300"),
            ({"reason": "\0"}, ""),
            ({"period": "きのう"}, ""),
            ({"period": "2027-01-01"}, "の回はもう作成されています。"),
        ],
    )
    def test_refuses_nonsense(self, admin_client, template, change, words):
        make_recurring_projects(today=DUE)
        answer = self.skip(admin_client, template, **change)
        assert answer.status_code == 422
        assert words in compact(answer)
        assert rows(template) == [(NEW_YEAR, "made")]

    def test_is_for_those_who_make_projects(self, stranger_client, leader_client, admin_client, template):
        assert self.skip(stranger_client, template).status_code == 404
        assert self.skip(leader_client, template).status_code == 403
        assert admin_client.get(f"/recurring/{template.pk}/skip").status_code == 405
        assert rows(template) == []


class TestRecurringUnskip:
    def unskip(self, client: Any, template: RecurringProject, day: str = "2027-01-01") -> Any:
        return client.post(f"/recurring/{template.pk}/unskip", {"period": day})

    @pytest.fixture
    def skipped(self, admin_client, template) -> RecurringProject:
        admin_client.post(f"/recurring/{template.pk}/skip", {"period": "2027-01-01", "reason": "休み"})
        return template

    def test_takes_a_skip_back(self, admin_client, skipped):
        assert self.unskip(admin_client, skipped).status_code == 302
        make_recurring_projects(today=DUE)
        assert rows(skipped) == [(NEW_YEAR, "made")]
        assert AuditEntry.objects.filter(action="recurring.unskipped").count() == 1

    def test_refuses_what_has_passed_or_is_not_skipped(self, admin_client, skipped):
        assert self.unskip(admin_client, skipped, "2027-02-01").status_code == 422
        with time_machine.travel("2027-01-09 09:00+09:00", tick=False):
            admin_client.force_login(
                AuditEntry.objects.get(action="recurring.skipped").actor,
                backend="projects.auth.AccountBackend",
            )
            assert self.unskip(admin_client, skipped).status_code == 422
        assert rows(skipped) == [(NEW_YEAR, "skipped")]

    def test_is_for_those_who_make_projects(self, stranger_client, leader_client, admin_client, skipped):
        assert self.unskip(stranger_client, skipped).status_code == 404
        assert self.unskip(leader_client, skipped).status_code == 403
        assert admin_client.get(f"/recurring/{skipped.pk}/unskip").status_code == 405


class TestRecurringRetry:
    def retry(self, client: Any, template: RecurringProject, day: str = "2027-01-01") -> Any:
        return client.post(f"/recurring/{template.pk}/retry", {"period": day}, follow=True)

    @pytest.fixture
    def failed(self, template, cast) -> RecurringProject:
        delete_source(template, cast)
        make_recurring_projects(today=DUE)
        return template

    def test_makes_a_failed_period(self, admin_client, cast, failed):
        Project.objects.update(deleted_at=None)
        assert "今の状態は「作成済み」です" in compact(self.retry(admin_client, failed))
        assert (rows(failed), made()) == ([(NEW_YEAR, "made")], ["MNT-202701"])
        assert AuditEntry.objects.get(action="recurring.retried").actor == cast.admin

    def test_says_why_it_failed_again(self, admin_client, failed):
        html = compact(self.retry(admin_client, failed))
        assert html.count("コピーできません。") == 2  # beside the period, and as a message
        assert RecurringPeriod.objects.get().attempt_count == 2

    def test_refuses_what_has_not_failed(self, admin_client, template):
        assert self.retry(admin_client, template).status_code == 422

    def test_is_for_those_who_make_projects(self, stranger_client, leader_client, admin_client, failed):
        assert self.retry(stranger_client, failed).status_code == 404
        assert self.retry(leader_client, failed).status_code == 403
        assert admin_client.get(f"/recurring/{failed.pk}/retry").status_code == 405


class TestRecurringDelete:
    def test_forgets_the_template_and_leaves_the_projects(self, admin_client, cast, template):
        make_recurring_projects(today=DUE)
        assert "作成済みのプロジェクト 1件は、そのまま残ります。" in compact(
            admin_client.get(f"/recurring/{template.pk}/delete/")
        )
        assert admin_client.post(f"/recurring/{template.pk}/delete/")["Location"] == "/recurring/"
        assert not RecurringPeriod.objects.exists()
        assert made() == ["MNT-202701"]
        entry = AuditEntry.objects.get(action="recurring.deleted")
        assert (entry.actor, entry.target_id, entry.before["name"]) == (cast.admin, template.pk, "月次保守")

    def test_gives_htmx_the_question_alone(self, admin_client, template):
        html = admin_client.get(f"/recurring/{template.pk}/delete/", headers=HTMX | {"HX-Target": "dialog"})
        assert compact(html).strip().startswith("<dialog")

    def test_is_for_those_who_make_projects(self, stranger_client, leader_client, template):
        url = f"/recurring/{template.pk}/delete/"
        for method in ("get", "post"):
            assert getattr(stranger_client, method)(url).status_code == 404
            assert getattr(leader_client, method)(url).status_code == 403
        assert RecurringProject.objects.exists()


class TestSwitchedOff:
    @pytest.mark.parametrize(
        "path", ["", "new/", "preview", "{}/", "{}/edit/", "{}/pause", "{}/resume", "{}/skip", "{}/unskip", "{}/retry", "{}/delete/"]
    )  # fmt: skip
    def test_answers_as_if_it_were_not_there(self, admin_client, template, settings, path):
        settings.FEATURES = settings.FEATURES | {"RECURRING_PROJECTS": False}
        url = f"/recurring/{path.format(template.pk)}"
        assert admin_client.get(url).status_code == 404
        assert admin_client.post(url).status_code == 404

    def test_takes_the_entry_out_of_the_menu(self, admin_client, project, settings):
        assert 'href="/recurring/"' in compact(admin_client.get("/projects/"))
        settings.FEATURES = settings.FEATURES | {"RECURRING_PROJECTS": False}
        assert 'href="/recurring/"' not in compact(admin_client.get("/projects/"))


class TestProjectCopy:
    def url(self, project: Project) -> str:
        return f"/projects/{project.pk}/copy/"

    @pytest.fixture
    def data(self, cast) -> dict[str, Any]:
        return {
            "name": "写し", "code": "COPY-1", "start": "2026/06/01", "leader": cast.leader.pk, "copies_people": "on"
        }  # fmt: skip

    def test_makes_the_copy(self, admin_client, cast, chain, project, data):
        answer = admin_client.post(self.url(project), data)
        copy = Project.objects.get(code="COPY-1")
        assert answer["Location"] == f"/projects/{copy.pk}/"
        assert (copy.start_date, Task.objects.filter(project=copy).count()) == (date(2026, 6, 1), 4)
        assert AuditEntry.objects.get(action="project.copied").actor == cast.admin

    def test_proposes_a_free_code(self, admin_client, project):
        html = compact(admin_client.get(self.url(project)))
        assert 'value="PRJ-002"' in html
        assert "新システム導入 のコピー" in html

    def test_is_in_the_menu_of_those_who_may(self, admin_client, leader_client, project):
        link = f'href="{self.url(project)}"'
        assert link in compact(admin_client.get(f"/projects/{project.pk}/"))
        assert link not in compact(leader_client.get(f"/projects/{project.pk}/"))

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"code": "PRJ-001"}, "空いている番号は PRJ-002 です。"),
            ({"name": ""}, "名前"),
            ({"start": "来年"}, "日付は 2026/11/24 のように"),
            ({"leader": "0"}, "リーダー"),
        ],
    )
    def test_refuses_nonsense(self, admin_client, project, data, change, words):
        answer = admin_client.post(self.url(project), data | change)
        assert answer.status_code == 422
        assert words in compact(answer)
        assert Project.objects.count() == 1

    def test_is_hidden_from_strangers(self, stranger_client, project, data):
        assert stranger_client.post(self.url(project), data).status_code == 404

    def test_needs_the_right_to_make_projects(self, leader_client, viewer_client, project, data):
        for client in (leader_client, viewer_client):
            assert client.get(self.url(project)).status_code == 403
            assert client.post(self.url(project), data).status_code == 403

    def test_rejects_other_methods(self, admin_client, project):
        assert admin_client.put(self.url(project)).status_code == 405

    def test_knows_who_has_left(self, admin_client, cast, project, data):
        OrganizationMember.objects.filter(user=cast.leader).delete()
        assert admin_client.post(self.url(project), data).status_code == 422
