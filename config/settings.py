"""All settings, top to bottom; safe when no variable is set (see config/env.py)."""

from typing import Any

from csp.constants import NONE, SELF

from config import checks, databases, env
from config.web.queues import Queue
from config.web.redis import connection_class

BASE_DIR = env.BASE_DIR
ENVIRONMENT = env.ENVIRONMENT
DEBUG = env.flag("DEBUG", default=False)
# Newest first: the first one signs, all of them are believed, so that a change signs no user out.
SECRET_KEY, *SECRET_KEY_FALLBACKS = env.listed(
    env.required_when_deployed("SECRET_KEY", "development-only-" + "x" * 40)
)
# Newest first: the first one writes, all of them read (config/crypto.py).
ENCRYPTION_KEYS = env.listed(env.required_when_deployed("ENCRYPTION_KEY", "development-only-" + "y" * 40))
# Likewise for `manage.py backup`; those of the fields where there are none of its own.
BACKUP_KEYS = env.listed(env.text("BACKUP_KEY")) or ENCRYPTION_KEYS
ALLOWED_HOSTS = env.required_when_deployed("ALLOWED_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in env.text("CSRF_TRUSTED_ORIGINS").split(",") if origin]
INTERNAL_IPS = ["127.0.0.1"]

# -- features -------------------------------------------------------------------------------------------
FEATURES = {
    name: env.flag(f"FEATURE_{name}", default=True)
    for name in ("GANTT_CHART", "RESOURCE_MANAGEMENT", "RECURRING_PROJECTS")
}
# Choosing a demo person instead of signing in: never outside of a developer's machine and the tests.
DEVELOPMENT_SIGN_IN = env.flag("DEVELOPMENT_SIGN_IN", default=not env.IS_DEPLOYED)

# -- applications ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "projects",
    "resources",
    "tasks",
    "reports",
    "projects.people.operators_admin.OperatorsAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "django_celery_beat",
    "django_prometheus",
    "csp",
]
MIDDLEWARE = [
    "config.web.middleware.RequestId",
    "config.web.request_metrics.RequestMetrics",
    "config.web.addresses.TrustedProxies",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.web.headers.SecurityHeaders",
    "config.observability.inside.Inside",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "projects.tokens.middleware.BearerTokens",
    "config.ratelimit.middleware.Limits",
    "projects.middleware.IdleSessions",
    "projects.oidc.middleware.ProviderSessions",
    "projects.middleware.Tenancy",
    "projects.middleware.Preferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.web.middleware.HtmxRedirects",
    "config.web.middleware.WayBack",
    "projects.oidc.middleware.SecondFactor",
    "projects.middleware.Refusals",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

_LOADERS: list[Any] = [
    "config.web.templates.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": [
                "template_partials.templatetags.partials",
                "config.web.tags",
                "projects.templatetags.families",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "projects.context.shell",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
        },
    }
]

# -- database: app (site and jobs), owner (migrates, refreshes, partitions) -------------------------------
_urls = env.engine_urls()
DATABASES = databases.settings_of(_urls)
DATABASE_ROUTERS = ["config.routers.Router"]
# A replica that is so many seconds behind is not read; what others write shows that much later at most.
REPLICA_MAX_LAG = float(env.text("REPLICA_MAX_LAG", "5"))

# -- cache, sessions, jobs --------------------------------------------------------------------------------
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        # Of django-redis, counting hits and misses.
        "BACKEND": "django_prometheus.cache.backends.redis.RedisCache",
        "LOCATION": _urls["REDIS_URL"],
        "KEY_PREFIX": "itdo",
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 0.5,
            # Redis away: slower, never an error; and slower once, not with each question of a page.
            "IGNORE_EXCEPTIONS": True,
            "CONNECTION_POOL_KWARGS": {"connection_class": connection_class(_urls["REDIS_URL"])},
        },
    }
    if "REDIS_URL" in _urls
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
# The connection says it, once (config/web/redis.py).
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = False
# Lifetimes of the infrastructure design, in seconds; keys hold the revision, so these only bound memory.
CACHE_SECONDS = {"project:list": 300, "project:detail": 600, "gantt": 180, "resource:utilization": 900}
SESSION_ENGINE = "projects.sessions.store"
SESSION_IDLE_SECONDS = env.whole("SESSION_IDLE_SECONDS", 1800)
SESSION_ABSOLUTE_SECONDS = SESSION_COOKIE_AGE = env.whole("SESSION_ABSOLUTE_SECONDS", 43_200)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.IS_DEPLOYED
# A browser takes a cookie of this name from this host alone, over TLS, for all paths.
COOKIE_PREFIX = "__Host-" if env.IS_DEPLOYED else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "config.web.headers.Messages"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

CELERY_BROKER_URL = _urls.get("REDIS_BROKER_URL", "memory://")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
# Beyond the first a job ends as an error, beyond the second with its process; then the message is everybody's again.
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT, _VISIBILITY = 540, 600, 1800
# Workers look in this order, in those of them that they are told (`--queues`). "celery" is where other programs send to.
CELERY_TASK_QUEUES = {name: {"exchange": name, "routing_key": name} for name in [*Queue, "celery"]}
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": _VISIBILITY,
    "queue_order_strategy": "config.web.queues:ByUrgency",
    # A broker whose machine is gone says nothing at all.
    "socket_connect_timeout": 5,
    "socket_timeout": 30,
    "socket_keepalive": True,
}
# The moment of the last run is in the database before the next, so that another clock goes on from there.
CELERY_BEAT_SYNC_EVERY = 1
CELERY_BEAT_SCHEDULER = "config.beat.SingleScheduler"
CELERY_TIMEZONE = "Asia/Tokyo"
# Reports: how long they are kept, how many one person may have under way, how long one may take.
REPORT_KEEP_DAYS = env.whole("REPORT_KEEP_DAYS", 30)
REPORT_MOST_OPEN = env.whole("REPORT_MOST_OPEN", 5)
REPORT_SECONDS = env.whole("REPORT_SECONDS", 300)
IMPORT_SECONDS = env.whole("IMPORT_SECONDS", 300)
LEVELING_SECONDS = env.whole("LEVELING_SECONDS", 300)

# -- limits: how often a user may ask (config/ratelimit/middleware.py); LIMITS=off is for measuring and for journeys -----
LIMITS: dict[str, str] = {
    name: env.text(f"LIMIT_{name.upper()}", rate)
    for name, rate in {
        # Of one address: pages that are asked for without a sign-in. Signing in and calendars are counted by themselves.
        "api_global": "1000/hour",
        # Of one user: pages and changes; what scrolling fetches is counted by itself.
        "api_user": "100/minute",
        "fragments": "1200/minute",
        # Of one account from one address, and of all accounts of an office behind one address.
        "auth_login": "5/minute",
        "auth_login_address": "60/minute",
        # Opening the sign-in, and coming back from the provider: an office at nine o'clock.
        "sign_in": "600/minute",
        # Of one subscribed calendar, and of all those of an office.
        "calendar": "60/hour",
        "calendar_address": "12000/hour",
        "report_generation": "10/hour",
        "csp_reports": "20/minute",
        "back_channel": "1200/minute",
    }.items()
    if "REDIS_URL" in _urls and env.flag("LIMITS", default=True)
}

# -- mail: to the console while no server is named, and not at all where the site is deployed -----------------
SITE_URL = env.text(
    "SITE_URL", f"https://{ALLOWED_HOSTS[0]}" if env.IS_DEPLOYED else "http://127.0.0.1:8000"
).rstrip("/")
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.whole("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
SENDS_MAIL = bool(EMAIL_HOST) or not env.IS_DEPLOYED
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "ITDO <no-reply@localhost>")
#: Where answers to mails of the site go; empty: to the sender.
REPLY_TO_EMAIL = env.text("REPLY_TO_EMAIL")

# -- people and sign-in -----------------------------------------------------------------------------------
# Where a provider is named, it is the only way in for everybody but operators (docs/how-to/sign-in.md).
KEYCLOAK_URL = env.required_when_deployed("KEYCLOAK_URL", "").rstrip("/")
KEYCLOAK_REALM = env.required_when_deployed("KEYCLOAK_REALM", "itdo")
KEYCLOAK_CLIENT_ID = env.required_when_deployed("KEYCLOAK_CLIENT_ID", "itdo-web")
KEYCLOAK_CLIENT_SECRET = env.required_when_deployed("KEYCLOAK_CLIENT_SECRET", "")
# Groups and roles follow the provider's within so many seconds.
KEYCLOAK_REFRESH_SECONDS = env.whole("KEYCLOAK_REFRESH_SECONDS", 300)
# What the provider calls a sign-in with a second factor (`acr`); admins and operators need one of these.
KEYCLOAK_ADMIN_ACR = env.listed(env.text("KEYCLOAK_ADMIN_ACR", "mfa"))
# A password opens Django admin without a second factor: where there is a provider, only on the day it is broken.
ADMIN_PASSWORD_SIGN_IN = env.flag("ADMIN_PASSWORD_SIGN_IN", default=not KEYCLOAK_URL)
AUTH_USER_MODEL = "projects.User"
AUTHENTICATION_BACKENDS = ["projects.auth.AccountBackend"]
LOGIN_URL = "projects:sign_in"
LOGIN_REDIRECT_URL = "/"

# -- language and time: the source language of the texts is Japanese (docs/decisions) ----------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# -- files --------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
WHITENOISE_USE_FINDERS = not env.IS_DEPLOYED
WHITENOISE_AUTOREFRESH = DEBUG
#: Where attachments lie: a bucket of storage that speaks S3, so that containers need no disk in common; none: below MEDIA_ROOT.
_bucket = env.bucket("ATTACHMENTS")
ATTACHMENTS_BUCKET = _bucket["OPTIONS"]["bucket_name"] if _bucket else ""
STORAGES = {
    "default": _bucket or {"BACKEND": "config.web.stored.Folder"},
    "staticfiles": {
        "BACKEND": "config.web.static.HashedFiles"
        if env.IS_DEPLOYED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = env.text("MEDIA_ROOT", str(BASE_DIR / ".state" / "media"))
#: Ends of the record's chains, out of reach of those who reach attachments.
AUDIT_HEADS_FOLDER = env.text("AUDIT_HEADS_FOLDER", str(BASE_DIR / ".state" / "audit-heads"))
#: Where `manage.py backup` writes when it is not told.
BACKUP_FOLDER = env.text("BACKUP_FOLDER", str(BASE_DIR / "backups"))
#: Where nginx serves MEDIA_ROOT to the site alone (`internal`); empty, and where they lie in a bucket: the site sends files itself.
ACCEL_REDIRECT_PREFIX = "" if ATTACHMENTS_BUCKET else env.text("ACCEL_REDIRECT_PREFIX", "")
#: clamd of ClamAV (`host:port` or a socket's path), asked about each attachment; empty: nothing is scanned.
VIRUS_SCANNER = env.text("VIRUS_SCANNER")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
# A calendar with hundreds of days that differ is one form of the admin, and each of them seven fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# -- security -----------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=env.IS_DEPLOYED)
# Probes and Prometheus come over plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^health", r"^metrics$"]
# Networks of our own proxies, and `unix` for one that speaks through a socket file; others are believed nothing.
TRUSTED_PROXIES = env.required_when_deployed("TRUSTED_PROXIES", "127.0.0.1,::1").replace(",", " ").split()
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if env.IS_DEPLOYED else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.IS_DEPLOYED
# What is in the lists of browsers stays there for months, for the whole domain: its owner decides that.
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Signing out is a form whose answer leads on to the provider.
        "form-action": [SELF, *filter(None, [env.origin(KEYCLOAK_URL)])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "upgrade-insecure-requests": env.IS_DEPLOYED,
        # The older way and the newer; browsers know one of them.
        "report-uri": "/csp-report",
        "report-to": "csp",
    }
}

# -- observability: figures for Prometheus, errors for Sentry ----------------------------------------------------
PROMETHEUS_ENABLED = env.flag("PROMETHEUS_ENABLED", default=True)
# A process that starts asks no database which migrations it lacks: it would not start without one.
PROMETHEUS_EXPORT_MIGRATIONS = False
# Seconds of statements; most take less than the library's first bucket.
PROMETHEUS_LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
# Who may read figures and see which part is not well: who comes from here and through no proxy.
INSIDE_NETWORKS = (
    env.text("INSIDE_NETWORKS", "127.0.0.1 ::1 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7")
    .replace(",", " ")
    .split()
)

# -- logs: readable on a developer's console, JSON lines elsewhere ---------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "config.web.logs.RequestIdFilter"},
        "secret_addresses": {"()": "config.web.logs.SecretAddressFilter"},
    },
    "formatters": {
        "console": {"format": "%(levelname)s %(name)s [%(request_id)s] %(message)s"},
        "json": {"()": "config.web.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "config.web.lines.PatientHandler" if env.IS_DEPLOYED else "logging.StreamHandler",
            "filters": ["request_id", "secret_addresses"],
            "formatter": "json" if env.IS_DEPLOYED else "console",
        }
    },
    "root": {
        "handlers": ["stderr"],
        "level": env.text("LOG_LEVEL", "INFO" if env.IS_DEPLOYED else "WARNING"),
    },
    # What they tell of each font and each page of a PDF is of no use.
    "loggers": {name: {"level": "WARNING"} for name in ("fontTools", "weasyprint")},
}

# Last, when everything is known.
if env.IS_DEPLOYED:
    checks.refuse(globals())
if SENTRY_DSN := env.text("SENTRY_DSN"):
    from config.observability import errors

    errors.start(SENTRY_DSN, ENVIRONMENT)
