"""The settings of the tests: the project's own, in an environment that touches nothing of the developer's.

The database is TEST_DATABASE_URL (the PostgreSQL run) or SQLite in memory; DATABASE_URL, REDIS_URL and the like are not
read. Each process of a parallel run has its own folder, its own database and its own Redis database.
"""

import atexit
import os
import shutil
import tempfile
import warnings
from urllib.parse import urlsplit, urlunsplit

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_DATA = tempfile.mkdtemp(prefix=f"cpaudit-tests-{WORKER or 'main'}-")
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)

os.makedirs(os.path.join(_DATA, "static"))  # whitenoise warns of a folder that is not there

for name in ("DATABASE_URL", "REPLICA_URL", "REDIS_URL", "EMAIL_URL", "S3_BUCKET", "DATABASE_POOL"):
    os.environ.pop(name, None)
os.environ |= {
    "CPAUDIT_DATA_DIR": _DATA,
    "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    "DEBUG": "0",
    "REGISTER_CACHE_SECONDS": "0",
    "HTTPS": "0",
    "LOG_LEVEL": "WARNING",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "SENDING_HOURS": "0-24",  # tests run at any hour
}
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
if os.environ.get("TEST_REDIS_URL"):
    # Worker gw0 uses database 1, gw1 database 2; database 0 is left to processes that a test starts.
    number = int(WORKER.removeprefix("gw") or 0) + 1 if WORKER else 1
    parts = urlsplit(os.environ["TEST_REDIS_URL"])
    os.environ["REDIS_URL"] = urlunsplit(parts._replace(path=f"/{number}"))

from cpaudit_site.settings import *  # noqa: E402, F403

# Strong hashes are slow on purpose; tests make many users.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    **STORAGES,  # type: ignore[name-defined]  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A naive datetime that reaches a model field is a defect, not a warning.
warnings.filterwarnings("error", message=r".*received a naive datetime", category=RuntimeWarning)
