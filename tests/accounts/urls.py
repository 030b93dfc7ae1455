"""The addresses these tests need, and those the frame of every page links to."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from accounts.pages import AddressesView

urlpatterns = [
    path("accounts/email/", AddressesView.as_view(), name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/auth/", include("accounts.api.urls")),
    path("language/", set_language, name="set_language"),
    path("api/docs/", RedirectView.as_view(url="/"), name="docs"),
    path("", include("audits.web.urls")),
]
