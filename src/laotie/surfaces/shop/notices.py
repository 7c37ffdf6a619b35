"""What I am told and how: settings, this browser's pushes, mail, reminders, a notice's own page."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.accounts import inbox, mail, notifications, push, sessions
from laotie.accounts.notifications import NoticeChannel
from laotie.kernel import clock, ids
from laotie.kernel.errors import Refusal
from laotie.live import queries, reminders
from laotie.look import answers
from laotie.surfaces.shop import web
from laotie.surfaces.shop.me import page_of

_COLUMNS = (
    (NoticeChannel.PUSH, _("Push")),
    (NoticeChannel.MAIL, _("Mail")),
    (NoticeChannel.SMS, _("Text message")),
)


class QuietForm(forms.Form):
    begins = forms.TimeField(
        label=_("From"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    ends = forms.TimeField(
        label=_("Until"), required=False, widget=forms.TimeInput({"type": "time"})
    )


class MailForm(forms.Form):
    address = forms.EmailField(
        label=_("Mail address"),
        max_length=200,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Which kinds go over which channel."""
    who = answers.actor(request)
    who.require_person()
    if request.method == "GET":
        return _show(request)
    wanted = {tuple(box.split(":", 1)) for box in request.POST.getlist("on") if ":" in box}
    notifications.choose(
        actor=who,
        wanted=frozenset((kind, channel) for kind, channel in wanted),
        now=clock.now(),
    )
    return web.go(request, reverse("shop:notifications"), toast=gettext("Saved."))


@require_POST
@web.screen
def quiet(request: HttpRequest) -> HttpResponse:
    """When nothing may ring; without two times, never."""
    form = QuietForm(request.POST)
    if not form.is_valid():
        return _show(request, quiet_form=form, status=422)
    begins, ends = form.cleaned_data["begins"], form.cleaned_data["ends"]
    hours = None
    if begins is not None and ends is not None:
        hours = (begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute)
    try:
        notifications.set_quiet(actor=answers.actor(request), hours=hours, now=clock.now())
    except Refusal as refusal:
        form.add_error(None, refusal.text())
        return _show(request, quiet_form=form, status=refusal.status)
    return web.go(request, reverse("shop:notifications"), toast=gettext("Saved."))


@require_POST
@web.screen
def ask_for_mail(request: HttpRequest) -> HttpResponse:
    """A link goes to the address; or, asked for so, no mail goes anywhere any more."""
    who = answers.actor(request)
    if request.POST.get("forget"):
        mail.forget(actor=who, now=clock.now())
        return web.go(request, reverse("shop:notifications"))
    form = MailForm(request.POST)
    if not form.is_valid():
        return _show(request, mail_form=form, status=422)
    link = request.build_absolute_uri(reverse("shop:notifications") + "/mail/")
    try:
        mail.ask(actor=who, address=form.cleaned_data["address"], page=link, now=clock.now())
    except Refusal as refusal:
        return _show(request, mail_form=answers.blame(form, refusal), status=refusal.status)
    return web.go(request, reverse("shop:notifications"), toast=gettext("A link is on its way."))


@require_http_methods(["GET", "POST"])
@web.screen
def confirm_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link in the mail leads. Programs that look at links change nothing by it."""
    if request.method == "GET":
        return web.show(request, "shop/confirm_mail.html", {"token": token, "place": "me"})
    mail.confirm(token=token, now=clock.now())
    return web.show(request, "shop/confirm_mail.html", {"is_done": True, "place": "me"})


@require_POST
def browser(request: HttpRequest) -> HttpResponse:
    """This browser takes pushes from now on, or none; answered to the page's script."""
    who, now = answers.actor(request), clock.now()
    told = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    try:
        if request.POST.get("remove"):
            push.unsubscribe(actor=who, endpoint=told["endpoint"], now=now)
        else:
            sessions.take_pushes(request, push.subscribe(actor=who, **told, now=now))
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse({"browsers": push.count(who.require_person())})


@require_GET
@web.screen
def notice(request: HttpRequest, notice: str) -> HttpResponse:
    """On to what a notice is about; where there is no page for it, to the inbox."""
    line = inbox.line(actor=answers.actor(request), notice_id=ids.parse("ntc", notice))
    return HttpResponseRedirect(page_of(line.kind, line.ref) or reverse("shop:inbox"))


@require_POST
@web.screen
def remind(request: HttpRequest, room: str) -> HttpResponse:
    """Remind me of this room, or do not."""
    who, room_id = answers.actor(request), ids.parse("rom", room)
    who.require_person()
    queries.room_page(room_id, actor=who)
    is_wanted = request.POST.get("remind") != "no"
    if is_wanted:
        reminders.ask(actor=who, room_id=room_id, now=clock.now())
    else:
        reminders.drop(actor=who, room_id=room_id)
    if not answers.is_part(request):
        return web.go(request, reverse("shop:room", args=[room]))
    return web.show(request, "shop/remind.html", {"is_reminded": is_wanted, "ref": room})


def _show(
    request: HttpRequest,
    *,
    quiet_form: QuietForm | None = None,
    mail_form: MailForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = notifications.show(actor=answers.actor(request))
    columns = [(way, label) for way, label in _COLUMNS if way in found.channels]
    rows = []
    for kind in found.kinds:
        states = {switch.channel: switch.is_on for switch in kind.switches}
        cells = [(way, label, states.get(way)) for way, label in columns]
        rows.append((kind, cells))
    first: dict[str, str] = {}
    if found.quiet is not None:
        names = ("begins", "ends")
        first = {
            name: f"{minute // 60:02}:{minute % 60:02}"
            for name, minute in zip(names, found.quiet, strict=True)
        }
    facts = {
        "rows": rows,
        "columns": columns,
        "quiet_form": quiet_form or QuietForm(initial=first),
        "mail_form": mail_form or MailForm(),
        "mail": found.mail,
        "has_mail": NoticeChannel.MAIL in found.channels,
        "push_key": push.public_key(),
        "place": "me",
    }
    return web.show(request, "shop/notifications.html", facts, status=status)
