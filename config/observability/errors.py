"""Errors to Sentry: where in the program and of which request, and nothing of any person's.

What is sent is chosen field by field from what the library has gathered. A list of what to leave out would always lack
the next field: locals hold rates and tokens, forms hold what people write, headers hold their session.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, Final

import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.utils import BadDsn

from config.env import BASE_DIR
from config.web.logs import current_job, current_request_id, harmless

#: Fields that hold nothing but the program's own words.
PLAIN: Final = (
    "event_id", "timestamp", "level", "platform", "logger", "environment", "release", "server_name", "sdk", "fingerprint",
)  # fmt: skip
#: Of a line of the stack: where it is, and the program's text there; never the values of its variables.
FRAME: Final = (
    "filename", "abs_path", "module", "function", "lineno", "in_app", "pre_context", "context_line", "post_context",
)  # fmt: skip


def start(address: str, environment: str) -> None:
    """Send errors from now on, from a thread beside the request; a Sentry that is away costs nothing."""
    try:
        sentry_sdk.init(
            dsn=address,
            environment=environment,
            release=_release(),
            # One by one: what a package of the day brings by itself is not asked for.
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[
                DjangoIntegration(signals_spans=False),
                CeleryIntegration(propagate_traces=False),
                LoggingIntegration(level=None),
                DedupeIntegration(),
                ExcepthookIntegration(),
                AtexitIntegration(callback=lambda _pending, _timeout: None),
            ],
            before_send=chosen,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            # No other service hears of our requests: not the identity provider, not the queue.
            propagate_traces=False,
            auto_session_tracking=False,
            send_client_reports=False,
            enable_metrics=False,
        )
    except BadDsn as error:
        raise ImproperlyConfigured(
            "SENTRY_DSN is no address of a Sentry project. It looks like https://key@sentry.example.co.jp/1 and stands "
            "in the project's settings under Client Keys; without it no errors are sent."
        ) from error


def chosen(event: Any, _hint: Any) -> Any:
    """An event with the fields that may leave the house."""
    sent = {name: event[name] for name in PLAIN if name in event}
    sent["tags"] = {"request_id": current_request_id() or "-", **current_job()}
    if (event.get("transaction_info") or {}).get("source") == "route":
        sent["transaction"] = event["transaction"]  # a pattern; an address could be a key
    if method := (event.get("request") or {}).get("method"):
        sent["request"] = {"method": method}
    if said := event.get("logentry"):
        sent["logentry"] = {"formatted": harmless(str(said.get("formatted") or said.get("message")))}
    if raised := event.get("exception"):
        sent["exception"] = {"values": [_exception(each) for each in raised.get("values", [])]}
    return sent


def _exception(raised: Mapping[str, Any]) -> dict[str, Any]:
    frames = (raised.get("stacktrace") or {}).get("frames", [])
    return {
        "type": raised.get("type"),
        "module": raised.get("module"),
        "value": harmless(str(raised.get("value") or "")),
        "stacktrace": {
            "frames": [{name: frame[name] for name in FRAME if name in frame} for frame in frames]
        },
    }


def _release() -> str:
    project = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"itdo@{project['version']}"
