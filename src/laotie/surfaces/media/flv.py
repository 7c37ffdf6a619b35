"""FLV tags: what RTMP carries and what FFmpeg reads on its standard input."""

import struct
from dataclasses import dataclass

AUDIO, VIDEO, SCRIPT = 8, 9, 18

_AVC, _AAC = 7, 10
_ENHANCED_AUDIO = 9
_SEQUENCE_HEADER, _PICTURE = 0, 1
_KEY_FRAME = 1
_ENHANCED_VIDEO_BIT = 0x80


class NotAccepted(Exception):
    """A codec that is not passed through; the text is for the person at the encoder."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One audio or video message. `at_ms` is the decoding time on the publisher's clock."""

    kind: int
    at_ms: int
    body: bytes
    is_header: bool
    is_key: bool

    @property
    def is_video(self) -> bool:
        return self.kind == VIDEO


def read(kind: int, at_ms: int, body: bytes) -> Tag:
    """Recognise a message of kind AUDIO or VIDEO; `body` has at least one byte.

    raises: NotAccepted for anything but H.264 video, and for audio codecs newer than FLV.
    """
    if kind == VIDEO:
        if body[0] & _ENHANCED_VIDEO_BIT or body[0] & 0x0F != _AVC:
            raise NotAccepted("Video must be H.264 (AVC); HEVC, AV1 and others are not accepted.")
        is_header = len(body) > 1 and body[1] == _SEQUENCE_HEADER
        is_key = body[0] >> 4 == _KEY_FRAME and len(body) > 1 and body[1] == _PICTURE
        return Tag(VIDEO, at_ms, body, is_header, is_key)
    if body[0] >> 4 == _ENHANCED_AUDIO:
        raise NotAccepted("Audio must be AAC; set the encoder's audio codec to AAC.")
    is_header = is_aac(body) and len(body) > 1 and body[1] == _SEQUENCE_HEADER
    return Tag(AUDIO, at_ms, body, is_header, is_key=False)


def is_aac(body: bytes) -> bool:
    """Whether an audio message can be passed through; everything else is encoded anew."""
    return body[0] >> 4 == _AAC


def codec_name(video_header: bytes) -> str:
    """`avc1.PPCCLL` from an AVC sequence header, or `avc1` when it is too short to tell."""
    profile = video_header[6:9]
    return f"avc1.{profile.hex()}" if len(profile) == 3 else "avc1"


def file_header(*, has_audio: bool) -> bytes:
    """What a file starts with. Promising audio that never comes would make FFmpeg wait for it."""
    return b"FLV\x01" + bytes([5 if has_audio else 1]) + b"\0\0\0\x09\0\0\0\0"


def tag_bytes(kind: int, at_ms: int, body: bytes) -> bytes:
    """One tag with its trailing size. at_ms: 0 to 2**32 - 1."""
    head = struct.pack(
        ">B3sHBB3x",
        kind,
        len(body).to_bytes(3, "big"),
        (at_ms >> 8) & 0xFFFF,
        at_ms & 0xFF,
        (at_ms >> 24) & 0xFF,
    )
    return b"".join((head, body, struct.pack(">I", len(body) + 11)))
