"""What kinds of tasks there are: a project says which of them its new tasks are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskType(models.TextChoices):
    """What stays as it is when work, duration or people change."""

    FIXED_UNITS = "fixed_units", _("単位数固定")
    FIXED_DURATION = "fixed_duration", _("期間固定")
    FIXED_WORK = "fixed_work", _("作業時間固定")
