"""The settings of a site without limits and headers, for `bin/bench security` to stand the real one beside."""

from config.settings import *  # noqa: F403  # all of them but these
from config.settings import MIDDLEWARE as ALL

LIMITS = {}
MEASURED = (
    "config.web.addresses.TrustedProxies",
    "config.web.headers.SecurityHeaders",
    "config.web.limits.Limits",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
MIDDLEWARE = [name for name in ALL if name not in MEASURED]
