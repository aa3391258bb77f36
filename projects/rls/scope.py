"""Row-level security: PostgreSQL shows a transaction only the rows of the organizations it has named.

Every tenant table carries `organization_id` and a row-level policy that compares it with the setting
`app.organizations`, which lives as long as the transaction (`SET LOCAL`). Nothing set, nothing seen.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction

from projects.models import Organization, Project

SETTING = "app.organizations"
ENTER = "SELECT set_config(%s, %s, true)"


def _literal(organizations: Iterable[int]) -> str:
    return "{" + ",".join(str(int(pk)) for pk in sorted(set(organizations))) + "}"


@contextmanager
def scope(
    organizations: Iterable[int], *, using: str = "default", statement: str = ENTER
) -> Iterator[tuple[Any, ...]]:
    """Run a transaction that sees the rows of these organizations; an inner scope replaces the outer.

    `statement` may ask more in the same round trip; the block is given its answer.
    """
    connection = connections[using]
    # The outermost scope ends with its transaction, so there is nothing to come back to.
    is_inner = connection.in_atomic_block
    with transaction.atomic(using=using), connection.cursor() as cursor:
        before = ""
        if is_inner:
            cursor.execute("SELECT current_setting(%s, true)", [SETTING])
            before = cursor.fetchone()[0] or ""
        cursor.execute(statement, [SETTING, _literal(organizations)])
        yield cursor.fetchone()
        if is_inner and not connection.needs_rollback:
            cursor.execute(ENTER, [SETTING, before])


@contextmanager
def every_organization(*, using: str = "default") -> Iterator[None]:
    """A scope for jobs, commands and operators, which work for all organizations."""
    with scope(Organization.objects.using(using).values_list("pk", flat=True), using=using):
        yield


@contextmanager
def project_scope(project_id: int) -> Iterator[None]:
    """A scope for a job that knows a project's id only; narrowed to that project's organization."""
    with every_organization():
        organization_id = Project.objects.values_list("organization_id", flat=True).get(pk=project_id)
        with scope([organization_id]):
            yield
