"""A shop's orders: found by filters, kept as views, shipped, printed or taken away together."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.delivery import shipments
from laotie.kernel import clock, ids, papers, runs
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, web
from laotie.surfaces.studio.templatetags.studio import carrier_name
from laotie.trade import batch_shipping, exports, order_lists, queries, saved_views
from laotie.trade import papers as trade_papers
from laotie.trade.order_lists import Wanted
from laotie.trade.queries import OrderCard, Shelf

SHELVES = (
    ("all", gettext_lazy("All")),
    ("to_ship", gettext_lazy("To ship")),
    ("on_the_way", gettext_lazy("On the way")),
    ("received", gettext_lazy("Received")),
    ("to_pay", gettext_lazy("To pay")),
    ("closed", gettext_lazy("Closed")),
)
_SHIPPABLE = frozenset({"PAID", "PARTLY_SHIPPED"})


class FilterForm(forms.Form):
    """What stands in the address of a list. An empty field is no condition."""

    q = forms.CharField(
        label=gettext_lazy("Order, waybill or goods"),
        max_length=order_lists.TEXT_LETTERS,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    since = forms.DateField(
        label=gettext_lazy("Ordered from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("Ordered until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    least = fields.FenField(label=gettext_lazy("Paid from"), required=False)
    most = fields.FenField(label=gettext_lazy("Paid up to"), required=False)
    late = forms.BooleanField(label=gettext_lazy("Late for shipping only"), required=False)
    shelf = forms.CharField(required=False, widget=forms.HiddenInput)
    room = forms.CharField(required=False, widget=forms.HiddenInput)

    def wanted(self) -> Wanted:
        """raises: Invalid."""
        given = self.cleaned_data
        shelf = given["shelf"]
        return Wanted(
            shelf=Shelf(shelf) if shelf in set(Shelf) else Shelf.ALL,
            placed_from=given["since"],
            placed_until=given["until"],
            text=given["q"],
            least_fen=given["least"],
            most_fen=given["most"],
            room_id=ids.parse("rom", given["room"]) if given["room"] else None,
            is_late=given["late"],
        )


class ViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=saved_views.NAME_LETTERS)


class ExportForm(forms.Form):
    form = forms.ChoiceField(label=gettext_lazy("File"), choices=[("xlsx", "XLSX"), ("csv", "CSV")])
    with_addresses = forms.BooleanField(
        label=gettext_lazy("With whole names, phones and addresses"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why you need them"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("It is written down with each address. At most 300 orders."),
    )


@require_GET
@web.screen
def listing(request: HttpRequest, shop: str) -> HttpResponse:
    return _show(request, shop, request.GET)


@require_POST
@web.screen
def keep_view(request: HttpRequest, shop: str) -> HttpResponse:
    """The filter in the address gets a name."""
    who, file = web.shop_of(request, shop)
    query = _query_of(request.POST.get("query", ""))
    form, kept = ViewForm(request.POST), FilterForm(query)
    if not (form.is_valid() and kept.is_valid()):
        return _show(request, shop, query, view_form=form, status=422)
    try:
        saved_views.keep(
            actor=who,
            shop_id=file.card.id,
            name=form.cleaned_data["name"],
            wanted=kept.wanted(),
            now=clock.now(),
        )
    except Refusal as refusal:
        blamed = web.blame(form, refusal)
        return _show(request, shop, query, view_form=blamed, status=refusal.status)
    return go(request, _address(shop, query), said=_("Kept. Find it above the list."))


@require_POST
@web.screen
def drop_view(request: HttpRequest, shop: str, view: str) -> HttpResponse:
    who, _file = web.shop_of(request, shop)
    saved_views.remove(actor=who, view_id=ids.parse("viw", view))
    return go(request, reverse("studio:orders", args=[shop]), said=_("Removed."))


@require_POST
@web.screen
def print_papers(request: HttpRequest, shop: str) -> HttpResponse:
    """One PDF for the orders ticked. Each whole address on it is written down."""
    who, file = web.shop_of(request, shop)
    asked = request.POST.get("paper", "")
    if asked not in set(trade_papers.Paper):
        raise NotFound
    body = trade_papers.print_for(
        actor=who,
        shop_id=file.card.id,
        order_ids=_ticked(request.POST),
        paper=trade_papers.Paper(asked),
        language=get_language() or "en",
        now=clock.now(),
    )
    answer = HttpResponse(body, content_type=papers.PDF)
    answer["Content-Disposition"] = f'attachment; filename="{asked}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@web.screen
def ship_ticked(request: HttpRequest, shop: str) -> HttpResponse:
    """All that is left of the orders ticked goes to a connected carrier, each alone."""
    who, file = web.shop_of(request, shop)
    told = batch_shipping.ship_selected(
        actor=who,
        shop_id=file.card.id,
        order_ids=_ticked(request.POST),
        carrier=request.POST.get("carrier", ""),
        now=clock.now(),
    )
    failed = [each for each in told if each.refusal is not None]
    n = len(told) - len(failed)
    said = ngettext("%(n)s order is on its way.", "%(n)s orders are on their way.", n) % {"n": n}
    query = _query_of(request.POST.get("query", ""))
    if not failed:
        return go(request, _address(shop, query), said=said)
    cards = queries.order_cards([each.order_id for each in failed], actor=who)
    left = [
        (cards[each.order_id].number, each.refusal.text())
        for each in failed
        if each.refusal is not None and each.order_id in cards
    ]
    return _show(request, shop, query, status=409, left_behind=left, said=said)


@require_POST
@web.screen
def export(request: HttpRequest, shop: str) -> HttpResponse:
    """A worker writes what the list shows into a file."""
    who, file = web.shop_of(request, shop)
    query = _query_of(request.POST.get("query", ""))
    form, kept = ExportForm(request.POST), FilterForm(query)
    if not (form.is_valid() and kept.is_valid()):
        return _show(request, shop, query, export_form=form, status=422)
    given = form.cleaned_data
    try:
        exports.start(
            actor=who,
            shop_id=file.card.id,
            wanted=kept.wanted(),
            form=given["form"],
            with_addresses=given["with_addresses"],
            reason=given["reason"],
            now=clock.now(),
        )
    except Refusal as refusal:
        blamed = web.blame(form, refusal)
        return _show(request, shop, query, export_form=blamed, status=refusal.status)
    return go(request, _address(shop, query, part="files"))


def _show(
    request: HttpRequest, shop: str, query: QueryDict, *, status: int = 200, **extra: object
) -> HttpResponse:
    """The list, its counts, the views of this person and the files being made. Nine queries."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "ship")
    shop_id, now = file.card.id, clock.now()
    form = FilterForm(query)
    wanted = Wanted()
    if form.is_valid():
        try:
            wanted = form.wanted()
        except Invalid as refusal:
            form.add_error(None, refusal.text())
            status = 422
    else:
        status = 422
    found = order_lists.orders_of_shop(
        actor=who,
        shop_id=shop_id,
        wanted=wanted,
        after=query.get("after"),
        most=queries.MOST_ROWS,
        now=now,
    )
    plain = query.copy()
    plain.pop("after", None)
    plain.pop("part", None)
    counts = order_lists.counts(actor=who, shop_id=shop_id, now=now)
    facts: dict[str, object] = {
        "shop": shop,
        "orders": [(card, _ship_by(card, now)) for card in found.rows],
        "next_after": found.next_after,
        "is_first": "after" not in query,
        "shelf": wanted.shelf.value,
        "shelves": [(name, label, counts.shelves[name]) for name, label in SHELVES],
        "late": counts.late,
        "is_late": wanted.is_late,
        "is_filtered": bool(wanted.as_dict().keys() - {"shelf"}),
        "form": form,
        "room": query.get("room", ""),
        "query": plain.urlencode(),
        "views": [
            (view, _query_for(view.wanted))
            for view in saved_views.of_person(actor=who, shop_id=shop_id)
        ],
        "view_form": ViewForm(),
        "export_form": ExportForm(),
        "carriers": [(name, carrier_name(name)) for name in shipments.connected()],
        "files": runs.cards(actor=who, kinds=[exports.KIND], shop_id=shop_id, now=now, most=3),
        "left_behind": (),
        "said": "",
        "now": now,
    }
    return web.show(request, "studio/orders.html", {**facts, **extra}, status=status)


def _ship_by(card: OrderCard, now: datetime) -> tuple[datetime, bool] | None:
    """By when it shall be with a carrier, and whether that is over."""
    if card.state not in _SHIPPABLE or card.paid_at is None:
        return None
    moment = order_lists.ship_by(card.paid_at)
    return moment, moment <= now


def _ticked(form: QueryDict) -> list[UUID]:
    """raises: NotFound."""
    return [ids.parse("ord", ref) for ref in form.getlist("order")[:500]]


def _query_of(text: str) -> QueryDict:
    return QueryDict(text[:1000])


def _query_for(wanted: Wanted) -> str:
    query = QueryDict(mutable=True)
    price = fields.FenField()
    values = {
        "shelf": wanted.shelf.value,
        "q": wanted.text,
        "since": wanted.placed_from.isoformat() if wanted.placed_from else "",
        "until": wanted.placed_until.isoformat() if wanted.placed_until else "",
        "least": price.prepare_value(wanted.least_fen) or "",
        "most": price.prepare_value(wanted.most_fen) or "",
        "late": "on" if wanted.is_late else "",
        "room": ids.public("rom", wanted.room_id) if wanted.room_id else "",
    }
    query.update({name: value for name, value in values.items() if value})
    return query.urlencode()


def _address(shop: str, query: QueryDict, *, part: str = "") -> str:
    address = f"{reverse('studio:orders', args=[shop])}?{query.urlencode()}"
    return f"{address}#{part}" if part else address
