"""Addresses of the hooks, to be mounted at `/hooks/`."""

from django.urls import path

from laotie.surfaces.hooks import views

app_name = "hooks"
urlpatterns = [
    path("payments/<slug:channel>", views.payments, name="payments"),
    path("carrier/<slug:carrier>", views.carrier, name="carrier"),
]
