"""The addresses these tests need, whatever the other rooms mount."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/auth/", include("accounts.api.urls")),
]
