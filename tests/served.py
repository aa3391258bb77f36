"""The settings of sites that browsers open: style sheets and scripts are as a deployment serves them, collected and stripped."""

from config.settings import *  # noqa: F403
from config.settings import STORAGES as _STORAGES

STORAGES = _STORAGES | {"staticfiles": {"BACKEND": "tests.served_files.CollectedFiles"}}
WHITENOISE_USE_FINDERS = False
