"""Addresses of the API, to be mounted at `/api/`."""

from django.urls import path, re_path

from laotie.surfaces.api import api

urlpatterns = [
    path("v1/openapi.json", api.show_description),
    path("v1/", api.api.urls),
    re_path(r"^.*$", api.not_found),
]
