"""What every row of an organization has."""

from typing import Any

from django.db import models


class TenantModel(models.Model):
    """A row that belongs to one organization and is hidden from all others by a policy."""

    # No index of its own: the key (organization_id, id) of every tenant table begins with it.
    organization = models.ForeignKey(
        "projects.Organization", models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class TenantPart(TenantModel):
    """A row that comes by the thousand and hangs on another one of its organization by a composite key.

    That key names the organization, too: a second one beside it would only be checked once more for each row.
    """

    organization = models.ForeignKey(
        "projects.Organization", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        abstract = True


class TenantKey(models.ForeignKey):  # type: ignore[type-arg]  # to whatever it names
    """A foreign key to a row of the same organization: the database holds it as a composite key.

    The plain constraint is left out, since a migration adds the one that compares organizations too.
    """

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)
