"""Every door of the web process."""

from django.urls import URLPattern, URLResolver, include, path

from laotie.runtime import elsewhere, health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("media/pictures/<slug:file>/<int:width>.webp", elsewhere.picture),
    path("api/", include("laotie.surfaces.api.urls")),
    path("desk/", include("laotie.surfaces.desk.urls")),
    path("hooks/", include("laotie.surfaces.hooks.urls")),
    path("look/", include("laotie.look.urls")),
    path("studio/", include("laotie.surfaces.studio.urls")),
    path("", include("laotie.surfaces.shop.urls")),
]

handler404 = "laotie.look.views.not_found"
