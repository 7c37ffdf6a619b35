"""Django's view of `config.py`. Nothing here reads the environment by itself."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from laotie.kernel import patience
from laotie.runtime import config

LAOTIE = config.load()

SECRET_KEY = LAOTIE.secret_key
DEBUG = False
DEBUG_PROPAGATE_EXCEPTIONS = True  # Every failure is answered in one place: `Outermost`.
LOGGING_CONFIG = None  # `logs.set_up` decides.
# On one's own machine any name may lead here; a public installation answers to its own.
ALLOWED_HOSTS = (
    [urlsplit(LAOTIE.public_url).hostname or "*", LAOTIE.host, "127.0.0.1", "localhost", "[::1]"]
    if LAOTIE.is_given("public_url")
    else ["*"]
)
ROOT_URLCONF = "laotie.runtime.urls"
WSGI_APPLICATION = "laotie.runtime.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.Person"
SILENCED_SYSTEM_CHECKS: list[str] = []

# Where to find out what each context knows of a person.
PERSONAL_KEEPERS = "laotie.runtime.wiring.personal"
# Who judges what people write for others to read; `kernel.screening` asks.
TEXT_JUDGE = "laotie.content.judgement.moderation.refusals"
# Who remembers that something was refused, after it was.
TEXT_KEEPER = "laotie.content.judgement.refused_texts.keep"

CONTEXTS = [
    "accounts",
    "oversight",
    "ledger",
    "links",
    "payments",
    "delivery",
    "integrations",
    "catalog",
    "alliance",
    "content",
    "trade",
    "live",
]
_PACKAGE = Path(config.__file__).resolve().parent.parent

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "csp",
    "laotie.kernel",
    *(f"laotie.{context}" for context in CONTEXTS),
    *(
        f"laotie.{name}"
        for name in ["look", "surfaces.shop", "surfaces.studio", "surfaces.desk"]
        if (_PACKAGE / name.replace(".", "/") / "__init__.py").exists()
    ),
]

MIDDLEWARE = [
    "laotie.runtime.middleware.Outermost",
    "laotie.runtime.compression.Compressed",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """A Django database from a PostgreSQL URL; pooled, with a check before each use."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", ""),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        # Without health checks most requests fail once after a database restart.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **patience.LINE,
            "pool": {
                "min_size": 1,
                "max_size": 16,
                "timeout": 5,
                # Else the pool doubles its wait up to minutes while the database is away, and
                # stays away as long again when it is back. Who needs a connection asks anew.
                "reconnect_timeout": 1.0,
            },
        },
    }


def served(database: dict[str, Any]) -> dict[str, Any]:
    """The same for whoever serves; migrations as the owner may wait as long as they must."""
    database["OPTIONS"]["pool"]["connection_class"] = patience.Connection
    return database


DATABASES = {"default": served(database(LAOTIE.database_url))}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# A person is known by a phone number: no user name, no mail address.
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "laotie.accounts.second_step.SealingAdapter"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [str(_PACKAGE / "locale")]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500  # Fifty variants with seven fields each, and some more.
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 << 20

_IS_SECURE = LAOTIE.public_url.startswith("https://")
SESSION_COOKIE_NAME = "laotie_session"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _IS_SECURE
CSRF_COOKIE_NAME = "laotie_csrf"
CSRF_FAILURE_VIEW = "laotie.look.views.form_too_old"
CSRF_TRUSTED_ORIGINS = [LAOTIE.public_url] if _IS_SECURE else []
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _IS_SECURE else 0
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if _IS_SECURE and LAOTIE.trusted_proxies else None
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"


def _by_each_local_name(url: str) -> list[str]:
    """On one's own machine a page may be opened as 127.0.0.1 or as localhost."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    other = origin.replace("//127.0.0.1:", "//localhost:")
    return [origin] if other == origin else [origin, other]


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *_by_each_local_name(LAOTIE.media_url)],
        # hls.js plays through blobs, and works in one.
        "media-src": ["'self'", "blob:", *_by_each_local_name(LAOTIE.media_url)],
        "worker-src": ["'self'", "blob:"],
        "connect-src": [
            "'self'",
            *_by_each_local_name(LAOTIE.gateway_url),
            *_by_each_local_name(LAOTIE.media_url),
            *_by_each_local_name(LAOTIE.media_url.replace("http", "ws", 1)),
        ],
        "font-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *(_by_each_local_name(LAOTIE.lab_url) if LAOTIE.lab else [])],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "report-uri": "/csp-report",
    }
}
