"""Who asks with a token: programs under /api/ have no session and no cookie, and a request says all of it by itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from projects.models.people import Memberships

if TYPE_CHECKING:
    from django.http import HttpRequest

    from projects.models import ApiToken, OrganizationMember

API: Final = "/api/"


class TokenRefusal(StrEnum):
    """Why a request of a program gets nothing."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ProgramPass:
    """What a program was let in by: a token, and the place of its person in the organization."""

    token: ApiToken
    member: OrganizationMember

    @property
    def memberships(self) -> Memberships:
        """The one place that the request reaches, with what the token leaves of it."""
        found = Memberships({self.member.organization_id: self.member})
        found.scope, found.projects = self.token.scope, frozenset(self.token.project_ids)
        return found


def pass_of(request: HttpRequest) -> ProgramPass | None:
    """By what a program was let in; None for people in their browsers, and for those who were not let in."""
    found: ProgramPass | None = getattr(request, "program_pass", None)
    return found


def refusal_of(request: HttpRequest) -> TokenRefusal:
    """Why a program was not let in."""
    found: TokenRefusal = getattr(request, "token_refusal", TokenRefusal.MISSING)
    return found
