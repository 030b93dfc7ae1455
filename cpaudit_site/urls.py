"""Every address of the service. `/health/…` is answered earlier, by cpaudit_site.health."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.pages import AddressesView
from audits.api.calendar import CalendarView

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("accounts/email/", AddressesView.as_view(), name="account_email"),  # instead of allauth's
    path("accounts/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("api/v1/", include("audits.api.urls")),
    path("calendar/<str:token>.ics", CalendarView.as_view(), name="calendar"),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("", include("audits.web.urls")),
]
