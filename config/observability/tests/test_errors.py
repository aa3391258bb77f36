"""What reaches Sentry: a small site with a real sender, and a sink in the place of Sentry."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli  # type: ignore[import-untyped]  # it has no types
import pytest

from config.gate.steps import DEPLOYED
from config.observability import errors
from tests.ops.files import ROOT

#: A site in a process of its own, whose one page fails with everything in hand that must not get out.
SITE = """
import os, sys
sys.path.insert(0, os.getcwd())
from types import ModuleType
import django
from django.conf import settings
django.setup()
from django.urls import path
from django.http import HttpResponse
def fail(request, number):
    rate, token = "RATE-98765", "TOKEN-" + "x" * 30
    secret_header = request.headers.get("Authorization")
    raise ValueError(f"nothing for minato@example.co.jp at postgres://u:PASSWORD@db/x with Bearer {token}")  # pragma: allowlist secret  # made up
def note(request):
    import logging
    logging.getLogger("tasks").error("no plan for %s", "haruto@example.co.jp")
    return HttpResponse("noted")
urls = ModuleType("failing_urls"); urls.urlpatterns = [path("fail/<int:number>/", fail), path("note/", note)]
urls.handler500 = lambda request: HttpResponse("sorry", status=500)
sys.modules["failing_urls"] = urls
settings.ROOT_URLCONF = "failing_urls"
# Without a database: only what does not look at who is asking.
settings.MIDDLEWARE = ["config.web.middleware.RequestId", "config.web.request_metrics.RequestMetrics"]
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
application, made, statuses = WSGIHandler(), RequestFactory(), []
made.cookies["__Host-sessionid"] = "COOKIE-SESSION"
failing = made.post(
    "/fail/7/?q=QUERY-WORD", {"name": "FORM-藍沢 湊", "rate": "FORM-RATE"},
    headers={"X-Request-ID": "0123456789abcdef", "Authorization": "Bearer HEADER-TOKEN", "Referer": "https://x/REFERRER"},
    REMOTE_ADDR="203.0.113.99",
)
for request in (failing, made.get("/note/", headers={"X-Request-ID": "fedcba9876543210"})):  # pragma: allowlist secret  # none
    list(application(request.environ, lambda status, headers: statuses.append(status[:3])))
assert statuses == ["500", "200"], statuses
import sentry_sdk
sentry_sdk.flush(timeout=20)
"""
#: Of the above, what may be nowhere in what was sent.
HARM = (
    "RATE-98765", "xxxxxxxxxxxxxxxxxxxx", "minato", "haruto", "PASSWORD@", "COOKIE", "QUERY-WORD", "FORM-", "HEADER-TOKEN",
    "REFERRER", "203.0.113.99", "藍沢",
)  # fmt: skip


class Sink:
    """Takes events as Sentry does."""

    def __init__(self) -> None:
        sink = self
        self.events: list[dict[str, Any]] = []
        self.raw: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                unpack = {"gzip": gzip.decompress, "br": brotli.decompress}[self.headers["Content-Encoding"]]
                sink.take(unpack(body).decode())
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://key@127.0.0.1:{self.server.server_port}/1"

    def take(self, envelope: str) -> None:
        self.raw.append(envelope)
        for line in envelope.splitlines():
            item = json.loads(line)
            if "event_id" in item and "platform" in item:
                self.events.append(item)


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    """With the two events of the site above."""
    made = Sink()
    variables = {
        "PATH": os.environ["PATH"], **DEPLOYED, "SENTRY_DSN": made.address,
        "DJANGO_SETTINGS_MODULE": "config.settings", "ALLOWED_HOSTS": "testserver", "SITE_URL": "https://testserver",
    }  # fmt: skip
    result = subprocess.run(
        [sys.executable, "-c", SITE], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert len(made.events) == 2  # what is looked for below is looked for in something
    yield made
    made.server.shutdown()


class TestSentry:
    def test_hears_of_an_exception_where_and_in_which_request(self, sink: Sink) -> None:
        (event,) = [each for each in sink.events if "exception" in each]
        assert event["tags"] == {"request_id": "0123456789abcdef"}
        assert event["environment"] == "production"
        assert event["request"] == {"method": "POST"}
        assert event["transaction"] == "/fail/{number}/"
        raised = event["exception"]["values"][-1]
        assert raised["type"] == "ValueError"
        assert raised["value"].startswith("nothing for …@… at postgres://u:…@db/x")
        assert raised["stacktrace"]["frames"][-1]["function"] == "fail"

    def test_hears_of_what_the_log_calls_an_error(self, sink: Sink) -> None:
        (event,) = [each for each in sink.events if "exception" not in each]
        assert event["logentry"]["formatted"] == "no plan for …@…"
        assert event["tags"]["request_id"] == "fedcba9876543210"  # pragma: allowlist secret  # none

    @pytest.mark.parametrize("word", HARM)
    def test_hears_nothing_of_anyone(self, sink: Sink, word: str) -> None:
        assert word not in "".join(sink.raw)


class TestStart:
    def test_is_refused_with_an_address_that_is_none(self) -> None:
        variables = {"PATH": os.environ["PATH"], **DEPLOYED, "SENTRY_DSN": "sentry.example.co.jp"}
        result = subprocess.run(
            [sys.executable, "-c", "import config.settings"], cwd=ROOT, env=variables, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert result.returncode != 0
        assert "SENTRY_DSN is no address of a Sentry project" in result.stderr

    def test_sends_no_field_that_no_one_has_chosen(self) -> None:
        names = ("user", "extra", "contexts", "breadcrumbs", "modules", "threads", "spans", "future")
        sent = errors.chosen({name: {"a": "b"} for name in names}, {})
        assert set(sent) == {"tags"}
        assert set(sent["tags"]) == {"request_id"}
