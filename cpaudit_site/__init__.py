"""The Django project: settings, addresses, queue, health, logs, and the parent of the demo.

The Celery app is imported here so that tasks declared with `shared_task` belong to it in every process.
"""

from cpaudit_site.celery import app as celery_app

__all__ = ["celery_app"]
