"""Telling people something: once each, whatever runs twice.

`notify` for one person, `notify_many` for a crowd in one statement. The kinds, and which facts each of them wants, are in
`projects/notifications/kinds.py`. Call it inside the transaction of what happened: both are kept, or neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.urls import NoReverseMatch, reverse

from projects.models import Notification
from projects.notifications.kinds import KINDS, facts_of, kind_of

if TYPE_CHECKING:
    from projects.models import Organization, Project, User

#: Rows of one statement; a thousand people are one.
ROWS_A_STATEMENT: Final = 2_000


@dataclass(frozen=True, slots=True)
class Message:
    """What one person should know. `key` makes it the same message when it is sent again."""

    user_id: int
    kind: str
    key: str
    organization_id: int
    #: The user whose act this is; None where the clock or a program did it. They know it already.
    by_id: int | None = field(kw_only=True)
    project_id: int | None = None
    target_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def notify(
    user: User, *, kind: str, key: str, by: User | None, organization: Organization | None = None,
    project: Project | None = None, target_id: int | None = None, facts: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Tell one person; the organization is the project's when there is one. `by` is the user whose act it is."""
    organization_id = project.organization_id if project else organization.pk if organization else None
    if organization_id is None:
        raise ValueError("a notification belongs to a project or to an organization")
    project_id = project.pk if project else None
    by_id = by.pk if by else None
    notify_many(
        [Message(user.pk, kind, key, organization_id, project_id, target_id, facts or {}, by_id=by_id)]
    )


def notify_many(messages: Iterable[Message]) -> None:
    """Tell many people at once; who was told with the same key before is not told again.

    Users are told nothing of what they did themselves, unless it is the answer to what they asked for.
    """
    rows = [row for message in messages if (row := _row(message)) is not None]
    Notification.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT, ignore_conflicts=True)


def _row(message: Message) -> Notification | None:
    if message.kind not in KINDS:
        raise ValueError(f"no such kind of notification: {message.kind}")
    if message.by_id == message.user_id and not KINDS[message.kind].is_answer:
        return None
    return Notification(
        user_id=message.user_id, kind=message.kind, key=message.key, organization_id=message.organization_id,
        project_id=message.project_id, target_id=message.target_id,
        facts=json.loads(json.dumps(dict(message.facts), cls=DjangoJSONEncoder)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A notification in the language that is active now."""

    title: str
    more: list[str]
    url: str
    symbol: str
    is_late: bool


def told(notification: Notification) -> Told:
    """The words of a notification, and the page that they lead to (no address where there is none any more)."""
    kind, facts = kind_of(notification.kind), facts_of(notification.facts)
    return Told(kind.title(facts), kind.more(facts), _url(notification), kind.symbol, kind.is_late)


def _url(notification: Notification) -> str:
    kind = kind_of(notification.kind)
    taken = {
        "project": notification.project_id, "target": notification.target_id,
        "week": notification.facts.get("week"),
    }  # fmt: skip
    arguments = [taken[kind.takes]] if kind.takes else []
    if not kind.link or None in arguments:
        return ""
    try:
        return reverse(kind.link, args=arguments)
    except NoReverseMatch:  # the page comes with another build
        return ""
