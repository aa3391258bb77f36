"""The app `reports`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from reports import declared  # noqa: F401  # with the app comes what it records


class ReportsConfig(AppConfig):
    """Named once for Django and the admin."""

    name = "reports"
    verbose_name = _("レポート")
