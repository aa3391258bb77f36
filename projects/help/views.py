"""Help: what the words of the pages mean, and which keys they know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from config.web.htmx import render
from projects.help import keys, words

if TYPE_CHECKING:
    from projects.requests import SignedInRequest


@require_safe
@login_required
def help_page(request: SignedInRequest) -> HttpResponse:
    """Words and keys; in the dialog that `?` opens, the keys alone."""
    context = {"word_groups": words.GROUPS, "key_groups": keys.GROUPS}
    return render(request, "projects/help/page.html", context, partials=["dialog"])
