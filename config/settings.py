"""Every value comes through env.py; docs/operations.md lists the variables."""

import sys
from hashlib import sha256
from pathlib import Path

from django.utils.csp import CSP

from config import env
from config.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = Path(env.text("BESTFIT_DATA", str(BASE_DIR / "var")))
DATA.mkdir(parents=True, exist_ok=True)
TESTING = "pytest" in sys.modules
INSTALLATION = "bestfit-" + sha256(str(DATA.resolve()).encode()).hexdigest()[:12]  # two may share a Redis

# Who we are ------------------------------------------------------------------------------------
DEBUG = env.flag("BESTFIT_DEBUG", False)
SITE_URL = env.text("BESTFIT_URL", "http://127.0.0.1:8000").rstrip("/")
SECRET_KEY = env.secret("BESTFIT_SECRET_KEY", file=DATA / "secret-key")
ALLOWED_HOSTS = env.words("BESTFIT_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "accounts.views.errors.csrf_refused"
VERSION = "0.1.0"

# What runs -------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "accounts",
    "customers",
    "segments",
    "icp",
]
MIDDLEWARE = [
    "accounts.middleware.RequestIdMiddleware",
    "accounts.middleware.UploadLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.PrivatePagesMiddleware",
    "accounts.middleware.ApiLimitsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["accounts.templatetags.words", "accounts.templatetags.parts"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.shell.shell",
                "customers.shell.shell",
            ],
        },
    }
]

# Where things are kept -------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", fallback=DATA / "db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if TESTING
    else {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": INSTALLATION,
        "OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 1.0},
    }
}
FILE_UPLOAD_TEMP_DIR = DATA / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
UPLOAD_LIMIT = 200 * 1024 * 1024

# Long work -------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": INSTALLATION + ":",
    "visibility_timeout": 3600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 0.2,
    "max_retries": 0,
}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 3300
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 2.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA / "beat-schedule")

# Who signs in ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.NameForm"
ACCOUNT_ADAPTER = "accounts.entering.Adapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True  # one address, replaced once the new one is confirmed
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {"signup": "40/m/ip,200/h/ip"}  # a whole office behind one address may join in one meeting
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # without a mail server nobody's address is verified
MFA_TOTP_ISSUER = "Bestfit"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:arrive"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 7 * 24 * 3600
PASSWORD_RESET_TIMEOUT = 3600

# Mail: without a server, mails are files that /mail/ lists -------------------------------------
MAIL_HOST = env.text("BESTFIT_MAIL_HOST", "")
MAIL_FOLDER = DATA / "mail"
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": MAIL_HOST,
            "port": env.number("BESTFIT_MAIL_PORT", 587),
            "username": env.text("BESTFIT_MAIL_USER", ""),
            "password": env.text("BESTFIT_MAIL_PASSWORD", ""),
            "use_tls": env.flag("BESTFIT_MAIL_TLS", True),
        },
    }
    if MAIL_HOST
    else {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": str(MAIL_FOLDER)},
    }
}
DEFAULT_FROM_EMAIL = env.text("BESTFIT_MAIL_FROM", "Bestfit <hello@localhost>")

# How it looks ----------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("BESTFIT_STATIC", str(DATA / "static")))
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.assets.NpmFinder",
]
NODE_MODULES = BASE_DIR / "node_modules"
NPM_ASSETS = {
    "@tabler/core": ["dist/css/tabler.min.css", "dist/css/tabler.min.css.map"],
    "@fontsource-variable/inter": ["opsz.css", "files/inter-*-opsz-normal.woff2"],
    "echarts": ["dist/echarts.min.js"],
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(DATA / "files")}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "config.assets.CollectedStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "jpg", "woff2", "svgz")
STATIC_LEFT_OUT = [
    "drf_spectacular_sidecar/redoc/*",
    "django_htmx/htmx-4*",
    "rest_framework/*",
]  # no page asks for them

# What browsers may do --------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BESTFIT_BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# The API ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "accounts.api.pages.CursorPages",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.throttling.KeyThrottle"],
    "EXCEPTION_HANDLER": "accounts.api.errors.answer",
    "DEFAULT_VERSIONING_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_CALLS_PER_MINUTE = env.number("BESTFIT_API_CALLS_PER_MINUTE", 1200)
SPECTACULAR_SETTINGS = {
    "TITLE": "Bestfit API",
    "VERSION": "1",
    "DESCRIPTION": "Customers, segments, ideal customers and rounds of a workspace.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "CountsEnum": "customers.api.settings.COUNTS",
        "LineKindEnum": "icp.models.definition.Kind",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# The log ---------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("BESTFIT_LOG_LEVEL", "WARNING")},
}
