"""What every page does alike, whichever surface it belongs to."""

import json
from typing import TypeVar

from django.forms import Form
from django.http import HttpRequest, HttpResponse

from laotie.accounts import sessions
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal

F = TypeVar("F", bound=Form)


def actor(request: HttpRequest) -> Actor:
    """Who is asking, with the rights of this moment."""
    return sessions.actor(request, via="web")


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of a page, not for a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def with_toast(answer: HttpResponse, text: str, *, tone: str = "ok") -> HttpResponse:
    """The answer, with a short notice for the page to show."""
    answer["HX-Trigger"] = json.dumps({"toast": {"text": text, "tone": tone}})
    return answer


def blame(form: F, refusal: Refusal) -> F:
    """The form with the refusal at the field that it names, or above all fields."""
    field = str(refusal.facts.get("field", ""))
    form.add_error(field if field in form.fields else None, refusal.text())
    return form
