"""What operations begin with: the project of an address as the token's person sees it, its page, its ETag."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar, cast

from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from ninja import Query

from projects.caching import build, generation
from projects.permissions import require_in_organization, rights_in
from projects.requests import SignedInRequest, find_project
from projects.tokens.asking import pass_of
from reports.api.refusals import TokenScopeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from projects.models import Project
    from projects.permissions import Right
    from projects.tokens.asking import ProgramPass

Row = TypeVar("Row")

#: Rows of a page, where it says nothing else, and at most.
USUAL: Final = 100
MOST: Final = 500
LARGEST: Final = 2**62
Cursor = Annotated[int, Query(0, ge=0, le=LARGEST, description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(USUAL, ge=1, le=MOST, description="How many at most.")]


def signed_in(request: HttpRequest) -> SignedInRequest:
    """Behind the token the request has a user."""
    return cast("SignedInRequest", request)


def entered(request: HttpRequest) -> ProgramPass:
    """By what the program was let in."""
    return cast("ProgramPass", pass_of(request))


def project_of(request: HttpRequest, project_id: int) -> Project:
    """A project that the token reaches. Raises Http404."""
    return find_project(signed_in(request), project_id)


def require_whole_organization(request: HttpRequest, right: Right | None = None) -> int:
    """The organization of the token, for what belongs to no project; raises for a token that names projects, and without the right."""
    token = entered(request).token
    if token.project_ids:
        raise TokenScopeError(
            _(
                "このトークンは特定のプロジェクト専用です。組織全体を読むには、プロジェクトを限らないトークンを作成してください。"
            )
        )
    if right is not None:
        require_in_organization(signed_in(request).user, right, token.organization_id)
    return token.organization_id


def page_of(
    rows: QuerySet[Any, Row], *, key: str, cursor: int, limit: int, key_of: Callable[[Row], int]
) -> tuple[Sequence[Row], int | None]:
    """The rows behind a cursor in the order of `key`, which is unique among them, and where the next page begins."""
    found = list(rows.filter(**{f"{key}__gt": cursor}).order_by(key)[: limit + 1])
    return found[:limit], key_of(found[limit - 1]) if len(found) > limit else None


def unchanged(request: HttpRequest, response: HttpResponse, project: Project) -> HttpResponse | None:
    """304 where the program has the answer of this revision already; else None, and `response` carries the ETag."""
    etag = etag_of(request, project)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        response["ETag"] = etag
    return answer


def etag_of(request: HttpRequest, project: Project) -> str:
    """`"r41-…"`: the revision, and a digest of all else that an answer hangs on."""
    user = signed_in(request).user
    parts = (
        user.pk, user.language, sorted(rights_in(user, project)), timezone.localdate(), build(), project.field_ids,
        generation(project.organization_id), request.get_full_path(),
    )  # fmt: skip
    return f'"r{project.revision}-{hashlib.sha256(repr(parts).encode()).hexdigest()[:12]}"'
