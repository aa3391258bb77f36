"""The Gantt chart's pages: what they send, and what a move answers."""

import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.changes import changing
from projects.models import AuditEntry, Project
from projects.permissions import System
from projects.worktime.moments import day_number, minute_of
from tasks.editing.fields import edit_task
from tasks.editing.moving import move_task
from tasks.models import CollapsedTask, Task, TaskLink
from tasks.plan.rescheduling import reschedule
from tests.pages import compact, weight

HTMX = {"HX-Request": "true"}

Address = Callable[..., str]


@pytest.fixture
def address(project: Any) -> Address:
    """The address of a view of the project, by name."""

    def make(name: str, *args: Any, **query: Any) -> str:
        return reverse(f"tasks:{name}", args=[project.pk, *args], query=query or None)

    return make


@pytest.fixture
def big_plan(plan: Any) -> dict[str, Task]:
    """Ten branches of twelve tasks, each task after the one before it."""
    rows = [
        (f"作業{branch}-{number}", 2, 2) if number is not None else (f"工程{branch}", 1, 1)
        for branch in range(10)
        for number in (None, *range(12))
    ]
    tasks = plan(*rows)
    project = next(iter(tasks.values())).project
    TaskLink.objects.bulk_create(
        TaskLink(organization_id=before.organization_id, project=project, predecessor=before, successor=after)
        for before, after in pairwise(tasks.values())
        if before.outline_level == after.outline_level
    )
    with changing(project, actor=System("test")) as record:
        record("plan.made")
        reschedule(project, record=record)
    return {task.name: task for task in Task.objects.filter(project=project).order_by("row_number")}


def ids_of(page: str, kind: str = "row") -> list[int]:
    return [int(found) for found in re.findall(rf' id="{kind}-(\d+)"', page)]


def text_of(response: Any) -> str:
    return compact(response)


class TestGantt:
    def test_shows_rows_and_bars_of_the_plan(self, viewer_client, chain, address):
        page = text_of(viewer_client.get(address("gantt")))
        assert ids_of(page) == ids_of(page, "bar") == [task.pk for task in chain.values()]
        assert "1 設計、2026/04/06（月）から2026/04/10（金）、進捗 0%、クリティカルパス" in page

    def test_is_hidden_from_strangers(self, stranger_client, chain, address):
        assert stranger_client.get(address("gantt")).status_code == 404

    def test_is_gone_when_the_feature_is_off(self, viewer_client, chain, address, settings):
        settings.FEATURES = settings.FEATURES | {"GANTT_CHART": False}
        for name in ("gantt", "gantt_chart", "gantt_axis"):
            assert viewer_client.get(address(name)).status_code == 404
        assert "/gantt/" not in text_of(viewer_client.get(address("wbs")))

    def test_offers_no_moves_to_a_viewer(self, viewer_client, planner_client, chain, address):
        assert "data-move-url" not in text_of(viewer_client.get(address("gantt")))
        assert "data-move-url" in text_of(planner_client.get(address("gantt")))

    def test_says_what_to_do_when_there_is_nothing_yet(self, viewer_client, project, address):
        page = text_of(viewer_client.get(address("gantt")))
        assert "タスクがまだありません" in page
        assert 'id="gantt"' not in page
        assert 'id="wbs"' not in page

    def test_sends_nothing_twice(self, viewer_client, chain, address, project):
        viewer_client.get(address("gantt"))
        etag = viewer_client.get(address("gantt"))["ETag"]
        assert viewer_client.get(address("gantt"), headers={"If-None-Match": etag}).status_code == 304
        Project.objects.filter(pk=project.pk).update(revision=project.revision + 9)
        assert viewer_client.get(address("gantt"), headers={"If-None-Match": etag}).status_code == 200

    def test_sends_a_screenful_of_a_big_plan(self, viewer_client, big_plan, address):
        response = viewer_client.get(address("gantt"))
        assert len(ids_of(text_of(response))) == 40
        assert weight(response) <= 90_000

    def test_costs_the_same_for_a_big_plan(self, viewer_client, big_plan, address, project):
        counts = []
        for _size in ("many", "few"):
            viewer_client.get(address("gantt"))
            # What others have seen before costs less, whatever the plan.
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                viewer_client.get(address("gantt"))
            counts.append(len(queries))
            Task.objects.filter(row_number__gt=3).update(deleted_at="2026-04-01T00:00Z", row_number=None)
            Project.objects.filter(pk=project.pk).update(task_count=3)
        assert counts[0] == counts[1]

    def test_opens_at_the_row_and_day_of_the_address(self, viewer_client, big_plan, address):
        page = text_of(viewer_client.get(address("gantt", row=81, date="2026-06-01")))
        assert 'data-place="80"' in page
        assert f'data-open-day="{day_number(date(2026, 6, 1))}"' in page
        assert ids_of(page)[0] == list(big_plan.values())[80].pk

    def test_opens_at_a_task(self, viewer_client, big_plan, address):
        task = list(big_plan.values())[110]
        assert task.pk in ids_of(text_of(viewer_client.get(address("gantt", focus=task.pk))))

    def test_opens_at_the_first_task_that_is_not_done(self, viewer_client, big_plan, address):
        done = [task.pk for task in list(big_plan.values())[:100]]
        Task.objects.filter(pk__in=done).update(progress_percentage=100)
        assert list(big_plan.values())[101].pk in ids_of(text_of(viewer_client.get(address("gantt"))))

    @pytest.mark.parametrize(
        "query",
        [{"zoom": "century"}, {"row": "x"}, {"row": "99999"}, {"date": "2026-99-99"}, {"show": "<b>"}],
    )
    def test_takes_nonsense_for_the_ordinary(self, viewer_client, chain, address, query):
        assert len(ids_of(text_of(viewer_client.get(address("gantt", **query))))) == 4

    @pytest.mark.parametrize("zoom", ["day", "week", "month", "quarter", "year"])
    def test_draws_every_zoom(self, viewer_client, chain, address, zoom):
        assert len(ids_of(text_of(viewer_client.get(address("gantt", zoom=zoom))), "bar")) == 4

    def test_leads_through_the_rows_without_scripts(self, viewer_client, big_plan, address):
        page = text_of(viewer_client.get(address("gantt", row=41)))
        assert 'href="?row=1" rel="prev"' in page
        assert 'href="?row=81" rel="next"' in page

    def test_hides_what_a_user_has_closed(self, viewer_client, cast, big_plan, address):
        viewer_client.get(address("gantt"))
        branch = big_plan["工程0"]
        CollapsedTask.objects.create(
            organization=branch.organization, project=branch.project, user=cast.viewer, task=branch
        )
        page = text_of(viewer_client.get(address("gantt", row=1)))
        assert ids_of(page)[:3] == [branch.pk, big_plan["工程1"].pk, big_plan["作業1-0"].pk]
        assert 'data-total="118"' in page

    def test_escapes_what_people_typed(self, viewer_client, plan, address):
        plan(("<script>alert(1)</script>", 1, 5), ("完了", 1, 0, "1"))
        page = text_of(viewer_client.get(address("gantt")))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


class TestGanttChart:
    """Beside rows that are on the page already: the chart was unfolded, or is drawn at another scale."""

    def test_draws_what_stands_beside_the_rows(self, viewer_client, big_plan, address):
        part = text_of(viewer_client.get(address("gantt_chart", first=80, count=40, zoom="month")))
        assert ids_of(part, "bar") == [task.pk for task in list(big_plan.values())[80:120]]
        assert ids_of(part) == []
        assert 'id="gantt-tools"' in part
        assert 'data-zoom="month"' in part

    def test_is_hidden_from_strangers(self, stranger_client, chain, address):
        assert stranger_client.get(address("gantt_chart")).status_code == 404

    def test_rejects_post(self, viewer_client, chain, address):
        assert viewer_client.post(address("gantt_chart")).status_code == 405


class TestRowsBeside:
    """The one loader of rows, asked by a page that has the chart beside them."""

    def test_sends_rows_with_their_bars(self, viewer_client, big_plan, address):
        part = text_of(viewer_client.get(address("wbs_rows", first=80, count=40, zoom="week")))
        assert ids_of(part) == ids_of(part, "bar") == [task.pk for task in list(big_plan.values())[80:120]]
        assert 'data-total="130"' in part

    def test_draws_no_bars_for_a_table_alone(self, viewer_client, big_plan, address):
        assert ids_of(text_of(viewer_client.get(address("wbs_rows", first=80))), "bar") == []

    def test_draws_arrows_that_pass(self, viewer_client, plan, address):
        plan(*((f"作業{number}", 1, 1) for number in range(1, 100)), ("最後", 1, 1, "1"))
        part = text_of(viewer_client.get(address("wbs_rows", first=40, count=20, zoom="week")))
        assert '<g id="arrows-40"><path class="gantt-link' in part

    def test_costs_the_same_for_a_big_plan(self, viewer_client, big_plan, address):
        viewer_client.get(address("wbs_rows", first=0, zoom="week"))
        counts = []
        for zoom, count in (("day", 3), ("month", 40)):
            with CaptureQueriesContext(connection) as queries:
                viewer_client.get(address("wbs_rows", first=0, count=count, zoom=zoom))
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_answers_a_cell_with_the_bars_that_moved(self, planner_client, chain, address):
        typed = {"column": "duration", "text": "8d", "was": "5日", "first": 0, "count": 40, "zoom": "week"}
        url = reverse("tasks:task_cell", args=[chain["設計"].pk])
        answer = text_of(planner_client.post(url, typed, headers=HTMX))
        assert set(ids_of(answer)) == set(ids_of(answer, "bar")) == {task.pk for task in chain.values()}


class TestGanttAxis:
    def test_sends_pieces_with_their_days_off(self, viewer_client, chain, address):
        part = text_of(viewer_client.get(address("gantt_axis", zoom="day", tiles="0,2")))
        assert ids_of(part, "axis") == ids_of(part, "ground") == [0, 2]
        assert '<path class="gantt-off" d="M' in part

    def test_shades_holidays(self, viewer_client, chain, address):
        part = text_of(viewer_client.get(address("gantt_axis", tiles="0")))
        assert '<path class="gantt-holiday" d="M' in part

    def test_is_hidden_from_strangers(self, stranger_client, chain, address):
        assert stranger_client.get(address("gantt_axis", tiles="0")).status_code == 404

    def test_ignores_pieces_that_do_not_exist(self, viewer_client, chain, address):
        assert ids_of(text_of(viewer_client.get(address("gantt_axis", tiles="0,99,x"))), "axis") == [0]


class TestTaskMove:
    def test_moves_followers_too(self, planner_client, chain, address, project):
        response = planner_client.post(
            address("task_move", chain["設計"].pk), {"start": "2026-04-08", "zoom": "week"}, headers=HTMX
        )
        answer = text_of(response)
        assert response.status_code == 200
        assert set(ids_of(answer)) == set(ids_of(answer, "bar")) == {task.pk for task in chain.values()}
        assert 'data-message="「設計」を動かしました。3件のタスクが一緒に動きました。"' in answer
        assert '<g id="arrows-0">' in answer
        assert 'data-along="3"' in answer

    def test_records_who_and_what(self, planner_client, chain, address, cast):
        planner_client.post(address("task_move", chain["設計"].pk), {"start": "2026-04-08"}, headers=HTMX)
        entry = AuditEntry.objects.order_by("-sequence").first()
        assert entry is not None
        assert (entry.actor, entry.action, entry.target_id) == (cast.planner, "task.moved", chain["設計"].pk)

    def test_sends_only_rows_that_the_page_shows(self, planner_client, big_plan, address):
        first = big_plan["作業0-0"]
        response = planner_client.post(
            address("task_move", first.pk),
            {"start": "2026-04-20", "first": 80, "count": 40, "zoom": "week"},
            headers=HTMX,
        )
        shown = {task.pk for task in list(big_plan.values())[80:120]}
        assert set(ids_of(text_of(response))) <= shown

    def test_keeps_the_day_of_a_milestone(self, planner_client, chain, address):
        planner_client.post(address("task_move", chain["完了"].pk), {"start": "2026-05-12"}, headers=HTMX)
        chain["完了"].refresh_from_db()
        assert str(chain["完了"].start_date) == "2026-05-12"

    def test_goes_back_to_the_page_without_scripts(self, planner_client, chain, address):
        response = planner_client.post(address("task_move", chain["設計"].pk), {"start": "2026-04-08"})
        assert (response.status_code, response.url) == (302, address("gantt"))

    def test_is_hidden_from_strangers(self, stranger_client, chain, address):
        url = address("task_move", chain["設計"].pk)
        assert stranger_client.post(url, {"start": "2026-04-08"}).status_code == 404

    def test_belongs_to_its_project(self, planner_client, chain, address, project):
        url = reverse("tasks:task_move", args=[project.pk + 1, chain["設計"].pk])
        assert planner_client.post(url, {"start": "2026-04-08"}).status_code == 404

    def test_needs_a_planner(self, viewer_client, chain, address):
        url = address("task_move", chain["設計"].pk)
        assert viewer_client.post(url, {"start": "2026-04-08"}, headers=HTMX).status_code == 403

    def test_rejects_get(self, planner_client, chain, address):
        assert planner_client.get(address("task_move", chain["設計"].pk)).status_code == 405

    @pytest.mark.parametrize("start", ["", "x", "2026-13-01", "99999-01-01"])
    def test_refuses_nonsense(self, planner_client, chain, address, start):
        url = address("task_move", chain["設計"].pk)
        assert planner_client.post(url, {"start": start}, headers=HTMX).status_code == 422

    def test_says_what_holds_a_task(self, planner_client, chain, address):
        response = planner_client.post(
            address("task_move", chain["開発"].pk), {"start": "2026-04-07"}, headers=HTMX
        )
        assert response.status_code == 422
        assert "先行タスク「1 設計」を待っています" in text_of(response)
        before = chain["開発"].start_minute
        chain["開発"].refresh_from_db()
        assert chain["開発"].start_minute == before

    @pytest.mark.parametrize(
        ("name", "day"), [("task_move", {"start": "2026-04-20"}), ("task_resize", {"finish": "2026-04-30"})]
    )
    def test_notices_that_another_user_was_faster(self, planner_client, chain, address, cast, name, day):
        task = chain["開発"]
        task.refresh_from_db()
        seen = f"{task.start_minute}-{task.finish_minute}"
        move_task(task=chain["設計"], start_minute=minute_of(date(2026, 4, 8), 540), actor=cast.leader)
        response = planner_client.post(address(name, task.pk), day | {"at": seen}, headers=HTMX)
        assert response.status_code == 409
        assert "「開発」は、ほかの人の変更で2026/04/15から" in text_of(response)

    def test_lets_a_user_move_a_bar_while_others_change_the_rest(self, planner_client, chain, address, cast):
        task = chain["設計"]
        task.refresh_from_db()
        seen = f"{task.start_minute}-{task.finish_minute}"
        edit_task(task=chain["試験"], changes={"name": "総合試験"}, actor=cast.leader)
        url = address("task_move", task.pk)
        response = planner_client.post(url, {"start": "2026-04-08", "at": seen}, headers=HTMX)
        assert response.status_code == 200
        task.refresh_from_db()
        assert task.start_date == date(2026, 4, 8)

    def test_costs_the_same_for_a_big_plan(self, planner_client, big_plan, address, project):
        counts = []
        for day, count in ((16, 3), (20, 3), (21, 40)):
            with CaptureQueriesContext(connection) as queries:
                planner_client.post(
                    address("task_move", big_plan["作業0-0"].pk),
                    {"start": f"2026-04-{day}", "first": 0, "count": count, "zoom": "week"},
                    headers=HTMX,
                )
            counts.append(len(queries))
        # The first request of a person also reads who they are.
        assert counts[1] == counts[2]


class TestTaskResize:
    def test_moves_followers_too(self, planner_client, chain, address):
        response = planner_client.post(
            address("task_resize", chain["設計"].pk), {"finish": "2026-04-14", "zoom": "week"}, headers=HTMX
        )
        assert len(ids_of(text_of(response))) == 4
        chain["設計"].refresh_from_db()
        assert chain["設計"].duration_minutes == 7 * 480
        assert str(chain["設計"].end_date) == "2026-04-14"

    def test_is_hidden_from_strangers(self, stranger_client, chain, address):
        url = address("task_resize", chain["設計"].pk)
        assert stranger_client.post(url, {"finish": "2026-04-14"}).status_code == 404

    def test_needs_a_planner(self, viewer_client, chain, address):
        url = address("task_resize", chain["設計"].pk)
        assert viewer_client.post(url, {"finish": "2026-04-14"}, headers=HTMX).status_code == 403

    def test_rejects_get(self, planner_client, chain, address):
        assert planner_client.get(address("task_resize", chain["設計"].pk)).status_code == 405

    @pytest.mark.parametrize("finish", ["", "x", "2026-04-01"])
    def test_refuses_nonsense(self, planner_client, chain, address, finish):
        url = address("task_resize", chain["設計"].pk)
        assert planner_client.post(url, {"finish": finish}, headers=HTMX).status_code == 422

    def test_milestones_have_no_length(self, planner_client, chain, address):
        url = address("task_resize", chain["完了"].pk)
        assert planner_client.post(url, {"finish": "2026-05-20"}, headers=HTMX).status_code == 422
