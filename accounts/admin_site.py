"""Django's admin, for operators: staff, or people with an active membership in the role `operator`."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.memberships import is_operator


class OperatorSite(AdminSite):
    """One sign-in for the whole service: the admin has none of its own, so the second factor holds here too."""

    site_header = _("cpaudit: registers and people")
    site_title = _("cpaudit")
    index_title = _("Registers and people")

    def has_permission(self, request: HttpRequest) -> bool:
        """Operators only; what they may do with a register is asked of `accounts.backends`."""
        return request.user.is_authenticated and is_operator(request.user, timezone.localdate())

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the one sign-in page; refuse those who are signed in but no operators."""
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
            wanted = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(wanted)
