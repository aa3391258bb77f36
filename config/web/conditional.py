"""A page that has not changed is answered with 304 and no body."""

import hashlib
from collections.abc import Callable

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response


def conditional(
    request: HttpRequest, parts: tuple[object, ...], make: Callable[[], HttpResponse]
) -> HttpResponse:
    """Answer 304 when the browser holds the page of exactly these parts, else make it and name it.

    `parts` is everything the page depends on. A page that has a message to show is always made.
    """
    if len(get_messages(request)):
        return make()
    text = "\x1f".join(map(str, parts))
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = make()
        if answer.status_code == 200:
            answer["ETag"] = etag
    return answer
