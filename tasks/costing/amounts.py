"""Exact amounts: whole numbers, so that sums over days, people and tasks are the same to the last digit.

Work and durations are counted in hundredths of a second, money in millionths of the currency unit. A plan knows whole minutes, but files
hold work to hundredths of a second, and a cost is work times a rate before either was rounded.
"""

from decimal import Decimal
from typing import Final

WORK_PER_MINUTE: Final = 6_000
WORK_PER_HOUR: Final = 60 * WORK_PER_MINUTE
MONEY_PER_UNIT: Final = 1_000_000
_MILLIONTH: Final = Decimal(1).scaleb(-6)


def work_of(minutes: int) -> int:
    """Work of so many minutes."""
    return minutes * WORK_PER_MINUTE


def minutes_of(work: int) -> Decimal:
    """Work in minutes, with what is left of one as a fraction."""
    return Decimal(work) / WORK_PER_MINUTE


def money_of(amount: Decimal) -> int:
    """An amount of currency units; what is finer than a millionth is rounded, half away from zero."""
    return rounded(*amount.scaleb(6).as_integer_ratio())


def amount_of(money: int) -> Decimal:
    """Money in currency units."""
    return Decimal(money) * _MILLIONTH


def rounded(numerator: int, denominator: int) -> int:
    """The whole number nearest to a fraction, half away from zero; the denominator is positive."""
    if numerator < 0:
        return -((-numerator * 2 + denominator) // (denominator * 2))
    return (numerator * 2 + denominator) // (denominator * 2)


def share(whole: int, part: int, of: int) -> int:
    """``part`` of ``of`` equal parts of an amount; nothing where there are no parts."""
    return rounded(whole * part, of) if of > 0 else 0
