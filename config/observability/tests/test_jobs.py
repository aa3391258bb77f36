"""A job's line and figures, and the request id that comes with it."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from config.observability import job_seconds, jobs
from config.web.logs import RequestIdFilter, current_request_id, set_request_id


@pytest.fixture
def task() -> Any:
    """One that a worker has taken from the queue."""
    request = SimpleNamespace(request_id="from-the-page", is_eager=False)
    return SimpleNamespace(name="generate_project_report", request=request)


class TestLines:
    def test_carry_the_id_of_the_request_that_asked(self) -> None:
        set_request_id("from-the-page")
        headers: dict[str, Any] = {}
        jobs._send_request_id(headers=headers)
        assert headers == {"request_id": "from-the-page"}

    def test_say_how_it_ended_and_how_long_it_took(
        self, task: Any, caplog: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        counted: list[tuple[str, str, float]] = []
        monkeypatch.setattr(job_seconds, "count", lambda *arguments: counted.append(arguments))
        caplog.set_level(logging.INFO, logger="itdo.job")
        caplog.handler.addFilter(RequestIdFilter())
        jobs._begin(task=task, task_id="4711")
        assert current_request_id() == "from-the-page"
        jobs._end(task=task, task_id="4711", state="FAILURE")
        (record,) = caplog.records
        assert (record.request_id, record.job) == (
            "from-the-page", {"job": "generate_project_report", "task_id": "4711"},
        )  # fmt: skip
        assert record.fields["outcome"] == "failure"
        assert record.fields["duration_ms"] >= 0
        assert [(name, outcome) for name, outcome, _seconds in counted] == [
            ("generate_project_report", "failure")
        ]

    def test_the_next_job_of_the_process_has_nothing_of_it(self, task: Any, caplog: Any) -> None:
        jobs._begin(task=task, task_id="4711")
        jobs._end(task=task, task_id="4711", state="SUCCESS")
        record: Any = logging.LogRecord("x", logging.INFO, __file__, 1, "between", None, None)
        RequestIdFilter().filter(record)
        assert (record.request_id, record.job) == ("-", {})

    def test_a_job_that_was_not_asked_for_is_its_own_request(self, task: Any) -> None:
        task.request.request_id = ""
        jobs._begin(task=task, task_id="4711")
        assert current_request_id() == "4711"
        jobs._end(task=task, task_id="4711", state="SUCCESS")


class TestCelery:
    def test_sets_up_no_log_of_its_own(self) -> None:
        from celery.signals import setup_logging

        assert setup_logging.has_listeners()
