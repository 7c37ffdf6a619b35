"""Small addresses that every page uses: language and theme without scripts, long runs."""

from django.urls import path

from laotie.look import runs, views

app_name = "look"

urlpatterns = [
    path("language", views.language, name="language"),
    path("theme", views.theme, name="theme"),
    path("no-connection", views.no_connection, name="no-connection"),
    path("runs/<str:run>", runs.part, name="run"),
    path("runs/<str:run>/result", runs.fetch, {"which": "result"}, name="run-result"),
    path("runs/<str:run>/errors", runs.fetch, {"which": "errors"}, name="run-errors"),
    path("runs/<str:run>/cancel", runs.cancel, name="run-cancel"),
    path("runs/<str:run>/resume", runs.resume, name="run-resume"),
    path("worker.js", views.service_worker, name="worker"),
]
