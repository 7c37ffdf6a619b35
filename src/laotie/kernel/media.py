"""Where browsers fetch what the media process serves: pictures, playlists, segments."""

from django.conf import settings

_ROOT = "/media/"


def address(path: str) -> str:
    """The full address of a kept `/media/...` path; anything else stays as it is.

    Paths are kept without a host, since hosts and ports change between runs.
    """
    if not path.startswith(_ROOT):
        return path
    base = settings.LAOTIE.media_url.rstrip("/")
    base = base if base.endswith("/media") else f"{base}/media"
    return f"{base}/{path.removeprefix(_ROOT)}"
