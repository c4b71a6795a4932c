"""Django's settings; PORT, DATA, IDP_METADATA_URL and SAMLPROOF_CONFIG come from samlproof."""

import os
from pathlib import Path

from portal.configuration import Configuration

PORT = os.environ.get("PORT", "8000")
DATA = Path(os.environ["DATA"])

DEBUG = False
# It protects nothing but the sessions of a test.
SECRET_KEY = "test-only: the sessions of a site that lives for one scenario"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django_saml2_auth",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "portal.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "portal.sqlite3",
        # Logins may run side by side: wait for the writer instead of failing.
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True

# Django's hasher for tests: the real one takes a second a user, at every start.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "/login/"
SESSION_COOKIE_AGE = 24 * 60 * 60

CONFIGURATION = Configuration.from_environment()
SAML2_AUTH = CONFIGURATION.saml2_auth(f"http://127.0.0.1:{PORT}", DATA)

# The plugin tells why it refused at level DEBUG only: SAML_LOG=DEBUG shows it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django_saml2_auth": {
            "handlers": ["console"],
            "level": os.environ.get("SAML_LOG", "WARNING"),
        }
    },
}
