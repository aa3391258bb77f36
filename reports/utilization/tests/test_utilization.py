"""The heat map: figures of people, groups and the organization, marks, sections, and who may look."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.worktime.moments import minute_of
from reports.utilization.rows import step_of
from reports.utilization.selectors import Utilization, heat_map
from reports.utilization.trend import draw_trend, trend_window
from reports.utilization.window import ShownPeriod, UtilizationFilters, UtilizationWindow, period_of
from resources.models import Absence, Resource, ResourceSkill, Skill
from tasks.allocation.check import check_utilization
from tasks.editing.fields import set_assignees
from tasks.editing.moving import move_task
from tasks.models import ResourceLoad
from tests.pages import compact

MONDAY = dt.date(2026, 4, 6)
HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The Monday on which the plans of the tests begin."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: MONDAY)


@pytest.fixture
def someone(organization):
    """Makes a person who works: `someone("浅葱 れん", "開発2課")`."""

    def make(name, department="開発1課", **fields):
        return Resource.objects.create(
            organization=organization, name=name, department=department, kana=name, **fields
        )

    return make


@pytest.fixture
def busy(organization):
    """Plans minutes for a person: `busy(person, "w", MONDAY, 2400)`."""

    def plan(resource, grain, first_on, minutes, capacity=None):
        ResourceLoad.objects.create(
            organization=organization, resource=resource, grain=grain, first_on=first_on,
            planned_minutes=minutes, capacity_minutes=capacity,
        )  # fmt: skip

    return plan


def _map(organization, query=""):
    return heat_map(organization, UtilizationFilters.read(QueryDict(query), MONDAY))


#: The column of this week: a map begins two weeks before.
NOW = 2


class TestLoad:
    @pytest.mark.parametrize(
        ("planned", "capacity", "percentage"),
        [
            (0, 2400, 0),
            (1, 2400, 1),
            (1200, 2400, 50),
            (2400, 2400, 100),
            (2401, 2400, 101),
            (3840, 2400, 160),
        ],
    )
    def test_is_a_percentage_that_never_hides_too_much(self, planned, capacity, percentage):
        assert Utilization(planned, capacity).percentage == percentage

    def test_has_no_percentage_without_capacity(self):
        assert Utilization(480, 0).percentage is None
        assert Utilization(480, 0).is_over

    @pytest.mark.parametrize(
        ("percentage", "step"),
        [
            (0, 0),
            (1, 1),
            (49, 1),
            (50, 2),
            (79, 2),
            (80, 3),
            (100, 3),
            (101, 4),
            (119, 4),
            (120, 5),
            (149, 5),
            (150, 6),
        ],
    )
    def test_has_a_step_of_colour(self, percentage, step):
        assert step_of(percentage) == step


class TestWindow:
    def test_of_weeks_begins_on_mondays(self):
        assert period_of("w", dt.date(2026, 4, 12)) == ShownPeriod(MONDAY, dt.date(2026, 4, 12))

    def test_of_months_ends_on_their_last_days(self):
        periods = UtilizationWindow("m", dt.date(2026, 12, 1), 3).periods
        assert [period.last for period in periods] == [
            dt.date(2026, 12, 31), dt.date(2027, 1, 31), dt.date(2027, 2, 28)
        ]  # fmt: skip

    @pytest.mark.parametrize("grain", ["d", "w", "m"])
    def test_turns_there_and_back(self, grain):
        window = UtilizationFilters.read({"grain": grain}, MONDAY).window
        assert window.turned(1).first == window.last + dt.timedelta(days=1)
        assert window.turned(1).turned(-1) == window

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "nonsense", ""])
    def test_stays_within_the_years_of_plans(self, day):
        window = UtilizationFilters.read({"from": day, "columns": "99"}, MONDAY).window
        assert 1970 <= window.turned(-1).first.year <= window.turned(1).last.year <= 2149


class TestHeatMap:
    def test_divides_what_is_planned_by_what_there_is(self, organization, calendar, someone, busy):
        person = someone("浅葱 れん")
        busy(person, "w", MONDAY, 3840)
        found = _map(organization)
        assert found.whole.loads[NOW] == Utilization(3840, 2400)
        assert (found.over_people, found.over_cells) == (1, 1)

    def test_sums_up_groups_and_the_organization(self, organization, calendar, someone, busy):
        first, second, third = someone("一"), someone("二"), someone("三", "品質保証課")
        for person, minutes in ((first, 2400), (second, 600), (third, 1200)):
            busy(person, "w", MONDAY, minutes)
        found = _map(organization)
        assert {group.name: group.loads[NOW] for group in found.groups} == {
            "品質保証課": Utilization(1200, 2400),
            "開発1課": Utilization(3000, 4800),
        }
        assert found.whole.loads[NOW] == Utilization(4200, 7200)

    def test_counts_a_person_with_two_skills_once_in_the_whole(self, organization, calendar, someone, busy):
        person = someone("浅葱 れん")
        for name in ("Java", "会計"):
            skill = Skill.objects.create(organization=organization, name=name)
            ResourceSkill.objects.create(organization=organization, resource=person, skill=skill, level=3)
        someone("柿本 そら")
        busy(person, "w", MONDAY, 1200)
        found = _map(organization, "group=skill")
        assert [group.name for group in found.groups] == ["Java", "会計", ""]
        assert found.groups[0].loads[NOW] == found.groups[1].loads[NOW] == Utilization(1200, 2400)
        assert found.whole.loads[NOW] == Utilization(1200, 4800)

    def test_knows_leave_and_shorter_weeks(self, organization, calendar, someone, busy):
        person = someone("朽葉 誠", capacity_percentage=80)
        Absence.objects.create(
            organization=organization, resource=person, first_on=MONDAY, last_on=MONDAY + dt.timedelta(days=1)
        )
        busy(person, "w", MONDAY, 1152)
        assert _map(organization).whole.loads[NOW] == Utilization(1152, 3 * 384)

    @pytest.mark.parametrize(
        ("grain", "first", "capacity"),
        [("d", MONDAY, 480), ("d", dt.date(2026, 4, 11), 0), ("d", dt.date(2026, 4, 29), 0), ("m", dt.date(2026, 4, 1), 21 * 480)],
    )  # fmt: skip
    def test_shows_days_and_months(self, organization, calendar, someone, busy, grain, first, capacity):
        busy(someone("浅葱 れん"), grain, first, 240)
        assert Utilization(240, capacity) in _map(organization, f"grain={grain}").whole.loads

    def test_marks_a_week_in_which_a_day_is_over(self, organization, calendar, someone, busy):
        person = someone("浅葱 れん")
        busy(person, "w", MONDAY, 960)
        busy(person, "d", MONDAY, 960, capacity=480)
        assert _map(organization).board.over == [{NOW}]

    def test_leaves_out_who_is_gone_and_who_belongs_to_one_plan(
        self, organization, calendar, someone, project
    ):
        someone("退職 済", is_active=False)
        someone("取込 者", project=project)
        someone("資材", kind="material")
        assert not _map(organization, "kind=all").whole.people

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", {"浅葱 れん", "柿本 そら"}),
            ("department=開発2課", {"浅葱 れん"}),
            ("q=ｶｷﾓﾄ", {"柿本 そら"}),
            ("kind=equipment", {"検証環境サーバー"}),
            ("kind=all", {"浅葱 れん", "柿本 そら", "検証環境サーバー"}),
            ("skill=999999", set()),
            ("kind=nonsense&group=nonsense&grain=x&columns=x&skill=x", set()),
        ],
    )
    def test_filters(self, organization, calendar, someone, query, names):
        someone("浅葱 れん", "開発2課")
        someone("柿本 そら", "品質保証課").__class__.objects.filter(name="柿本 そら").update(
            kana="カキモト ソラ"
        )
        someone("検証環境サーバー", "基盤課", kind="equipment")
        found = _map(organization, query)
        assert {found.board.people[place].name for place in found.whole.people} == names

    def test_is_fresh_after_a_change(
        self, organization, calendar, someone, chain, cast, django_capture_on_commit_callbacks
    ):
        person = someone("浅葱 れん")
        assert _map(organization).whole.loads[NOW].planned == 0
        with django_capture_on_commit_callbacks(execute=True):
            set_assignees(task=chain["設計"], units={person.pk: 50}, actor=cast.planner)
        assert _map(organization).whole.loads[NOW].planned == 5 * 240
        with django_capture_on_commit_callbacks(execute=True):
            move_task(
                task=chain["設計"],
                start_minute=minute_of(MONDAY + dt.timedelta(days=2), 540),
                actor=cast.planner,
            )
        assert _map(organization).whole.loads[NOW].planned == 3 * 240

    def test_is_fresh_after_a_repair_by_night(
        self, organization, calendar, someone, busy, django_capture_on_commit_callbacks
    ):
        busy(someone("浅葱 れん"), "w", MONDAY, 999)
        assert _map(organization).whole.loads[NOW].planned == 999
        with django_capture_on_commit_callbacks(execute=True):
            check_utilization(organization.pk)
        assert _map(organization).whole.loads[NOW].planned == 0


class TestUtilization:
    url = "/utilization/"

    def test_shows_people_in_their_departments(self, viewer_client, organization, calendar, someone, busy):
        person = someone("浅葱 れん", "開発2課")
        busy(person, "w", MONDAY, 3840)
        html = compact(viewer_client.get(self.url))
        assert f'<a class="heat__cell heat__cell--6" href="{person.pk}/w/2026-04-06/">160</a>' in html
        assert "開発2課" in html
        assert "1人・平均 11%" in html
        assert "100%超 1人・1か所" in html
        assert '<th scope="col" class="now" aria-current="date">今週<br>4/6</th>' in html

    def test_marks_a_day_over_with_words(self, viewer_client, organization, calendar, someone, busy):
        person = someone("浅葱 れん")
        busy(person, "w", MONDAY, 960)
        busy(person, "d", MONDAY, 960, capacity=480)
        html = compact(viewer_client.get(self.url))
        assert "heat__cell--1 heat__cell--inside" in html
        assert '<span class="visually-hidden">100%を超える日があります</span>' in html

    def test_hatches_where_no_one_works(self, viewer_client, organization, calendar, someone, busy):
        busy(someone("浅葱 れん"), "d", dt.date(2026, 4, 11), 90)
        html = compact(viewer_client.get(f"{self.url}?grain=d"))
        assert '2026-04-12/"><span>—</span>' in html
        assert '2026-04-11/"><span>1.5h</span>' in html

    def test_sends_the_rest_by_section(self, viewer_client, organization, calendar, someone):
        Resource.objects.bulk_create(
            Resource(organization=organization, name=f"人{n:03}", kana=f"{n:03}", department="課")
            for n in range(120)
        )
        html = compact(viewer_client.get(self.url))
        assert html.count("<tr") == 1 + 50 + 1
        assert "続きを表示（あと72行）" in html
        assert 'hx-get="/utilization/rows/?row=51"' in html
        names = html.split()
        for row in (51, 101):
            part = compact(viewer_client.get(f"/utilization/rows/?row={row}", headers=HX))
            assert part.lstrip().startswith("<tbody>")
            names += part.split()
        assert all(f'title="人{n:03}">人{n:03}</' in " ".join(names) for n in range(120))
        assert 'id="utilization-more"' not in part

    def test_escapes_names(self, viewer_client, organization, calendar, someone):
        someone("<b>悪い", "<i>課")
        html = compact(viewer_client.get(self.url))
        assert "<b>" not in html.replace('<b class="visually-hidden">', "")
        assert "&lt;b&gt;悪い" in html
        assert "&lt;i&gt;課" in html

    def test_gives_htmx_the_map_alone(self, viewer_client, organization, calendar, someone):
        someone("浅葱 れん")
        html = compact(viewer_client.get(self.url, headers={**HX, "HX-Target": "utilization"}))
        assert "<html" not in html
        assert 'id="utilization"' in html

    @pytest.mark.parametrize(
        "query", ["grain=d", "grain=m", "group=skill", "group=organization", "columns=53", "row=9999"]
    )
    def test_answers_every_view(self, viewer_client, organization, calendar, someone, query):
        someone("浅葱 れん")
        assert viewer_client.get(f"{self.url}?{query}").status_code == 200

    def test_opens_a_department_of_the_organization_as_its_people(
        self, viewer_client, organization, calendar, someone
    ):
        someone("浅葱 れん", "課")
        html = compact(viewer_client.get(f"{self.url}?group=organization&grain=m"))
        assert "浅葱" not in html
        assert 'href="?grain=m&amp;department=%E8%AA%B2"' in html

    def test_has_words_for_an_empty_organization_and_a_filter_without_people(
        self, viewer_client, calendar, someone
    ):
        assert "まだ人が登録されていません" in compact(viewer_client.get(self.url))
        someone("浅葱 れん")
        cache.clear()
        assert "条件に合う人がいません" in compact(viewer_client.get(f"{self.url}?q=ない"))

    def test_is_hidden_from_other_organizations(self, stranger_client, organization, calendar, someone):
        someone("浅葱 れん")
        assert "浅葱" not in compact(stranger_client.get(self.url))

    def test_refuses_guests(self, client, person, calendar):
        client.force_login(person("guest", "客", role="guest"), backend="projects.auth.AccountBackend")
        assert client.get(self.url).status_code == 403
        assert client.get("/utilization/rows/").status_code == 403

    def test_rejects_post(self, viewer_client, calendar):
        assert viewer_client.post(self.url).status_code == 405

    def test_is_gone_where_the_feature_is_off(self, viewer_client, calendar, settings):
        settings.FEATURES = {**settings.FEATURES, "RESOURCE_MANAGEMENT": False}
        assert viewer_client.get(self.url).status_code == 404
        assert viewer_client.get("/utilization/rows/").status_code == 404

    def test_costs_the_same_for_three_people_and_three_hundred(
        self, viewer_client, organization, calendar, someone, busy
    ):
        def cost():
            viewer_client.get(self.url)
            cache.clear()
            with CaptureQueriesContext(connection) as captured:
                assert viewer_client.get(self.url).status_code == 200
            return len(captured)

        for n in range(3):
            busy(someone(f"人{n}"), "w", MONDAY, 960)
        few = cost()
        people = Resource.objects.bulk_create(
            Resource(organization=organization, name=f"多{n}", kana=f"{n}", department=f"課{n % 9}")
            for n in range(300)
        )
        ResourceLoad.objects.bulk_create(
            ResourceLoad(
                organization=organization, resource=each, grain="w", first_on=MONDAY, planned_minutes=960
            )
            for each in people
        )
        assert cost() == few


class TestUtilizationTrend:
    url = "/utilization/trend/"

    def test_draws_every_week_and_writes_it_below(self, viewer_client, organization, calendar, someone, busy):
        busy(someone("浅葱 れん"), "w", MONDAY, 3840)
        response = viewer_client.get(self.url)
        trend = response.context["trend"]
        assert len(trend.weeks) == 53
        assert trend.now.load == Utilization(3840, 2400)
        assert trend.now.y == min(week.y for week in trend.weeks)
        html = compact(response)
        assert "今週は 160%" in html
        assert html.count("<tr") == 54

    def test_follows_the_filters_of_the_map(self, viewer_client, organization, calendar, someone, busy):
        busy(someone("浅葱 れん", "開発2課"), "w", MONDAY, 3840)
        someone("柿本 そら", "品質保証課")
        html = compact(viewer_client.get("/utilization/?department=開発2課"))
        assert 'href="trend/?department=%E9%96%8B%E7%99%BA2%E8%AA%B2"' in html
        response = viewer_client.get(f"{self.url}?department=品質保証課")
        assert response.context["trend"].now.load == Utilization(0, 2400)

    def test_stands_without_anyone(self, viewer_client, calendar):
        assert viewer_client.get(self.url).status_code == 200

    def test_is_refused_to_guests_and_gone_where_the_feature_is_off(
        self, client, viewer_client, person, calendar, settings
    ):
        client.force_login(person("guest", "客", role="guest"), backend="projects.auth.AccountBackend")
        assert client.get(self.url).status_code == 403
        settings.FEATURES = {**settings.FEATURES, "RESOURCE_MANAGEMENT": False}
        assert viewer_client.get(self.url).status_code == 404

    @pytest.mark.parametrize(("peak", "top"), [(0, 125), (110, 125), (160, 250), (480, 500), (5000, 6400)])
    def test_has_at_most_seven_levels(self, peak, top):
        window = trend_window(MONDAY)
        trend = draw_trend(window, [Utilization(peak, 100)] * 53, MONDAY)
        assert len(trend.levels) <= 7
        assert trend.levels[-1][0] == top
