"""Amounts that the database holds encrypted: a copy of it, or a look into it, shows none of them."""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldError

from config.crypto import decrypt, encrypt
from projects.models.money import MoneyField


class EncryptedDecimalField(MoneyField):
    """A decimal for forms and services, text for the database: read and written, never compared or summed there."""

    def get_internal_type(self) -> str:
        """What the column is made as."""
        return "TextField"

    def from_db_value(self, value: str | None, *_: Any) -> Decimal | None:
        """The amount of a row that was read."""
        return None if value is None else reveal(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> str | None:
        """The text for a row that is written."""
        amount = self.to_python(value)
        return None if amount is None else conceal(amount.quantize(Decimal(1).scaleb(-self.decimal_places)))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """The same; an expression would have to be computed by the database, which cannot."""
        if hasattr(value, "as_sql"):
            raise FieldError(f"{self.name} is encrypted; give it a number, not an expression.")
        return self.get_db_prep_value(value, connection)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is an amount can be asked."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> Any:
        """Nothing can be computed from it in the database."""
        return None


def conceal(amount: Decimal) -> str:
    """The amount as the database may hold it."""
    return encrypt(f"{amount:f}")


def reveal(secret: str) -> Decimal:
    """The amount again. A text is opened once in a process: a company's rates are read with every sum of money."""
    return _revealed(secret, tuple(settings.ENCRYPTION_KEYS))


@functools.lru_cache(maxsize=20_000)
def _revealed(secret: str, keys: tuple[str, ...]) -> Decimal:
    return Decimal(decrypt(secret))
