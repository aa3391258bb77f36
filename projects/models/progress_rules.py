"""By which rule the users of a project say how far a task is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProgressRule(models.TextChoices):
    """What is typed: any percentage, hours alone, or one of a few steps."""

    HAND = "hand", _("進捗（%）を入力する")
    WORK = "work", _("工数から計算する（実績 ÷（実績＋残り））")
    ZERO_HUNDRED = "zero_hundred", _("0/100（完了で100%）")
    FIFTY_FIFTY = "fifty_fifty", _("50/50（着手で50%、完了で100%）")
    STEPS = "steps", _("段階を選ぶ")
