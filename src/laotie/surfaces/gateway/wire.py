"""WebSocket frames built by hand, once for all sockets: server frames carry no mask."""

import struct

_TEXT = 0x81  # Final fragment, text.
_CLOSE = 0x88
_PONG = 0x8A
_SHORT, _MEDIUM = 126, 65_536


def text_frame(payload: bytes) -> bytes:
    """Header and payload of one unmasked text message."""
    size = len(payload)
    if size < _SHORT:
        return bytes((_TEXT, size)) + payload
    if size < _MEDIUM:
        return struct.pack("!BBH", _TEXT, 126, size) + payload
    return struct.pack("!BBQ", _TEXT, 127, size) + payload


def pong_frame(payload: bytes) -> bytes:
    """The answer to a ping, which brought this payload: at most 125 bytes."""
    return bytes((_PONG, len(payload))) + payload


def close_frame(code: int) -> bytes:
    """A close without words."""
    return struct.pack("!BBH", _CLOSE, 2, code)
