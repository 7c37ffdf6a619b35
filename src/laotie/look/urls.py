"""Small addresses that every page uses: language and theme without scripts."""

from django.urls import path
from django.views.i18n import set_language

from laotie.look import views

app_name = "look"

urlpatterns = [
    path("language", set_language, name="language"),
    path("theme", views.theme, name="theme"),
    path("no-connection", views.no_connection, name="no-connection"),
    path("worker.js", views.service_worker, name="worker"),
]
