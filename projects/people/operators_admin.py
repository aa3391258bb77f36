"""Named in INSTALLED_APPS in the place of `django.contrib.admin`."""

from django.contrib.admin.apps import AdminConfig


class OperatorsAdmin(AdminConfig):
    """Django admin, with a site of our own behind its name."""

    default_site = "projects.people.operator_site.OperatorSite"
