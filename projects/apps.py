"""The app `projects`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from projects.audit import declared  # noqa: F401  # with the app comes what it records


class ProjectsConfig(AppConfig):
    """Named once for Django and the admin."""

    name = "projects"
    verbose_name = _("プロジェクト")
