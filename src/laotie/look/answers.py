"""What every page does alike, whichever surface it belongs to."""

import csv
import io
import json
from collections.abc import Iterable
from typing import TypeVar

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from laotie.accounts import sessions
from laotie.content.figures import genuine
from laotie.kernel import sheets
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal, SecondStepNeeded
from laotie.kernel.sheets import Value

F = TypeVar("F", bound=Form)


def actor(request: HttpRequest) -> Actor:
    """Who is asking, with the rights of this moment."""
    return sessions.actor(request, via="web")


def device(request: HttpRequest) -> str:
    """A mark of the browser and address that asks; see `content.figures.genuine`."""
    browser = request.headers.get("User-Agent", "")[:300]
    return genuine.device_of(sessions.visitor_address(request), browser)


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of a page, not for a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def own_address(request: HttpRequest, address: str, *, otherwise: str = "/") -> str:
    """The address if it is a path of this site (or its full form), else another one."""
    path = address.removeprefix(f"{request.scheme}://{request.get_host()}")
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, None)
    return path if is_ours else otherwise


def sent_to(request: HttpRequest, address: str) -> HttpResponse:
    """On to another page of this site, by htmx or by redirect; the address is quoted."""
    if not is_part(request):
        return HttpResponseRedirect(address)
    answer = HttpResponse(status=200)
    answer["HX-Redirect"] = iri_to_uri(address)
    return answer


def csv_file(name: str, rows: Iterable[Iterable[Value]]) -> HttpResponse:
    """These rows as a file to keep; with a mark, without which spreadsheets do not read UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([sheets.safe(cell) for cell in row])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type=sheets.CONTENT_TYPES["csv"])
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def with_toast(answer: HttpResponse, text: str, *, tone: str = "ok") -> HttpResponse:
    """The answer, with a short notice for the page to show."""
    answer["HX-Trigger"] = json.dumps({"toast": {"text": text, "tone": tone}})
    return answer


def blame(form: F, refusal: Refusal) -> F:
    """The form with the refusal at the field that it names, or above all if that is not shown.

    raises: SecondStepNeeded as it came: `asking` puts that question in place of the form.
    """
    if isinstance(refusal, SecondStepNeeded):
        raise refusal
    field = str(refusal.facts.get("field", ""))
    is_shown = field in form.fields and not form.fields[field].widget.is_hidden
    form.add_error(field if is_shown else None, refusal.text())
    return form
