"""The settings of the product, and jobs of a drill beside its own."""

from config.settings import *  # noqa: F403

CELERY_INCLUDE = ["tests.drills.kit.poison"]
