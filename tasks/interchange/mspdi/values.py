"""Values as MSPDI writes them: moments, amounts of time, money; and back again."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from projects.worktime.moments import MINUTES_PER_DAY, MINUTES_PER_HOUR

FIRST_YEAR = 1950
LAST_YEAR = 2200
LONGEST_MINUTES = 100 * 366 * MINUTES_PER_DAY
"""No duration, lag or delay of a real plan is longer than a hundred years."""

_EPOCH = date(1970, 1, 1).toordinal()
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?")
_AMOUNT = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?")
_TIME = re.compile(r"(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?")


class OutOfRange(ValueError):
    """Readable, but further away than any plan reaches."""


def parse_moment(text: str) -> int:
    """Minutes since 1970 of the wall clock; half a minute and more counts as one."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutOfRange(text)
    if hour > 24 or minute > 59 or second > 59:
        raise ValueError(text)
    days = date(year, month, day).toordinal() - _EPOCH
    return days * MINUTES_PER_DAY + hour * MINUTES_PER_HOUR + minute + (second >= 30)


def parse_amount(text: str) -> int:
    """Minutes of an ``PT8H30M0S``; a day in it is 24 hours, as the standard says."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or text.strip()[-1:] in ("P", "T", ""):
        raise ValueError(text)
    sign, days, hours, minutes, seconds, _ = match.groups()
    if max(len(part or "") for part in (days, hours, minutes, seconds)) > 12:
        raise OutOfRange(text)
    total = int(days or 0) * 86400 + int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    # Half up on the whole amount; a negative one is mirrored, so that -30 seconds and +30 seconds are alike.
    result = (total + 30) // 60
    if result > LONGEST_MINUTES:
        raise OutOfRange(text)
    return -result if sign else result


def parse_exact_amount(text: str) -> int:
    """Hundredths of a second of a ``PT8H30M5.07S``; what is finer is cut off."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or text.strip()[-1:] in ("P", "T", ""):
        raise ValueError(text)
    sign, days, hours, minutes, seconds, fraction = match.groups()
    if max(len(part or "") for part in (days, hours, minutes, seconds)) > 12:
        raise OutOfRange(text)
    total = int(days or 0) * 86400 + int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    if total > LONGEST_MINUTES * 60:
        raise OutOfRange(text)
    exact = total * 100 + int(((fraction or "") + "00")[:2])
    return -exact if sign else exact


def parse_tenths(text: str) -> int:
    """Minutes of a number of tenths of a minute; the fraction that some programs write is noise."""
    value = float(text)
    if not abs(value) <= LONGEST_MINUTES * 10:
        raise OutOfRange(text)
    tenths = int(value)
    return (tenths + 5) // 10 if tenths >= 0 else -((5 - tenths) // 10)


def parse_number(text: str) -> int:
    """A whole number; ``7.0`` is one too."""
    try:
        return int(text) if len(text) <= 20 else _too_long(text)
    except ValueError:
        value = float(text)
        if not abs(value) < 1e15:
            raise OutOfRange(text) from None
        return int(value)


def _too_long(text: str) -> int:
    raise OutOfRange(text[:20])


def parse_float(text: str) -> float:
    value = float(text)
    if not abs(value) < 1e9:
        raise OutOfRange(text)
    return value


def parse_decimal(text: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite() or abs(value) >= Decimal("1e15") or value.adjusted() < -12:
        if value == 0:
            return Decimal(0)
        raise OutOfRange(text)
    return value.normalize() + 0


def parse_money(text: str) -> Decimal:
    """MSPDI writes money in hundredths of the currency."""
    return (parse_decimal(text) / 100).normalize() + 0


def parse_time(text: str) -> int:
    """Minutes after midnight."""
    match = _TIME.fullmatch(text.strip())
    if match is None or int(match[1]) > 24 or int(match[2]) > 59:
        raise ValueError(text)
    return int(match[1]) * 60 + int(match[2])


def parse_flag(text: str) -> bool:
    try:
        return {"0": False, "1": True, "false": False, "true": True, "": False}[text.strip().lower()]
    except KeyError:
        raise ValueError(text) from None


def format_moment(minute: int) -> str:
    day, rest = divmod(minute, MINUTES_PER_DAY)
    return f"{date.fromordinal(day + _EPOCH).isoformat()}T{rest // 60:02}:{rest % 60:02}:00"


def format_amount(minutes: int) -> str:
    sign = "-" if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{sign}PT{hours}H{rest}M0S"


def format_time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}:00"


def format_decimal(value: Decimal) -> str:
    return f"{value:f}"


def format_money(value: Decimal) -> str:
    return f"{(value * 100).normalize() + 0:f}"
