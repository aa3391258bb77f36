"""Each request is one line and one entry of the figures, by names and numbers alone."""

from __future__ import annotations

import json
import logging
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from config.web.logs import JsonFormatter, RequestIdFilter, set_job
from config.web.metrics import QUEUE_SECONDS, REQUEST_SECONDS, RESPONSES

LINE = RequestIdFilter()


def line(record: logging.LogRecord) -> dict[str, Any]:
    """As it is written where the site is deployed."""
    LINE.filter(record)
    return json.loads(JsonFormatter().format(record))


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """What the site said of requests until now."""
    caplog.set_level(logging.INFO, logger="itdo.request")
    caplog.handler.addFilter(LINE)
    return lambda: [line(each) for each in caplog.records if each.name == "itdo.request"]


def count(view: str, method: str) -> float:
    """How many requests of a page were counted."""
    for sample in REQUEST_SECONDS.labels(view, method)._child_samples():
        if sample.name == "_count":
            return sample.value
    raise AssertionError("no count")


def waits() -> dict[str, float]:
    """How many requests have waited for a worker, and how long in all."""
    return {
        sample.name: sample.value for sample in QUEUE_SECONDS._child_samples() if sample.name != "_bucket"
    }


class TestLine:
    def test_says_what_was_asked_and_how_it_went(
        self, lines: Any, leader_client: Client, cast: SimpleNamespace, project: Any
    ) -> None:
        leader_client.get(f"/projects/{project.pk}/?q=木賊", headers={"X-Request-ID": "0123456789abcdef"})
        (found,) = lines()
        assert found["message"] == "request"
        assert found["request_id"] == "0123456789abcdef"
        assert (found["method"], found["status"]) == ("GET", 200)
        assert found["view"].startswith(("projects:", "reports:", "tasks:"))
        assert found["user"] == cast.leader.pk
        assert found["organizations"] == [project.organization_id]
        assert found["queries"] > 3
        assert 0 < found["duration_ms"] < 60_000

    def test_says_nothing_of_names_and_of_what_was_typed(
        self, lines: Any, leader_client: Client, cast: SimpleNamespace
    ) -> None:
        leader_client.get("/projects/?q=secret-word")
        leader_client.get("/calendar/a-key-to-a-calendar.ics")
        text = json.dumps(lines(), ensure_ascii=False)
        assert "secret-word" not in text
        assert "a-key-to-a-calendar" not in text
        assert cast.leader.display_name not in text
        assert cast.leader.username not in text

    def test_is_written_for_strangers_and_wrong_addresses_too(
        self, lines: Any, client: Client, db: None
    ) -> None:
        client.get("/projects/")
        client.get("/no/such/page/4711/")
        assert [(each["status"], each["user"], each["view"]) for each in lines()] == [
            (302, None, "reports:project_list"),
            (404, None, "-"),
        ]

    def test_is_not_written_for_probes_and_files(self, lines: Any, client: Client, db: None) -> None:
        for path in ("/health/live", "/health/ready", "/metrics", "/static/css/base.css"):
            client.get(path)
        assert lines() == []


class TestFigures:
    def test_know_pages_by_their_names(self, leader_client: Client, project: Any) -> None:
        before = count("-", "GET")
        for number in range(3):
            leader_client.get(f"/no/such/page/{number}/")
        assert count("-", "GET") == before + 3
        assert not [labels for labels in REQUEST_SECONDS._metrics if "/" in labels[0]]

    def test_know_methods_of_a_short_list(self, client: Client, db: None) -> None:
        client.generic("BREW", "/projects/")
        assert {labels[1] for labels in REQUEST_SECONDS._metrics} <= {
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER",
        }  # fmt: skip

    def test_count_answers_by_status(self, client: Client, db: None) -> None:
        before = RESPONSES.labels(404)._value.get()
        client.get("/no/such/page/")
        assert RESPONSES.labels(404)._value.get() == before + 1

    @pytest.mark.parametrize(("ago", "counted"), [(2.0, 2.0), (-0.2, 0.0), (4000.0, None), (-50.0, None)])
    def test_count_how_long_a_request_waited_for_a_worker(
        self, client: Client, db: None, ago: float, counted: float | None
    ) -> None:
        before = waits()
        client.get("/nowhere/", headers={"X-Request-Start": f"{time.time() - ago:.3f}"})
        client.get("/nowhere/", headers={"X-Request-Start": "soon"})
        client.get("/nowhere/")
        after = waits()
        assert after["_count"] - before["_count"] == (counted is not None)
        # On a busy machine the request itself takes a while.
        assert after["_sum"] - before["_sum"] == pytest.approx(counted or 0.0, abs=1)

    def test_leave_probes_out(self, client: Client, db: None) -> None:
        before = RESPONSES.labels(200)._value.get()
        client.get("/health/ready")
        assert RESPONSES.labels(200)._value.get() == before


class TestJsonFormatter:
    @pytest.mark.parametrize(
        ("said", "written"),
        [
            ("mail to minato.aizawa+x@example.co.jp failed", "mail to …@… failed"),
            ("task calculate_critical_path@worker-1", "task calculate_critical_path@worker-1"),
            (
                "duplicate key\nDETAIL:  Key (email)=(a@example.jp) already exists.\nnext",
                "duplicate key\nDETAIL: …\nnext",
            ),
            ("Failing row contains (7, 藍沢 湊).", "Failing row contains …"),
            (
                "connect to postgres://itdo_app:geheim@db:5432/itdo failed",  # pragma: allowlist secret  # made up
                "connect to postgres://itdo_app:…@db:5432/itdo failed",
            ),
            ("Authorization: Bearer abc.def", "Authorization: Bearer …"),
            ("id_token eyJhbGciOi.eyJzdWIi.c2ln is old", "id_token … is old"),
            ("Key (name)=(藍沢 湊) already exists.", "Key (name)= …"),
        ],
    )
    def test_leaves_people_out(self, said: str, written: str) -> None:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, said, None, None)
        assert line(record)["message"] == written

    def test_leaves_people_out_of_exceptions(self) -> None:
        try:
            raise ValueError("no such person: minato@example.co.jp")
        except ValueError as error:
            info = (ValueError, error, error.__traceback__)
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, info)
        text = line(record)["exception"]
        assert "minato@" not in text
        assert "no such person" in text

    def test_says_the_job_while_it_runs(self) -> None:
        set_job({"job": "send_digests", "task_id": "4711"})
        record = logging.LogRecord("x", logging.INFO, __file__, 1, "within", None, None)
        try:
            assert line(record).items() >= {"job": "send_digests", "task_id": "4711"}.items()
        finally:
            set_job({})
