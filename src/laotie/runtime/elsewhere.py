"""Addresses below our own origin that another process answers, where no proxy leads there."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

_KEPT_S = 86_400


@require_safe
def picture(_request: HttpRequest, file: str, width: int) -> HttpResponse:
    """A picture lies with the media process; a proxy that knows `/media` never asks here."""
    base = settings.LAOTIE.media_url.rstrip("/")
    if base == f"{settings.LAOTIE.public_url.rstrip('/')}/media":
        raise Http404  # It would lead back here.
    base = base if base.endswith("/media") else f"{base}/media"
    answer = HttpResponseRedirect(f"{base}/pictures/{file}/{width}.webp")
    answer["Cache-Control"] = f"public, max-age={_KEPT_S}"
    return answer
