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


#: Addresses of people, and what PostgreSQL adds to a refusal: the values of the row.
_MAIL_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ROW_VALUES = re.compile(r"^(\s*DETAIL:).*$|(Failing row contains).*$|(Key \([^)]*\)=).*$", re.MULTILINE)


def without_people(text: str) -> str:
    """A text of the program without what people have typed into it, as far as that shows by its form."""
    if "@" in text:
        text = _MAIL_ADDRESS.sub("…@…", text)
    if "DETAIL:" in text or "Failing row" in text or "Key (" in text:
        text = _ROW_VALUES.sub(lambda found: next(filter(None, found.groups())) + " …", text)
    return text


class JsonFormatter(logging.Formatter):
    """One JSON object a line, Japanese readable; `extra={"fields": {…}}` adds fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": without_people(record.getMessage()),
            "request_id": getattr(record, "request_id", "-"),
            **getattr(record, "job", {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = without_people(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
