"""The one settings file: everything that differs between places is read from the environment.

With SECRET_KEY (or DEBUG) alone the service runs embedded: SQLite, files, mail and queue in CPAUDIT_DATA_DIR.

What it is: SECRET_KEY, SECRET_KEY_FALLBACKS, DEBUG, ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS, SITE_URL, HTTPS, PROXIES,
    HSTS_SECONDS.
Where it keeps: CPAUDIT_DATA_DIR, STATIC_DIR, DATABASE_URL, DATABASE_POOL, DATABASE_POOL_SIZE, REPLICA_URL, REDIS_URL,
    S3_BUCKET, S3_ENDPOINT_URL, S3_REGION (and the usual variables of AWS clients for the keys).
How it speaks: EMAIL_URL, DEFAULT_FROM_EMAIL, SENDING_HOURS, REMINDER_CAP, REMINDER_LEASE_SECONDS,
    MESSAGES_MAY_WAIT_MINUTES, SMS_SENDER, LOG_LEVEL, LOG_FORMAT (json or console).
How much: THROTTLE_ANONYMOUS, THROTTLE_USER, THROTTLE_SIGN_IN, TOKEN_HOURS, LOCKOUT_FAILURES,
    LOCKOUT_FAILURES_OF_NAME, LOCKOUT_MINUTES, REGISTER_CACHE_SECONDS.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from cpaudit_site.logs import logging_config

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("CPAUDIT_DATA_DIR", default=str(BASE_DIR / ".data"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)

# --- secrets ---------------------------------------------------------------------------------------------------------
INSECURE_SECRETS = ("", "demo", "change-me", "insecure-demo-key")
SECRET_KEY = env.str("SECRET_KEY", default="insecure-demo-key" if DEBUG else "")
if not DEBUG and (SECRET_KEY in INSECURE_SECRETS or len(SECRET_KEY) < 32):
    raise ImproperlyConfigured(
        "SECRET_KEY is missing, shorter than 32 characters or a demo value. Set SECRET_KEY (or DEBUG=1 for a local "
        "trial). 缺少 SECRET_KEY，或其长度不足 32 位，或仍为演示值。"
    )
# Old keys, newest first: sessions, links and encrypted second factors made under them are still read.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# --- addresses, proxy, HTTPS -----------------------------------------------------------------------------------------
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The address written into mails and notice letters.
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
# HTTPS is expected unless this is a local trial: cookies are then sent over HTTPS only and HTTP is redirected.
HTTPS = env.bool("HTTPS", default=not DEBUG)
# How many proxies of ours stand in front. With none, X-Forwarded-* headers of callers are not believed.
PROXIES = env.int("PROXIES", default=0)

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60

# No inline script or style, nothing from elsewhere. A page that needs a small script of its own uses the nonce.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- applications ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "accounts.admin_app.OperatorAdminConfig",  # Django's admin, for operators
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "django_structlog",
    "simple_history",
    "accounts",
    "enterprises",
    "django_htmx",
    "audits",
]

MIDDLEWARE = [
    # First: a probe knows neither our host names nor HTTPS.
    "cpaudit_site.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cpaudit_site.privacy.NotKeptMiddleware",
    "cpaudit_site.refusals.RefusedFormMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.AccountLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cpaudit_site.urls"
WSGI_APPLICATION = "cpaudit_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "cpaudit_site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "audits.web.context.frame",
            ]
        },
    }
]

# --- database --------------------------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _database(url_variable: str, default: str) -> dict[str, Any]:
    config: dict[str, Any] = env.db_url(url_variable, default=default)
    options: dict[str, Any] = config.setdefault("OPTIONS", {})
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # Immediate transactions: a writer takes the lock at BEGIN, so check-then-write cannot interleave.
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    elif env.bool("DATABASE_POOL", default=False):
        options["pool"] = {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=8)}
        config["CONN_MAX_AGE"] = 0
    else:
        config["CONN_HEALTH_CHECKS"] = True
        config["CONN_MAX_AGE"] = 60
    return config


DATABASES = {"default": _database("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'cpaudit.sqlite3'}")}
if env.str("REPLICA_URL", default=""):
    # A copy that is read where a view says so: see cpaudit_site.replica.
    DATABASES["replica"] = _database("REPLICA_URL", default="") | {"TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["cpaudit_site.replica.ReplicaRouter"]

# --- cache and queue -------------------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "cpaudit"}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
# How long a process may act on registers it read a moment ago (`enterprises.snapshot`). Embedded, there is nothing to save.
REGISTER_CACHE_SECONDS = env.float("REGISTER_CACHE_SECONDS", default=2.0 if REDIS_URL and not DEBUG else 0.0)
# Celery reads its settings from cpaudit_site.celery; it needs these two places.
QUEUE_DIR = DATA_DIR / "queue"
RUN_DIR = DATA_DIR / "run"

# --- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# knox's table, plus what binds a token to password and second factor
KNOX_TOKEN_MODEL = "accounts.AccessToken"  # noqa: S105
# knox's migrations would make its own table all the same, which no flush knows of.
MIGRATION_MODULES = {"knox": None}
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: counts failures and refuses locked-out names
    "accounts.backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "email", "full_name")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"  # nobody signs up: accounts come from codes and administrators
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"  # to sign in; to be named by one's e-mail it must be proved (accounts.addresses)
ACCOUNT_FORMS = {"reset_password_from_key": "accounts.pages.NewPasswordForm"}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition(":")[0]
MFA_ADAPTER = "accounts.adapters.MFAAdapter"  # secrets are stored encrypted
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "cpaudit"
MFA_TOTP_TOLERANCE = 1  # periods of 30 seconds either way, for clocks that are off
USERSESSIONS_TRACK_ACTIVITY = True
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

# Lock-out: so many failures for one name from one address, for so long; a higher ceiling holds for one name from all
# addresses together (see accounts.lockout).
AXES_HANDLER = "accounts.lockout.LockoutHandler"
LOCKOUT_FAILURES_OF_NAME = env.int("LOCKOUT_FAILURES_OF_NAME", default=50)
AXES_FAILURE_LIMIT = env.int("LOCKOUT_FAILURES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOCKOUT_MINUTES", default=15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "accounts.signin.attempted_name"
AXES_CLIENT_IP_CALLABLE = "accounts.signin.client_ip"
AXES_LOCKOUT_CALLABLE = "accounts.signin.lockout_response"
AXES_SENSITIVE_PARAMETERS = ["username", "login", "ip_address", "otp"]
AXES_VERBOSE = False

REST_KNOX = {
    "TOKEN_TTL": timedelta(hours=env.int("TOKEN_HOURS", default=12)),
    "TOKEN_PREFIX": "cpa_",
    "AUTO_REFRESH": False,
}

# --- interface -------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "cpaudit_site.pagination.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.ScopedRateThrottle",
    ],
    # An empty variable turns a rate off.
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("THROTTLE_ANONYMOUS", default="120/min") or None,
        "user": env.str("THROTTLE_USER", default="1200/min") or None,
        "sign_in": env.str("THROTTLE_SIGN_IN", default="20/min") or None,
    },
    "NUM_PROXIES": PROXIES,
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "cpaudit",
    "DESCRIPTION": "The case file and the clock of mandatory cleaner production audits in China (强制性清洁生产审核).",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["drf_standardized_errors.openapi_hooks.postprocess_schema_enums"],
    "ENUM_NAME_OVERRIDES": {
        "ValidationErrorEnum": "drf_standardized_errors.openapi_serializers.ValidationErrorEnum.choices",
        "ClientErrorEnum": "drf_standardized_errors.openapi_serializers.ClientErrorEnum.choices",
        "ServerErrorEnum": "drf_standardized_errors.openapi_serializers.ServerErrorEnum.choices",
        "ErrorCode401Enum": "drf_standardized_errors.openapi_serializers.ErrorCode401Enum.choices",
        "ErrorCode403Enum": "drf_standardized_errors.openapi_serializers.ErrorCode403Enum.choices",
        "ErrorCode404Enum": "drf_standardized_errors.openapi_serializers.ErrorCode404Enum.choices",
        "ErrorCode405Enum": "drf_standardized_errors.openapi_serializers.ErrorCode405Enum.choices",
        "ErrorCode406Enum": "drf_standardized_errors.openapi_serializers.ErrorCode406Enum.choices",
        "ErrorCode415Enum": "drf_standardized_errors.openapi_serializers.ErrorCode415Enum.choices",
        "ErrorCode429Enum": "drf_standardized_errors.openapi_serializers.ErrorCode429Enum.choices",
        "ErrorCode500Enum": "drf_standardized_errors.openapi_serializers.ErrorCode500Enum.choices",
    },
}
DRF_STANDARDIZED_ERRORS = {"ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True}
DJANGO_STRUCTLOG_CELERY_ENABLED = True

# --- language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "cpaudit_site" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files -----------------------------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_DIR", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "cpaudit_site" / "static"]
# Uploaded files are never served by the web server: MEDIA_ROOT lies outside the web root, MEDIA_URL leads nowhere.
MEDIA_ROOT = DATA_DIR / "files"

_S3_BUCKET = env.str("S3_BUCKET", default="")
_STATIC_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": _S3_BUCKET,
                "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
                "region_name": env.str("S3_REGION", default="") or None,
                "default_acl": None,
                "file_overwrite": False,
                "querystring_auth": True,
            },
        }
        if _S3_BUCKET
        else {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": MEDIA_ROOT}}
    ),
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}
WHITENOISE_USE_FINDERS = DEBUG

# --- mail ------------------------------------------------------------------------------------------------------------
_EMAIL = env.email_url("EMAIL_URL", default=f"filemail:///{DATA_DIR / 'outbox'}")
EMAIL_BACKEND = _EMAIL["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _EMAIL["EMAIL_FILE_PATH"]
EMAIL_HOST = _EMAIL["EMAIL_HOST"] or "localhost"
EMAIL_PORT = _EMAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _EMAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _EMAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="cpaudit@localhost")

# --- other ways to tell people ---------------------------------------------------------------------------------------
# Hours of Shanghai between which mail and text messages go out: "8-22" is from 8:00 to 21:59.
_FIRST_HOUR, _, _END_HOUR = env.str("SENDING_HOURS", default="8-22").partition("-")
SENDING_HOURS = (int(_FIRST_HOUR), int(_END_HOUR))
if not 0 <= SENDING_HOURS[0] < SENDING_HOURS[1] <= 24:
    raise ImproperlyConfigured("SENDING_HOURS is two hours of a day, such as 8-22.")
# The most messages one run of the reminders sends; the rest waits for the next. The first run of a database sends so many
# and marks the rest as superseded.
REMINDER_CAP = env.int("REMINDER_CAP", default=2000)
# For how long a message is one worker's. It is taken over after that when the worker was killed: longer than the mail
# server may take for the messages of a batch.
REMINDER_LEASE_SECONDS = env.float("REMINDER_LEASE_SECONDS", default=600.0)
# How long a message may wait in sending hours before the health page says so: longer than the attempts at a single address
# that refuses (75 minutes).
MESSAGES_MAY_WAIT = timedelta(minutes=env.int("MESSAGES_MAY_WAIT_MINUTES", default=120))
if REMINDER_CAP < 1 or REMINDER_LEASE_SECONDS <= 0:
    raise ImproperlyConfigured("REMINDER_CAP is at least 1, REMINDER_LEASE_SECONDS above 0.")
# Who carries text messages (see audits.reminders.sms); empty: none are sent. Nobody gets any who did not ask for them.
SMS_SENDER = env.str("SMS_SENDER", default="audits.reminders.sms.FileSender")
SMS_FILE = DATA_DIR / "sms.jsonl"
# Webhooks reach the public network only, in production over HTTPS. No variable opens our own network: tests do.
WEBHOOKS_HTTPS_ONLY = HTTPS
WEBHOOKS_MAY_REACH_LOOPBACK = False

# --- logs ------------------------------------------------------------------------------------------------------------
LOGGING_CONFIG = None
logging_config(
    level=env.str("LOG_LEVEL", default="INFO"), form=env.str("LOG_FORMAT", default="console" if DEBUG else "json")
)
