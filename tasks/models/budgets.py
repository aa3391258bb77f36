"""収支明細: what a project pays and earns beside the hours of its people, by month (`tasks/budget`)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel
from projects.models.money import MoneyField


class BudgetLine(TenantModel):
    """One contract, purchase or order: what it is, with whom, and whether its amounts have tax in them."""

    class Kind(models.TextChoices):
        OUTSOURCING = "outsourcing", _("外注")
        EXPENSE = "expense", _("経費")
        REVENUE = "revenue", _("売上")

    class Tax(models.TextChoices):
        WITHOUT = "without", _("税抜")
        WITH = "with", _("税込")

    project = TenantKey(Project, models.CASCADE, related_name="budget_lines", db_index=False)
    kind = models.CharField(_("種類"), max_length=11, choices=Kind.choices)
    name = models.CharField(_("件名"), max_length=120)
    partner = models.CharField(_("取引先"), max_length=120, blank=True, default="")
    tax = models.CharField(_("税"), max_length=7, choices=Tax.choices, default=Tax.WITHOUT)
    #: Rises with every change: a form says which of them it was made from.
    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "budget_lines"
        verbose_name = verbose_name_plural = _("収支明細")
        indexes = [models.Index(fields=["project"], name="idx_budget_lines_project")]

    def __str__(self) -> str:
        return self.name


class BudgetAmount(TenantModel):
    """What a line comes to in a month (its number since the year 0), in whole yen; None: nothing is said."""

    line = TenantKey(BudgetLine, models.CASCADE, related_name="amounts", db_index=False)
    month = models.IntegerField()
    planned = MoneyField(_("予定"), max_digits=15, decimal_places=0, null=True, blank=True)
    actual = MoneyField(_("実績"), max_digits=15, decimal_places=0, null=True, blank=True)
    forecast = MoneyField(_("見込"), max_digits=15, decimal_places=0, null=True, blank=True)

    class Meta:
        db_table = "budget_amounts"
        verbose_name = verbose_name_plural = _("収支明細の金額")
        constraints = [
            models.UniqueConstraint(fields=["line", "month"], name="budget_line_has_a_month_once"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.month}"
