"""What I am told, and how: settings of notices, browsers that take pushes, reminders of rooms."""

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Status

from laotie.accounts import mail, notifications, push, sessions
from laotie.kernel import clock
from laotie.live import reminders
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import Done, In, Out, RoomId

router = Router(tags=["notices"])


class SwitchOut(Out):
    channel: str
    is_on: bool


class KindOut(Out):
    """A kind of notice and the channels it may use. The inbox gets all of them."""

    kind: str
    label: str
    switches: list[SwitchOut]


class QuietOut(Out):
    """Minutes of the day in which nothing rings; `until_minute` may be the next morning's."""

    from_minute: int
    until_minute: int


class MailOut(Out):
    masked: str
    is_confirmed: bool


class NoticesOut(Out):
    """`channels` are those that this installation has; `push_key` is for `pushManager`."""

    kinds: list[KindOut]
    channels: list[str]
    quiet: QuietOut | None
    mail: MailOut | None
    browsers: int
    push_key: str


class SwitchIn(In):
    kind: str
    channel: str
    is_on: bool


class QuietIn(In):
    from_minute: int
    until_minute: int


class BrowserIn(In):
    """As `PushSubscription.toJSON()` has it, its keys laid flat."""

    endpoint: str
    p256dh: str
    auth: str


class GoneBrowserIn(In):
    endpoint: str


class MailIn(In):
    address: str


class BrowsersOut(Out):
    browsers: int


@router.get("/me/notices", response=NoticesOut, summary="What I am told, and how")
def show(request: HttpRequest) -> object:
    return _out(notifications.show(actor=door.actor(request)))


@router.put("/me/notices", response=NoticesOut, summary="Switch a kind on a channel")
def switch(request: HttpRequest, payload: SwitchIn) -> object:
    who = door.actor(request)
    return _out(notifications.switch(actor=who, **payload.dict(), now=clock.now()))


@router.put("/me/notices/quiet", response=NoticesOut, summary="Set quiet hours")
def set_quiet(request: HttpRequest, payload: QuietIn) -> object:
    hours = (payload.from_minute, payload.until_minute)
    return _out(notifications.set_quiet(actor=door.actor(request), hours=hours, now=clock.now()))


@router.delete("/me/notices/quiet", response=NoticesOut, summary="No quiet hours")
def end_quiet(request: HttpRequest) -> object:
    who = door.actor(request)
    return _out(notifications.set_quiet(actor=who, hours=None, now=clock.now()))


@router.put("/me/notices/browsers", response=BrowsersOut, summary="This browser takes pushes")
def add_browser(request: HttpRequest, payload: BrowserIn) -> object:
    who = door.actor(request)
    reached = push.subscribe(actor=who, **payload.dict(), now=clock.now())
    if not door.is_program(request):
        sessions.take_pushes(request, reached)
    return {"browsers": push.count(who.require_person())}


@router.delete("/me/notices/browsers", response=BrowsersOut, summary="This browser takes none")
def remove_browser(request: HttpRequest, payload: GoneBrowserIn) -> object:
    who = door.actor(request)
    push.unsubscribe(actor=who, endpoint=payload.endpoint, now=clock.now())
    return {"browsers": push.count(who.require_person())}


@router.put("/me/notices/mail", response=MailOut, summary="Ask for mail at an address")
def ask_for_mail(request: HttpRequest, payload: MailIn) -> object:
    """A link goes there; following it confirms the address."""
    page = f"{settings.LAOTIE.public_url}/me/notifications/mail/"
    return mail.ask(actor=door.actor(request), address=payload.address, page=page, now=clock.now())


@router.delete("/me/notices/mail", response=Done, summary="No mail any more")
def end_mail(request: HttpRequest) -> object:
    mail.forget(actor=door.actor(request), now=clock.now())
    return Done()


@router.put("/rooms/{room_id}/reminder", response={201: Done}, summary="Remind me of this room")
def remind(request: HttpRequest, room_id: RoomId) -> object:
    """Ten minutes before it starts, and when it does."""
    reminders.ask(actor=door.actor(request), room_id=room_id, now=clock.now())
    return Status(201, Done())


@router.delete("/rooms/{room_id}/reminder", response=Done, summary="Do not remind me")
def forget_reminder(request: HttpRequest, room_id: RoomId) -> object:
    reminders.drop(actor=door.actor(request), room_id=room_id)
    return Done()


def _out(found: notifications.Settings) -> dict[str, object]:
    quiet = found.quiet and {"from_minute": found.quiet[0], "until_minute": found.quiet[1]}
    return {
        "kinds": list(found.kinds),
        "channels": sorted(found.channels),
        "quiet": quiet,
        "mail": found.mail,
        "browsers": found.browsers,
        "push_key": push.public_key(),
    }
