"""A shop's products in and out as files: template, check, run, and what came out of it."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, ids, runs, sheets
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.look import files
from laotie.look.consoles import go
from laotie.surfaces.studio import web
from laotie.trade import goods_sheets


@require_GET
@web.screen
def page(request: HttpRequest, shop: str) -> HttpResponse:
    """Send a file, fetch a file, and how far it is."""
    return _show(request, shop)


@require_GET
@web.screen
def template(request: HttpRequest, shop: str, form: str) -> HttpResponse:
    """The empty sheet with one row as an example."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "manage")
    if form not in sheets.FORMS:
        raise NotFound
    language = get_language() or "en"
    return files.written(
        f"products-template.{form}",
        lambda path: goods_sheets.write_template(path, form=form, language=language),
    )


@require_POST
@web.screen
def check(request: HttpRequest, shop: str) -> HttpResponse:
    """The file is looked at; nothing changes."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "manage")
    upload = request.FILES.get("file")
    try:
        if not isinstance(upload, UploadedFile):
            raise Invalid(field="file", reason="required")
        run_id = runs.keep_upload(upload.chunks(), most_bytes=sheets.MOST_BYTES)
        goods_sheets.start_import(
            actor=who, shop_id=file.card.id, upload=run_id, is_dry=True, now=clock.now()
        )
    except Refusal as refusal:
        return _show(request, shop, status=refusal.status, refusal=refusal.text())
    return go(request, reverse("studio:goods-files", args=[shop]), said=gettext("Being checked."))


@require_POST
@web.screen
def run(request: HttpRequest, shop: str, run: str) -> HttpResponse:
    """What was checked takes effect."""
    who, file = web.shop_of(request, shop)
    try:
        goods_sheets.start_import(
            actor=who,
            shop_id=file.card.id,
            checked=ids.parse("run", run),
            is_dry=False,
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, shop, status=refusal.status, refusal=refusal.text())
    return go(request, reverse("studio:goods-files", args=[shop]), said=gettext("It has begun."))


@require_POST
@web.screen
def take_out(request: HttpRequest, shop: str, form: str) -> HttpResponse:
    """All products go into a file."""
    who, file = web.shop_of(request, shop)
    if form not in sheets.FORMS:
        raise NotFound
    try:
        goods_sheets.start_export(actor=who, shop_id=file.card.id, form=form, now=clock.now())
    except Refusal as refusal:
        return _show(request, shop, status=refusal.status, refusal=refusal.text())
    return go(request, reverse("studio:goods-files", args=[shop]), said=gettext("It has begun."))


def _show(request: HttpRequest, shop: str, *, status: int = 200, refusal: str = "") -> HttpResponse:
    """The page with the newest runs; of a check that is over, what would change."""
    who, file = web.shop_of(request, shop)
    now = clock.now()
    latest = goods_sheets.latest(actor=who, shop_id=file.card.id, now=now)
    checked = next(
        (one for one in latest[:1] if one.arguments.get("is_dry") and one.state == "DONE"), None
    )
    facts = {
        "shop": shop,
        "now": now,
        "latest": latest,
        "checked": checked,
        "notes": runs.notes(actor=who, run_id=checked.id) if checked else (),
        "refusal": refusal,
        "most_mb": sheets.MOST_BYTES >> 20,
        "forms": sheets.FORMS,
    }
    return web.show(request, "studio/goods_files.html", facts, status=status)
