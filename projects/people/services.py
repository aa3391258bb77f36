"""What people set for themselves; no record is kept of it, since it changes no other user's pages."""

from projects.models import Organization, User


def save_preferences(*, user: User, language: str, theme: str, density: str, wants_digest: bool) -> None:
    """Language, colours, height of rows, and whether a mail comes every morning."""
    user.language, user.theme, user.density, user.wants_digest = language, theme, density, wants_digest
    user.save(update_fields=["language", "theme", "density", "wants_digest"])


def look_at_organization(*, user: User, organization: Organization) -> None:
    """Choose the organization whose pages the user sees; the caller checked that they belong to it."""
    user.current_organization = organization
    user.save(update_fields=["current_organization"])


def end_tour(*, user: User) -> None:
    """The user has seen how plans are typed, or does not want to be told."""
    user.knows_sheet = True
    user.save(update_fields=["knows_sheet"])


def fold_rail(*, user: User, is_folded: bool) -> None:
    """Fold or open the menu."""
    user.is_rail_folded = is_folded
    user.save(update_fields=["is_rail_folded"])
