"""The catalogue of figures: what each number on a page means, from where, and whose it is."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from laotie.look import figures
from laotie.surfaces.desk import web


@require_GET
@web.finance_screen
def page(request: HttpRequest) -> HttpResponse:
    return web.show(request, "desk/figures.html", {"figures": figures.FIGURES})
