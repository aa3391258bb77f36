"""What others have changed of a plan since one's last visit: counted when the page is there, marked when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web import formats
from config.web.htmx import render
from projects.requests import find_project
from tasks.models import PlanLook
from tasks.news.selectors import news_of
from tasks.news.services import note_look

if TYPE_CHECKING:
    from projects.requests import SignedInRequest
    from tasks.news.selectors import News


@require_POST
@login_required
def plan_look(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Note that the user looks at the plan; answer with the button that marks what is new to them."""
    project = find_project(request, project_id)
    look = note_look(project=project, user=request.user, now=timezone.now())
    context = {"project": project, "news": news_of(project, look)}
    return render(request, "tasks/news/button.html", context)


@require_safe
@login_required
def plan_news(request: SignedInRequest, project_id: int) -> HttpResponse:
    """By task: who has changed it last and when, as a sentence, and which columns of the sheet; none of them is all of it."""
    project = find_project(request, project_id)
    look = PlanLook.objects.filter(project=project, user=request.user).first()
    found = news_of(project, look).tasks if look else {}
    answer = JsonResponse({"tasks": {str(pk): _marked(news) for pk, news in found.items()}})
    answer["Cache-Control"] = "private, no-store"
    return answer


def _marked(news: News) -> dict[str, object]:
    who = news.who or _("システム")
    said = _("%(who)s、%(at)s") % {"who": who, "at": formats.moment(news.at)}
    return {"said": said, "columns": sorted(news.columns)}
