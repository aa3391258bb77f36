"""Refusals for programs: application/problem+json (RFC 9457), with the sentences that people read."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

MEDIA_TYPE: Final = "application/problem+json"
#: Where programs ask.
_PROGRAMS: Final = "/api/"


def is_for_program(request: HttpRequest) -> bool:
    """Whether a program asks, which reads no page."""
    return request.path_info.startswith(_PROGRAMS)


def problem(status: int, detail: str, *, code: str = "", **more: Any) -> HttpResponse:
    """A refusal; `code` is a word that programs can compare, `more` what else there is to say."""
    title = HTTPStatus(status).phrase
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code or _word(title),
    }
    text = json.dumps(body | more, ensure_ascii=False)
    response = HttpResponse(text, status=status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def _word(title: str) -> str:
    return title.lower().replace(" ", "_")
