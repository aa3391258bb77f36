"""One request id from the proxy through the app to its jobs, in every line of the log."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

#: What every line of a job says beside the request: its name and number.
_job: ContextVar[dict[str, str]] = ContextVar("job", default={})  # noqa: B039  # never changed, only replaced
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request or job that runs now, or an empty string."""
    return _request_id.get()


def set_request_id(value: str) -> None:
    """Give what runs now an id."""
    _request_id.set(value)


def current_job() -> dict[str, str]:
    """Name and number of the job that runs now."""
    return _job.get()


def set_job(fields: dict[str, str]) -> None:
    """Say which job runs now; nothing when it has ended."""
    _job.set(fields)


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to every record, and the job's name and number where there is one."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id() or "-"
        record.job = _job.get()
        return True


_SECRET_ADDRESS = re.compile(r"(/calendar/)[^/\s\"'?]+|(/sign-in/return/\?)[^\s\"']+")


class SecretAddressFilter(logging.Filter):
    """Takes the secret out of addresses that are keys by themselves, wherever they are written."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # a broken call of the log is said by the handler
            return True
        if "/calendar/" in message or "/sign-in/return/" in message:
            record.msg, record.args = _SECRET_ADDRESS.sub(r"\1\2…", message), ()
        return True


#: What must not be in a text of the program, and what stands there instead: the values of a row that PostgreSQL refused,
#: passwords in addresses, tokens, addresses of people. The first sign says whether it is worth looking.
_HARM = [
    ("DETAIL:", re.compile(r"(\bDETAIL:).*"), r"\1 …"),
    ("Failing row", re.compile(r"(Failing row contains).*"), r"\1 …"),
    ("Key (", re.compile(r"(Key \([^)]*\)=).*"), r"\1 …"),
    ("://", re.compile(r"(://[^/\s:@]*:)[^@\s]+@"), r"\1…@"),
    ("earer", re.compile(r"([Bb]earer )\S+"), r"\1…"),
    ("eyJ", re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*"), "…"),
    ("@", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
]


def harmless(text: str) -> str:
    """A text of the program without people and keys, as far as those show by their form."""
    for sign, pattern, instead in _HARM:
        if sign in text:
            text = pattern.sub(instead, text)
    return text


class JsonFormatter(logging.Formatter):
    """One JSON object a line, Japanese readable; `extra={"fields": {…}}` adds fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": harmless(record.getMessage()),
            "request_id": getattr(record, "request_id", "-"),
            **getattr(record, "job", {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = harmless(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
