"""What the provider says about a person, as plain data: where they belong, what they are called, how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from projects.models import OrganizationRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: The higher one counts where a person has several.
RANK: Final = [OrganizationRole.GUEST, OrganizationRole.MEMBER, OrganizationRole.PMO, OrganizationRole.ADMIN]
#: More groups than this no person has; what lies beyond is not looked at.
MOST_GROUPS: Final = 500


@dataclass(frozen=True, slots=True)
class ClaimedPerson:
    """A person, as the provider describes them."""

    subject: str
    username: str
    display_name: str
    email: str
    language: str
    #: Role by code of the organization.
    places: Mapping[str, str]


def person(claims: Mapping[str, Any]) -> ClaimedPerson:
    """The person of verified claims."""
    return ClaimedPerson(
        subject=claims["sub"],
        username=_text(claims, "preferred_username", 100),
        display_name=_name(claims),
        email=_text(claims, "email", 254) if claims.get("email_verified") is True else "",
        language="en" if _text(claims, "locale", 20).lower().startswith("en") else "ja",
        places=places(claims),
    )


def places(claims: Mapping[str, Any]) -> dict[str, str]:
    """Groups `/organization/role` and realm roles `organization:role`, by organization; all else means nothing here."""
    access = claims.get("realm_access")
    roles = _list(access.get("roles")) if isinstance(access, dict) else []
    pairs = [group.removeprefix("/").split("/") for group in _list(claims.get("groups"))]
    return _highest([*pairs, *(role.split(":") for role in roles)])


def _highest(pairs: Iterable[list[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        if len(pair) == 2 and pair[1] in OrganizationRole.values:
            code, role = pair
            found[code] = max(
                found.get(code, role), role, key=lambda each: RANK.index(OrganizationRole(each))
            )
    return found


def _name(claims: Mapping[str, Any]) -> str:
    """Japanese names begin with the family; `name` is put together the other way round."""
    family, given = _text(claims, "family_name", 50), _text(claims, "given_name", 50)
    if family and given and not (family + given).isascii():
        return f"{family} {given}"
    return _text(claims, "name", 100) or " ".join(filter(None, (given, family)))


def _text(claims: Mapping[str, Any], name: str, most: int) -> str:
    value = claims.get(name)
    return value.replace("\0", "").strip()[:most] if isinstance(value, str) else ""


def _list(value: Any) -> list[str]:
    return [each for each in value[:MOST_GROUPS] if isinstance(each, str)] if isinstance(value, list) else []
