"""What resources cost, each rate from a day on until the next one begins.

There is no end to enter, so that two rates can never hold on the same day, and a new one leaves the past alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.web import formats
from projects.changes import Recorder, changing_organization
from projects.errors import RuleBrokenError
from projects.models.encrypted import conceal
from projects.permissions import Right, require_in_organization
from resources.models import Resource, ResourceRate

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from projects.models import User
    from projects.permissions import System


@contextmanager
def _changing(resource: Resource, actor: User | System) -> Iterator[Recorder]:
    """The organization's unit of work for those who look after resources and may also see money."""
    with changing_organization(resource.organization, actor=actor, needs=Right.MANAGE_RESOURCES) as record:
        require_in_organization(actor, Right.SEE_MONEY, resource.organization_id)
        Resource.objects.select_for_update(no_key=True).get(pk=resource.pk)
        yield record


def add_rate(
    *, resource: Resource, valid_from: date, cost_per_hour: Decimal, actor: User | System
) -> ResourceRate:
    """A rate from a day on."""
    with _changing(resource, actor) as record:
        rate = ResourceRate(
            organization_id=resource.organization_id, resource=resource, valid_from=valid_from,
            cost_per_hour=cost_per_hour,
        )  # fmt: skip
        _check(rate)
        rate.save()
        record("rate.added", target=rate, after=_plain(rate))
    return rate


def edit_rate(*, rate: ResourceRate, valid_from: date, cost_per_hour: Decimal, actor: User | System) -> None:
    """Correct a rate: what was planned while it holds costs something else now."""
    with _changing(rate.resource, actor) as record:
        rate.refresh_from_db(fields=["valid_from", "cost_per_hour"])
        before, kept = _plain(rate), (rate.valid_from, rate.cost_per_hour)
        rate.valid_from, rate.cost_per_hour = valid_from, cost_per_hour
        _check(rate)
        if (rate.valid_from, rate.cost_per_hour) != kept:
            rate.save(update_fields=["valid_from", "cost_per_hour"])
            record("rate.edited", target=rate, before=before, after=_plain(rate))


def remove_rate(*, rate: ResourceRate, actor: User | System) -> None:
    """Let the rate before hold on."""
    with _changing(rate.resource, actor) as record:
        record("rate.removed", target=rate, before=_plain(rate), after={"resource": rate.resource_id})
        rate.delete()


def _check(rate: ResourceRate) -> None:
    others = ResourceRate.objects.filter(resource=rate.resource_id, valid_from=rate.valid_from)
    if others.exclude(pk=rate.pk).exists():
        raise RuleBrokenError(
            _("%(day)sからの単価はすでにあります。そちらを編集するか、別の日にしてください。")
            % {"day": formats.day_plain(rate.valid_from)},
            field="valid_from",
        )
    if rate.cost_per_hour < 0:
        raise RuleBrokenError(_("単価は0以上で入力してください。"), field="cost_per_hour")


def _plain(rate: ResourceRate) -> dict[str, Any]:
    """For the record, where the amount stays encrypted under the key of its day: the record is never rewritten."""
    return {
        "resource": rate.resource_id,
        "valid_from": rate.valid_from,
        "cost_per_hour": conceal(rate.cost_per_hour),
    }
