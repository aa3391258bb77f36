"""Risks of the list on the page of a simulation: offered, chosen, edited for a run, and named in what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import Project
from reports.risk.selectors import shown
from reports.risk.tests.test_page import ASKED, Tasks, _no_broker, address, ask, chain, page_of, work
from tasks.models import ProjectIssue, RiskRun
from tasks.risk.tests.conftest import MORNING

__all__ = ["_no_broker", "chain"]
Make = Callable[..., ProjectIssue]


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MORNING):
        yield


@pytest.fixture
def risk(project: Project, chain: Tasks, cast: Any) -> Make:
    def made(title: str = "手戻り", **more: Any) -> ProjectIssue:
        values = {"kind": "risk", "probability": 3, "impact": 5, "task_ids": [chain["開発"].pk]} | more
        return ProjectIssue.objects.create(
            organization=project.organization, project=project, title=title, added_by=cast.leader, **values
        )

    return made


def typed(issue: ProjectIssue, *, use: bool = True, **more: Any) -> dict[str, str]:
    values = {"probability": "40", "low": "120", "high": "180"} | more | ({"use": "on"} if use else {})
    return {f"risk-{issue.pk}-{name}": value for name, value in values.items()}


class TestForm:
    def test_offers_every_open_risk_ticked_by_its_levels(
        self, project: Project, risk: Make, planner_client: Client, viewer_client: Client
    ) -> None:
        issue, hidden = risk(), risk("済んだ", state="closed")
        page = page_of(planner_client, project)
        assert f'name="risk-{issue.pk}-use"' in page
        assert page.count(" checked") == 1
        for name, value in (("probability", 50), ("low", 150), ("high", 200)):
            assert f'name="risk-{issue.pk}-{name}" value="{value}"' in page
        assert f"risk-{hidden.pk}-use" not in page
        assert "2 開発" in " ".join(page.split())
        assert "課題・リスクのリスク" not in page_of(viewer_client, project)

    def test_keeps_what_was_typed_until_the_risk_has_another_level(
        self, project: Project, risk: Make, planner_client: Client
    ) -> None:
        taken, left = risk("要員不足"), risk("雨")
        run = ask(planner_client, project, **typed(taken), **typed(left, use=False))
        assert [(one["issue"], one["probability"], one["high"]) for one in run.asked["risks"]] == [
            (taken.pk, 40, 180)
        ]
        assert run.asked["left_out"] == [left.pk]
        work(run)
        new = risk("あとから")
        page = page_of(planner_client, project)
        assert f'name="risk-{taken.pk}-high" value="180"' in page
        boxes = [part.split(">")[0] for part in page.split("<input")]
        ticked = {
            one.pk
            for one in (taken, left, new)
            for box in boxes
            if f'"risk-{one.pk}-use"' in box and "checked" in box
        }
        assert ticked == {taken.pk, new.pk}
        ProjectIssue.objects.filter(pk=taken.pk).update(impact=4)
        assert f'name="risk-{taken.pk}-high" value="150"' in page_of(planner_client, project)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"low": "200"}, "最小の影響以上にしてください"),
            ({"probability": "101"}, "確率:"),
            ({"high": ""}, "最大の影響:"),
        ],
    )
    def test_refuses_what_is_no_risk(
        self, project: Project, risk: Make, planner_client: Client, wrong: dict[str, Any], said: str
    ) -> None:
        issue = risk()
        answer = planner_client.post(address("risk_start", project), ASKED | typed(issue, **wrong))
        assert answer.status_code == 422
        assert said in answer.content.decode()
        ask(planner_client, project, **typed(issue, use=False, **wrong))

    def test_asks_as_much_for_many(self, project: Project, risk: Make, planner_client: Client) -> None:
        risk()
        page_of(planner_client, project)
        with CaptureQueriesContext(connection) as few:
            page_of(planner_client, project)
        for number in range(60):
            risk(f"リスク{number}")
        with CaptureQueriesContext(connection) as many:
            page = page_of(planner_client, project)
        assert len(many) == len(few)
        assert "重いものから50件" in page


class TestFound:
    def test_is_named_with_how_the_finish_hangs_on_it(
        self, project: Project, risk: Make, planner_client: Client, viewer_client: Client
    ) -> None:
        grave, light = risk(), risk("雨", impact=1)
        run = work(
            ask(
                planner_client,
                project,
                **typed(light, low="101", high="101"),
                **typed(grave, low="300", high="400"),
            )
        )
        assert run.state == RiskRun.State.DONE
        rows = shown(project, run).drivers
        assert [(row.name, row.happened, row.probability, row.stretch) for row in rows] == [
            ("手戻り", "40", "40%", "300–400%"), ("雨", "40", "40%", "101%")
        ]  # fmt: skip
        assert rows[0].width > 50 > rows[1].width
        page = page_of(viewer_client, project)
        assert "終了を左右するリスク" in page
        assert "手戻り" in page
