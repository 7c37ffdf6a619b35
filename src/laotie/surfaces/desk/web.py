"""The desk's frame: only operators pass, and to the pages of money also people of finance."""

from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from laotie.kernel.actor import Actor
from laotie.look import answers
from laotie.look.consoles import Console

P = ParamSpec("P")


def _facts(request: HttpRequest, who: Actor) -> Mapping[str, Any]:
    return {"here": request.resolver_match.url_name if request.resolver_match else ""}


_console = Console("desk/frame.html", _facts, plain="desk/plain.html")
show = _console.show


def screen(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the desk: whoever is no operator is refused before anything is looked up."""

    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        answers.actor(request).require_role("operator")
        return view(request, *args, **kwargs)

    return _console.screen(checked)


def finance_screen(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page about the platform's money: for operators and for people of finance."""

    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        who = answers.actor(request)
        who.require_role("finance" if {"finance"} & (who.roles | who.withheld) else "operator")
        return view(request, *args, **kwargs)

    return _console.screen(checked)
