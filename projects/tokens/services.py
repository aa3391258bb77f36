"""Tokens of people for programs. A secret is told once, when it is made; only its hash is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.changes import changing_organization
from projects.errors import RuleBrokenError
from projects.models import ApiToken, OrganizationMember, User
from projects.permissions import System
from projects.rls import scope

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from projects.models import Organization, Project

SECRET_BYTES: Final = 32
#: Every user may have a token, whatever their role: it gives no more than they have. So the record names the way, and the person.
ACTOR: Final = "token"
#: `itdo_7_` and the secret: the organization stands in it, so that the row policies hold for finding the token, too.
_TOKEN: Final = re.compile(r"itdo_([1-9]\d{0,17})_[A-Za-z0-9_-]{43}")
#: So many signs of the secret are kept, to know a token by: what is left is still beyond guessing.
SHOWN: Final = 6
#: Open tokens of a person in an organization.
MOST_OPEN: Final = 20
#: Reading stays reading: when a token was used last is written at most once a minute.
WRITTEN_EVERY: Final = timedelta(minutes=1)


def make_token(
    *, user: User, organization: Organization, name: str, token_scope: str, days: int, projects: Collection[Project] = (),
) -> tuple[ApiToken, str]:  # fmt: skip
    """A new token and its text, for the only time. Raises RuleBrokenError where the person has too many."""
    now = timezone.now()
    text = f"itdo_{organization.pk}_{secrets.token_urlsafe(SECRET_BYTES)}"
    with changing_organization(organization, actor=System(ACTOR, user=user)) as record:
        # Two clicks at once are counted one after the other.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        own = ApiToken.objects.unrevoked().filter(organization=organization, user=user, expires_at__gt=now)
        if own.count() >= MOST_OPEN:
            message = _(
                "有効なトークンは%(most)d個までです。使っていないものを取り消してから、作成してください。"
            )
            raise RuleBrokenError(message % {"most": MOST_OPEN})
        token = ApiToken.objects.create(
            organization=organization, user=user, name=name, scope=token_scope, secret_hash=_hash(text),
            prefix=text[: text.index("_", 5) + 1 + SHOWN], project_ids=sorted(each.pk for each in projects),
            expires_at=now + timedelta(days=days),
        )  # fmt: skip
        record("token.made", target=user, after=_said_of(token))
    return token, text


def revoke_token(*, token: ApiToken, user: User) -> None:
    """Take a token back: its program gets nothing from now on."""
    with changing_organization(token.organization, actor=System(ACTOR, user=user)) as record:
        open_ones = ApiToken.objects.unrevoked().filter(pk=token.pk, user=user)
        if open_ones.update(revoked_at=timezone.now()):
            record("token.revoked", target=user, after=_said_of(token))


def _said_of(token: ApiToken) -> dict[str, object]:
    return {
        "name": token.name, "prefix": token.prefix, "scope": token.scope, "projects": token.project_ids,
        "expires_at": token.expires_at,
    }  # fmt: skip


def find_token(text: str) -> tuple[ApiToken, OrganizationMember | None] | None:
    """The token of a text, revoked and expired ones as well, and the place that its person has now where it leads.

    Two queries and a note of its use, in a transaction of their own that sees the organization that the text names.
    """
    form = _TOKEN.fullmatch(text)
    if form is None:
        return None
    with scope.scope([int(form[1])]):
        found = ApiToken.objects.select_related("user").filter(secret_hash=_hash(text)).first()
        if found is None or not found.user.is_active:
            return None
        _note_use(found, now=timezone.now())
        member = OrganizationMember.objects.filter(user=found.user_id, organization=found.organization_id)
        return found, member.first()


def _note_use(token: ApiToken, *, now: datetime) -> None:
    if token.is_open(now) and (token.last_used_at is None or token.last_used_at <= now - WRITTEN_EVERY):
        before = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - WRITTEN_EVERY)
        ApiToken.objects.filter(before, pk=token.pk).update(last_used_at=now)


def _hash(text: str) -> str:
    # As random as a key: a slow hash would protect nothing more.
    return hashlib.sha256(text.encode()).hexdigest()
