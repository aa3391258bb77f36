"""The app `resources`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from resources import declared  # noqa: F401  # with the app comes what it records


class ResourcesConfig(AppConfig):
    """Named once for Django and the admin."""

    name = "resources"
    verbose_name = _("リソース")
