"""Whatever the gateway and the media process read has its rows in `matrix_sockets.csv`.

The rows are played in `tests/gateway/test_roles.py` and `tests/media/test_roles.py`.
"""

import ast
import inspect
import re
import textwrap
import typing
from collections.abc import Callable, Iterator

from tests.surfaces import socket_table

from laotie.surfaces.gateway import protocol
from laotie.surfaces.gateway import server as gateway
from laotie.surfaces.media import files, golive, rtmp, tus

_ABOUT_A_CREDENTIAL = {"seq", "lang"}  # Where a page stopped, and what it reads.
_GO_LIVE_FRAMES = {"_admit": {"golive greeting"}, "_piece": {"golive piece", "golive bye"}}


def test_every_message_to_the_gateway_has_a_row() -> None:
    messages = {str(kind.__struct_config__.tag) for kind in typing.get_args(protocol.ClientFrame)}
    asked = set(re.findall(r'_first\(query, "(\w+)"\)', inspect.getsource(gateway)))

    stated = {row.sent for row in socket_table.table("gateway")}

    assert {"ticket", "resume", "say"} <= asked | messages
    assert stated == messages | (asked - _ABOUT_A_CREDENTIAL)


def test_every_door_of_the_media_process_has_a_row() -> None:
    patterns = [value for value in vars(files).values() if isinstance(value, re.Pattern)]
    addresses = {
        f"GET {route}"
        for pattern in patterns
        if pattern is not files._GO_LIVE
        for route in spellings(pattern.pattern)
    }
    own = {f"GET {text}" for text in texts(files.Files._answer) if text.startswith("/")}
    readers = {name for name, how in vars(golive.GoLive).items() if reads_the_socket(how)}
    commands = {f"rtmp {name}" for name in [*compared_with_a_name(), *rtmp._GOODBYES]}

    uploads = {
        f"tus {text}" for text in texts(tus.Tus._answer) if text.isalpha() and text.isupper()
    }

    stated = {row.sent for row in socket_table.table("media")}

    assert readers == _GO_LIVE_FRAMES.keys()
    frames = {frame for name in readers for frame in _GO_LIVE_FRAMES[name]}
    assert len(addresses) == 12
    assert len(own) == 3
    assert len(commands) == 11
    assert len(uploads) == 5
    assert stated == addresses | own | frames | commands | uploads


def spellings(pattern: str) -> list[str]:
    """The addresses that a pattern matches, its pages spelled out, its other parts named."""
    named = re.sub(r"\(\?P<(?!page>)(\w+)>[^()]*\)", r"{\1}", pattern).replace("?P<page>", "")
    group = re.search(r"\((?:\?:)?([^()]*)\)", named)
    if group is None:
        return [named.replace("\\", "")]
    return [
        route
        for part in group[1].split("|")
        for route in spellings(named[: group.start()] + part + named[group.end() :])
    ]


def texts(function: Callable[..., object]) -> Iterator[str]:
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def reads_the_socket(function: object) -> bool:
    return inspect.isfunction(function) and "_socket.receive" in inspect.getsource(function)


def compared_with_a_name() -> Iterator[str]:
    """The RTMP commands that are spelled where commands are told apart."""
    for node in ast.walk(_tree(rtmp.Connection._command)):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def _tree(function: Callable[..., object]) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))
