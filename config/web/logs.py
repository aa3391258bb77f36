"""One request id from the proxy through the app to its jobs, in every line of the log."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request or job that runs now, or an empty string."""
    return _request_id.get()


def set_request_id(value: str) -> None:
    """Give what runs now an id."""
    _request_id.set(value)


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id() or "-"
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


class JsonFormatter(logging.Formatter):
    """One JSON object a line, Japanese readable."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
