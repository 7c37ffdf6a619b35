"""From a publisher's messages to FFmpeg: which headers a take starts with, on what clock."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from laotie.surfaces.media import amf, ffmpeg, flv, metrics
from laotie.surfaces.media.flv import Tag
from laotie.surfaces.media.packager import PackagerGone
from laotie.surfaces.media.publication import Publication, Turned

_WAIT_FOR_AUDIO_S = 2.0
_HELD_BYTES = 8 << 20
_BACK_MS = 1_000  # A clock that goes further back, or
_AHEAD_MS = 10_000  # jumps further ahead, is a new clock: a new take.
_DESCRIBED = ("width", "height", "framerate", "videodatarate", "audiodatarate")


@dataclass(frozen=True, slots=True)
class _Headers:
    """What a decoder must know before the first frame. audio: None without, or not needed."""

    video: bytes
    audio: bytes | None
    has_audio: bool
    copies_audio: bool


class FlvFeed:
    """Takes the messages of one session in their order.

    A take starts at a key frame, with the headers known by then, on a clock that begins at 0; when
    FFmpeg dies, headers change or the clock jumps, the next key frame starts another.
    """

    def __init__(self, publication: Publication) -> None:
        self._publication = publication
        self._limits = publication.limits
        self._opened = time.monotonic()
        self._key_at = self._opened
        self._described: dict[str, float] = {}
        self._video: bytes | None = None
        self._video_at = 0.0
        self._audio: bytes | None = None
        self._expects_audio = True
        self._has_audio = False
        self._copies_audio = True
        self._held: list[Tag] = []
        self._held_bytes = 0
        self._started_with: _Headers | None = None
        self._is_running = False
        self._base_ms = 0
        self._last_ms: dict[int, int] = {}

    def describe(self, body: bytes) -> None:
        """A script message (onMetaData); only numbers of known names are kept of it."""
        try:
            values = amf.decode(body)
        except amf.BadAmf:
            return
        facts = next((value for value in values if isinstance(value, dict)), {})
        # An encoder that names its video codec and no audio codec sends no sound.
        self._expects_audio = "videocodecid" not in facts or "audiocodecid" in facts
        for name in _DESCRIBED:
            value = facts.get(name)
            if isinstance(value, int | float) and 0 < value < 1_000_000:
                self._described[name] = float(value)

    async def media(self, kind: int, at_ms: int, body: bytes) -> None:
        """An audio or video message.

        raises: Turned for a codec, a bitrate or a distance of key frames that is not accepted.
        """
        if not body:
            return
        try:
            tag = flv.read(kind, at_ms, body)
        except flv.NotAccepted as error:
            raise Turned(str(error), code="CODEC") from None
        self._measure(tag)
        self._remember(tag)
        if tag.is_header:
            return
        if self._started_with is None and not self._can_start():
            self._hold(tag)
        else:
            held, self._held = self._held, []
            for earlier in held:
                await self._pass_on(earlier)
            await self._pass_on(tag)

    def _measure(self, tag: Tag) -> None:
        now = time.monotonic()
        size, gauge = len(tag.body), self._publication.gauge
        metrics.RECEIVED.inc(size)
        gauge.received(size, now=now)
        if tag.is_video and not tag.is_header:
            gauge.frame(tag.at_ms, is_key=tag.is_key, now=now)
        if not tag.is_video and not tag.is_header:
            gauge.sound(now=now)
        if tag.is_key:
            self._key_at = now
        if self._video is None and now - self._opened > self._limits.first_picture_s:
            raise Turned("No video arrived. Send H.264 video and AAC audio.", code="NO_VIDEO")
        if now - self._key_at > self._limits.key_frame_s:
            raise Turned(
                "Key frames are too far apart. Set the key frame interval to 1 s.",
                code="KEY_FRAMES",
            )
        # A burst fills the first seconds of a new connection; the mean of five seconds counts.
        if now - self._opened > 5 and gauge.bitrate_bps(now=now) > self._limits.bits_per_second:
            most = self._limits.bits_per_second / 1_000_000
            raise Turned(f"The bitrate is too high. Send at most {most:g} Mbit/s.", code="BITRATE")

    def _remember(self, tag: Tag) -> None:
        if tag.is_video:
            if tag.is_header and self._video is None:
                self._video_at = time.monotonic()
            self._video = tag.body if tag.is_header else self._video
        elif tag.is_header:
            self._audio, self._has_audio, self._copies_audio = tag.body, True, True
        elif not flv.is_aac(tag.body):
            self._has_audio, self._copies_audio = True, False

    def _can_start(self) -> bool:
        if self._video is None:
            return False
        if self._audio is not None or not self._copies_audio or not self._expects_audio:
            return True
        return time.monotonic() - self._video_at > _WAIT_FOR_AUDIO_S

    def _hold(self, tag: Tag) -> None:
        self._held_bytes += len(tag.body)
        if self._held_bytes > _HELD_BYTES:
            raise Turned("No codec headers arrived. Restart the encoder.")
        if self._video is not None:
            self._held.append(tag)

    async def _pass_on(self, tag: Tag) -> None:
        if self._jumped(tag):
            self._is_running = False
        headers = self._headers()
        try:
            if tag.is_key and (not self._is_running or headers != self._started_with):
                await self._start(headers, tag)
            since_start_ms = _distance(self._base_ms, tag.at_ms)
            if self._is_running and self._has_place(tag, since_start_ms):
                await self._publication.write(flv.tag_bytes(tag.kind, since_start_ms, tag.body))
        except PackagerGone:
            self._is_running = False

    def _has_place(self, tag: Tag, since_start_ms: int) -> bool:
        """Not audio of before the key frame, nor audio that this take was not prepared for."""
        assert self._started_with is not None
        return since_start_ms >= 0 and (tag.is_video or self._started_with.has_audio)

    async def _start(self, headers: _Headers, first: Tag) -> None:
        publication = self._publication
        publication.picture = replace(
            publication.picture,
            video=flv.codec_name(headers.video),
            audio=("mp4a.40.2" if headers.has_audio else ""),
            width=int(self._described.get("width", 0)),
            height=int(self._described.get("height", 0)),
        )

        def arguments(folder: Path) -> Sequence[str]:
            return ffmpeg.copy_arguments(
                folder, has_audio=headers.has_audio, copies_audio=headers.copies_audio
            )

        await publication.start_take(arguments)
        self._started_with, self._base_ms, self._last_ms = headers, first.at_ms, {}
        self._is_running = True
        await publication.write(self._preamble(headers))

    def _preamble(self, headers: _Headers) -> bytes:
        parts = [flv.file_header(has_audio=headers.has_audio)]
        if self._described:
            facts = amf.encode("onMetaData", self._described)
            parts.append(flv.tag_bytes(flv.SCRIPT, 0, facts))
        parts.append(flv.tag_bytes(flv.VIDEO, 0, headers.video))
        if headers.audio is not None:
            parts.append(flv.tag_bytes(flv.AUDIO, 0, headers.audio))
        return b"".join(parts)

    def _headers(self) -> _Headers:
        assert self._video is not None
        audio = self._audio if self._copies_audio else None
        return _Headers(self._video, audio, self._has_audio, self._copies_audio)

    def _jumped(self, tag: Tag) -> bool:
        last_ms = self._last_ms.get(tag.kind, tag.at_ms)
        self._last_ms[tag.kind] = tag.at_ms
        return not -_BACK_MS <= _distance(last_ms, tag.at_ms) <= _AHEAD_MS


def _distance(earlier_ms: int, later_ms: int) -> int:
    """Signed, on a clock of 32 bits that wraps after 49 days."""
    return (later_ms - earlier_ms + (1 << 31)) % (1 << 32) - (1 << 31)
