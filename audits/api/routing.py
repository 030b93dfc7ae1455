"""How an address gets its view: through the one map of who may call it."""

from django.urls import URLPattern, path

from audits.api.base import ApiView
from audits.api.permissions import access_of


def route(address: str, view: type[ApiView], name: str) -> URLPattern:
    """A path whose view knows what its caller must be. `KeyError` for a name that is not in `permissions.ROUTES`."""
    return path(address, view.as_view(access=access_of(name)), name=name)
