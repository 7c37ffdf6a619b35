"""Words about video: why a stream ended, why a clip could not be cut. `{% load stream %}`."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

_ENDED = {
    "GOODBYE": _("The sender stopped."),
    "LOST": _("The connection was lost."),
    "SILENT": _("Nothing came any more."),
    "TAKEN_OVER": _("Another sender took over."),
    "PUT_OUT": _("The room took no more video."),
    "ROOM_OVER": _("The room left the air."),
    "REHEARSAL_OVER": _("The rehearsal ended."),
    "KEY_REVOKED": _("Its stream key was taken back."),
    "SERVER_CLOSED": _("The server was restarted."),
    "SERVER_RESTARTED": _("The server was restarted."),
    "NOT_HEARD": _("The server heard nothing of it."),
    "NO_ANSWER": _("The server could not check the room."),
    "RESTART": _("The recording had to begin anew."),
    "CODEC": _("The format is not accepted. Send H.264 video and AAC audio."),
    "NO_VIDEO": _("No video arrived. Check the source in your encoder."),
    "KEY_FRAMES": _("Keyframes were too far apart. Set the interval to 1 s."),
    "BITRATE": _("The bitrate was too high. Choose a smaller one."),
    "FORMAT": _("This browser's recording format is not accepted."),
    "DISK": _("The server's disk is nearly full."),
    "STREAM": _("The stream could not be packaged. Check the encoder's settings."),
}
_NO_CLIP = {
    "NO_VIDEO": _("There is no video of that time."),
    "TOO_SHORT": _("Less than a second of it was recorded."),
    "DISK": _("The server's disk is nearly full. Try again later."),
    "FFMPEG": _("The video could not be cut. Try again."),
}


@register.filter
def why_ended(code: str) -> str:
    """A sentence for the code that a session ended with; a plain one for what is not known."""
    return str(_ENDED.get(code, _("It was cut off.")))


@register.filter
def why_no_clip(code: str) -> str:
    return str(_NO_CLIP.get(code, _NO_CLIP["FFMPEG"]))
