"""Addresses of the API, to be mounted at `/api/`."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from laotie.surfaces.api import api, refusals

_patterns, _app, _space = api.api.urls
_views: dict[str, list[Callable[..., HttpResponse]]] = {}
for _each in _patterns:
    assert _each.callback
    _views.setdefault(str(_each.pattern), []).append(_each.callback)
for _each in _patterns:
    _each.callback = refusals.in_words(*_views[str(_each.pattern)])

urlpatterns = [
    path("v1/openapi.json", refusals.in_words(api.show_description), name="api-description"),
    path("v1/", (_patterns, _app, _space)),
    re_path(r"^[\s\S]*$", csrf_exempt(api.not_found)),
]
