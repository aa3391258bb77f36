"""The figures of earned value from four sums: budget, planned, earned and actual.

All are of one unit, money or work. What has no meaning is ``None`` and never 0: a share of nothing, a forecast from nothing earned. Nothing is
rounded but what is shown (``config.web`` or a report rounds half away from zero).
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Forecast:
    """Three ways to go on: as until now, as planned, and as until now in cost and pace."""

    cpi: Fraction | None
    budget_rate: Fraction
    cpi_spi: Fraction | None


@dataclass(frozen=True, slots=True)
class EarnedValue:
    """One task, summary, project or portfolio at one moment."""

    bac: Number  # budget at completion
    pv: Number  # planned value, BCWS
    ev: Number  # earned value, BCWP
    ac: Number  # actual cost, ACWP

    @property
    def sv(self) -> Number:
        """Schedule variance: EV - PV."""
        return self.ev - self.pv

    @property
    def cv(self) -> Number:
        """Cost variance: EV - AC."""
        return self.ev - self.ac

    @property
    def sv_percent(self) -> Fraction | None:
        """100 × SV / PV."""
        return ratio(100 * self.sv, self.pv)

    @property
    def cv_percent(self) -> Fraction | None:
        """100 × CV / EV."""
        return ratio(100 * self.cv, self.ev)

    @property
    def spi(self) -> Fraction | None:
        """Schedule performance index: EV / PV."""
        return ratio(self.ev, self.pv)

    @property
    def cpi(self) -> Fraction | None:
        """Cost performance index: EV / AC."""
        return ratio(self.ev, self.ac)

    @property
    def eac(self) -> Forecast:
        """Estimate at completion: BAC / CPI, AC + (BAC - EV), AC + (BAC - EV) / (CPI × SPI)."""
        left, cpi, spi = self.bac - self.ev, self.cpi, self.spi
        pace = None if cpi is None or spi is None else ratio(left, cpi * spi)
        return Forecast(
            cpi=None if cpi is None else ratio(self.bac, cpi),
            budget_rate=Fraction(self.ac + left),
            cpi_spi=None if pace is None else self.ac + pace,
        )

    @property
    def etc(self) -> Forecast:
        """Estimate to complete: EAC - AC."""
        eac = self.eac
        return Forecast(
            None if eac.cpi is None else eac.cpi - self.ac,
            eac.budget_rate - self.ac,
            None if eac.cpi_spi is None else eac.cpi_spi - self.ac,
        )

    @property
    def vac(self) -> Forecast:
        """Variance at completion: BAC - EAC."""
        eac = self.eac
        return Forecast(
            None if eac.cpi is None else self.bac - eac.cpi,
            self.bac - eac.budget_rate,
            None if eac.cpi_spi is None else self.bac - eac.cpi_spi,
        )

    @property
    def tcpi_bac(self) -> Fraction | None:
        """To-complete performance index for the budget: (BAC - EV) / (BAC - AC)."""
        return ratio(self.bac - self.ev, self.bac - self.ac)

    @property
    def tcpi_eac(self) -> Fraction | None:
        """The same for the forecast by CPI: (BAC - EV) / (EAC - AC)."""
        eac = self.eac.cpi
        return None if eac is None else ratio(self.bac - self.ev, eac - self.ac)

    @property
    def percent_complete(self) -> Fraction | None:
        """100 × EV / BAC."""
        return ratio(100 * self.ev, self.bac)

    @property
    def percent_spent(self) -> Fraction | None:
        """100 × AC / BAC."""
        return ratio(100 * self.ac, self.bac)

    def __add__(self, other: "EarnedValue") -> "EarnedValue":
        """Of both together: sums first, indices from the sums."""
        return EarnedValue(self.bac + other.bac, self.pv + other.pv, self.ev + other.ev, self.ac + other.ac)


def ratio(part: Number, whole: Number) -> Fraction | None:
    """A share; ``None`` of nothing."""
    return None if whole == 0 else Fraction(part) / Fraction(whole)


def shown(value: Number | None, digits: int) -> Decimal | None:
    """A figure as it is shown: so many decimals, half away from zero."""
    if value is None:
        return None
    scaled = Fraction(value) * 10**digits
    whole = int(abs(scaled) + Fraction(1, 2))
    return Decimal(-whole if scaled < 0 else whole).scaleb(-digits)
