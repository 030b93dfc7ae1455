"""Pages of allauth that this service narrows: what proves an address, and what an unproved one cannot become."""

from typing import Any

from allauth.account.forms import ResetPasswordKeyForm
from allauth.account.models import EmailAddress
from allauth.account.views import EmailView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import addresses


class NewPasswordForm(ResetPasswordKeyForm):
    """Setting the password by the mailed link."""

    def save(self) -> None:
        """Set it, and note what the link proved."""
        super().save()
        addresses.confirm_by_link(self.user)


class AddressesView(EmailView):
    """The own e-mail addresses. allauth would let an unproved one become the account's own while none is proved."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As allauth has it, but the account's own address is a proved one."""
        wanted = request.POST.get("email", "").lower()
        proved = EmailAddress.objects.filter(user_id=request.user.pk, email=wanted, verified=True)
        if "action_primary" in request.POST and not proved.exists():
            messages.error(request, _("Confirm this address first, by the link mailed to it."))
            return redirect("account_email")
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer
