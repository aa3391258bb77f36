"""The page of levelling: how far a plan is from the best, and why."""

from __future__ import annotations

import pytest
from django.test import Client

from projects.models import Project
from resources.models import Resource
from tasks.leveling.tests.test_page import Tasks, _no_broker, ask, overloaded, page_of, work
from tasks.models import LevelingRun

__all__ = ["_no_broker", "overloaded"]


class TestBest:
    @pytest.fixture
    def whole(self, overloaded: Tasks, crew: dict[str, Resource]) -> None:
        """There is no more of Ann than one of the tasks asks for."""
        Resource.objects.filter(pk=crew["Ann"].pk).update(capacity_percentage=60)

    def test_is_said_with_its_hours_and_tasks(
        self, project: Project, whole: None, planner_client: Client, viewer_client: Client
    ) -> None:
        # 開発 first, then 設計, then a day of 報告: seven days. Before the last of them Ann has six days to do.
        work(ask(planner_client, project))
        for client in (planner_client, viewer_client):
            page = page_of(client, project)
            assert "これより早い日に終わる日程はありません" in page
            assert "4/6～4/13にAnnさんの空きは28.7h、この間に終えるべき2件は28.8hです" in page
            assert "sides__tasks" in page

    def test_is_said_in_days_where_there_is_more_to_win(
        self, project: Project, whole: None, planner_client: Client
    ) -> None:
        run = work(ask(planner_client, project))
        assert run.result is not None
        later = {
            **run.result,
            "days_sooner": 3,
            "bound": [run.result["bound"][0], run.result["bound"][1], None],
        }
        LevelingRun.objects.filter(pk=run.pk).update(result=later)
        page = page_of(planner_client, project)
        assert "最良でもこれより3日しか早くなりません" in page
        assert "つながりと日付だけで「1 設計」の終了が2026/04/14になります" in page
        assert "sides__tasks" not in page

    def test_is_not_known_within_slack_and_of_what_was_kept_before(
        self, project: Project, whole: None, planner_client: Client
    ) -> None:
        run = work(ask(planner_client, project))
        assert run.result is not None
        old = {name: value for name, value in run.result.items() if name not in ("bound", "days_sooner")}
        LevelingRun.objects.filter(pk=run.pk).update(result=old)
        assert "sides__best" not in page_of(planner_client, project)
        work(ask(planner_client, project, aim="slack"))
        assert "sides__best" not in page_of(planner_client, project)
