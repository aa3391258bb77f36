"""Amounts of money, which carry the right to see them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import models


class MoneyField(models.DecimalField):  # type: ignore[type-arg]  # as its parent
    """An amount in yen. What shows, compares or tells it asks for `sees`, in whichever model it stands.

    Columns of a plan, histories and the wall of tests (`tests/access/test_money.py`) find the amounts by this class, so that
    a new one is kept to those who may see money without being named anywhere.
    """

    #: `projects.permissions.Right.SEE_MONEY`, which this module cannot import: rights know the models.
    sees: Final = "see_money"

    def deconstruct(self) -> Any:
        """For migrations a decimal as any: the right is no matter of the database."""
        name, path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField" if type(self) is MoneyField else path, args, kwargs


class MoneyValues(models.JSONField):
    """Amounts by the columns of custom fields, in hundredths of a yen; they ask for the same right as a `MoneyField`."""

    sees: Final = MoneyField.sees

    def deconstruct(self) -> Any:
        """For migrations as any JSON."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


def money_fields(model: type[models.Model]) -> tuple[str, ...]:
    """Names of the amounts of one model."""
    return tuple(field.name for field in model._meta.concrete_fields if isinstance(field, MoneyField))


@cache
def money_names() -> frozenset[str]:
    """Names under which any model holds amounts: by them the record holds them, too."""
    fields = (field for model in apps.get_models() for field in model._meta.concrete_fields)
    return frozenset(field.name for field in fields if isinstance(field, (MoneyField, MoneyValues)))


#: What the record and the sheet call a custom field of amounts (`tasks.models.CustomField.column`).
_CUSTOM: Final = re.compile(r"m\d+")


def is_amount(name: str) -> bool:
    """Whether an amount stands under a name in the record, or in a row of a plan."""
    return name in money_names() or _CUSTOM.fullmatch(name) is not None
