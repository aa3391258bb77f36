"""How a program writes: its scope, its key, the revision that it knows, then one use case, and what came of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Header, Query, Status

from projects.models import Project, TokenScope
from projects.permissions import Right, require
from projects.tokens.answers import begin_answer, keep_answer
from projects.worktime.moments import day_of, ends_on, first_day_of
from reports.api.finding import entered, project_of, signed_in
from reports.api.refusals import StaleEtagError, TokenScopeError
from reports.api.shapes import NO_NUL
from tasks.editing.answer import warnings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tasks.plan.outcome import PlanChange
    from tasks.plan.rescheduling import Move

#: So many of the tasks that moved are listed; their number is beside it.
MOST_MOVES: Final = 2_000
LONGEST_KEY: Final = 200
_ORDER: Final = (TokenScope.READ, TokenScope.PROGRESS, TokenScope.PLAN)
_TAG: Final = re.compile(r'(?:W/)?"r(\d{1,18})(?:-[0-9a-f]*)?"')
#: One or more of them, or a star for any.
_TAGS: Final = r'^\s*(\*|(W/)?"r\d{1,18}(-[0-9a-f]*)?"(\s*,\s*(W/)?"r\d{1,18}(-[0-9a-f]*)?")*)?\s*$'
IfMatch = Annotated[str, Header("", alias="If-Match", max_length=200, pattern=_TAGS, description="The ETag of what the program has seen: 412 where the plan is another one.")]  # fmt: skip
Key = Annotated[str, Header("", alias="Idempotency-Key", max_length=LONGEST_KEY, pattern=NO_NUL, description="A word of the program's own: sent again with it, a request does nothing twice.")]  # fmt: skip
DryRun = Annotated[bool, Query(False, description="Answer with what would come of it, and leave nothing.")]


@dataclass(frozen=True)
class Written:
    """What a use case has done."""

    change: PlanChange
    created: Sequence[int] = ()
    #: What is told beside it.
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asking:
    """What a request says of how it is to be done."""

    request: HttpRequest
    response: HttpResponse
    if_match: str
    key: str
    dry_run: bool
    scope: str = TokenScope.PLAN
    needs: Right = Right.EDIT_PLAN
    status: int = 200


def write(asking: Asking, project_id: int, make: Callable[[Project], Written]) -> Any:
    """One change of a plan, and its outcome. All of it is in the transaction of the request."""
    request = asking.request
    project = project_of(request, project_id)
    require_scope(request, asking.scope)
    require(signed_in(request).user, asking.needs, project)
    if (again := _answered(asking)) is not None:
        return again
    _check_revision(asking.if_match, project)
    found = outcome(make(project), dry_run=asking.dry_run)
    if asking.dry_run:
        request._must_roll_back = True  # type: ignore[attr-defined]  # read by Tenancy
        return found
    asking.response["ETag"] = _tag(found)
    if asking.key:
        keep_answer(token=entered(request).token, key=asking.key, status=asking.status, body=found)
    return Status(asking.status, found)


def require_scope(request: HttpRequest, scope: str) -> None:
    """Raise TokenScopeError for a token that does not go so far."""
    token = entered(request).token
    if _ORDER.index(TokenScope(token.scope)) < _ORDER.index(TokenScope(scope)):
        message = _(
            "このトークンでできるのは「%(scope)s」です。この操作には「%(needed)s」のトークンが必要です。"
        )
        raise TokenScopeError(
            message % {"scope": token.get_scope_display(), "needed": TokenScope(scope).label}
        )


def _answered(asking: Asking) -> HttpResponse | None:
    """The answer under this key, where it was given before."""
    if not asking.key or asking.dry_run:
        return None
    request, token = asking.request, entered(asking.request).token
    content = (request.method, request.get_full_path(), request.body, asking.if_match)
    request_hash = hashlib.sha256(repr(content).encode()).hexdigest()
    found = begin_answer(token=token, key=asking.key, request_hash=request_hash)
    if found is None:
        return None
    assert found.body is not None  # it was kept in the transaction that took the key
    asking.response["Idempotent-Replayed"] = "true"
    asking.response["ETag"] = _tag(found.body)
    return Status(found.status or asking.status, found.body)  # type: ignore[return-value]  # the library makes a response of it


def _tag(body: Mapping[str, Any]) -> str:
    """The ETag of what a change has made of the plan."""
    return f'"r{body["revision"]}"'


def _check_revision(if_match: str, project: Project) -> None:
    """Lock the plan; raise StaleEtagError where it is another one than the program has seen."""
    if not if_match or if_match.strip() == "*":
        return
    known = [int(found[1]) for each in if_match.split(",") if (found := _TAG.fullmatch(each.strip()))]
    rows = Project.objects.select_for_update(no_key=True).filter(pk=project.pk)
    revision = rows.values_list("revision", flat=True).get()
    if revision not in known:
        raise StaleEtagError(seen=known[0], current=revision)


def outcome(written: Written, *, dry_run: bool) -> dict[str, Any]:
    """What came of a change, as JSON holds it."""
    change = written.change
    return {
        "revision": change.revision_before if dry_run else change.project.revision, "is_changed": bool(change),
        "dry_run": dry_run, "created": list(written.created), "edited": sorted(change.edited_ids),
        "moved": len(change.moves), "moves": [_move_out(move) for move in change.moves[:MOST_MOVES]],
        "finish_before": _last(change.finish_before), "finish_after": _last(change.finish_after),
        "missed_deadlines": sorted(change.missed_deadlines), "warnings": warnings_of(change), **written.more,
    }  # fmt: skip


def _move_out(move: Move) -> dict[str, Any]:
    task_id, start_before, finish_before, start, finish = move
    return {
        "task_id": task_id,
        "start_before": _day(start_before), "finish_before": _last(finish_before),
        "start": _day(start), "finish": _last(finish),
    }  # fmt: skip


def _day(minute: int | None) -> str | None:
    return None if minute is None else day_of(first_day_of(minute)).isoformat()


def _last(minute: int | None) -> str | None:
    found = ends_on(minute)
    return None if found is None else found.isoformat()
