"""What a video that somebody sent really is: magic first, then a child that reads every packet.

FFmpeg is told which container it is and may guess nothing. It lists the packets without decoding
(`-c copy -f framecrc`), so lengths and rates are those of what is there, not of what a header says;
then it decodes five pictures. What cannot be used is named by its cause.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from laotie.content.files.footage import Cause
from laotie.surfaces.media import child
from laotie.surfaces.media.child import Allowance, Beat, Ended

_MAGIC_BYTES = 64
_LEAST_BYTES = 16
_MATROSKA, _MOV = "matroska", "mov"
_MOV_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"})
_VIDEO_CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4"})
_AUDIO_CODECS = frozenset(
    {"aac", "opus", "vorbis", "mp3", "flac", "alac", "amr_nb", "amr_wb", "pcm_s16le", "pcm_s16be"}
)
_MOST_STREAMS = 4  # Of video and sound; phones add tracks of other kinds.
_LEAST_SIDE, _MOST_SIDE, _MOST_PIXELS = 16, 4096, 3840 * 2160
_MOST_RATE = 121
LONGEST_S, SHORTEST_S = 600.0, 0.5
_MOST_PACKETS = 200_000  # Ten minutes at 121 pictures a second, with four tracks of sound.
_THERE = 0.9  # So much of what the header promises must be there.
_ALLOWED = Allowance(
    memory_bytes=3 << 30, file_bytes=0, cpu_s=30, wall_s=60.0, stall_s=30.0
)  # It writes nothing.
_GUARDED = (
    "-hide_banner -nostdin -loglevel info -protocol_whitelist file"
    " -format_whitelist mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"
    f" -max_streams 32 -max_pixels {_MOST_PIXELS} -threads 2"
)
_LENGTH = re.compile(r"  Duration: (\d+):(\d\d):(\d\d\.\d+), ", re.ASCII)
_SIZE_REFUSED = re.compile(r"Picture size \d+x\d+|exceeds specified max pixel count", re.ASCII)


class Unusable(Exception):
    """Nothing can be made of the file."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Found:
    """A video that can be used. Pixels are of the upright picture.

    audio: which of the tracks of sound to take, None without one.
    is_fit: it may be shown as it is, in another wrapping.
    """

    container: str
    seconds: float
    width: int
    height: int
    audio: int | None
    is_fit: bool


@dataclass(slots=True)
class _Track:
    kind: str = ""
    codec: str = ""
    base: Fraction = Fraction(1)
    size: tuple[int, int] = (0, 0)
    packets: int = 0
    bytes: int = 0
    begins: float | None = None
    ends: float = 0.0
    begins_with_key: bool = True


@dataclass(slots=True)
class _Packets:
    """Reads what `-f framecrc` writes: a header of `#name stream: value`, then a line a packet."""

    tracks: dict[int, _Track] = field(default_factory=dict)
    header_s: float | None = None
    said: list[str] = field(default_factory=list)
    count: int = 0

    def read(self, line: str) -> bool:
        """Always further. raises: Unusable for more packets than any video may have."""
        if line.startswith("#"):
            self._read_header(line)
            return True
        parts = [part.strip() for part in line.split(",")]
        if len(parts) < 6 or not parts[0].isdigit():
            return True
        self.count += 1
        if self.count > _MOST_PACKETS:
            raise Unusable(Cause.RATE)
        track = self.tracks.setdefault(int(parts[0]), _Track())
        at, length, size = (int(part) for part in parts[2:5])
        if track.packets == 0:
            flags = next((part for part in parts[6:] if part.startswith("F=")), "F=0x1")
            track.begins_with_key = bool(int(flags[2:], 0) & 1)
        track.packets += 1
        track.bytes += size
        begins = float(at * track.base)
        track.begins = begins if track.begins is None else min(begins, track.begins)
        track.ends = max(track.ends, float((at + length) * track.base))
        return True

    def listen(self, line: str) -> None:
        if self.header_s is None and (found := _LENGTH.match(line)):
            hours, minutes, seconds = found.groups()
            self.header_s = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        if len(self.said) < 100:
            self.said.append(line)

    @property
    def seconds(self) -> float:
        """From the first to the end of the last packet, of all tracks."""
        seen = [track for track in self.tracks.values() if track.begins is not None]
        begins = min((track.begins or 0.0 for track in seen), default=0.0)
        return max((track.ends for track in seen), default=0.0) - max(0.0, begins)

    def of(self, kind: str) -> list[_Track]:
        return [track for _, track in sorted(self.tracks.items()) if track.kind == kind]

    def _read_header(self, line: str) -> None:
        name, _, value = line[1:].partition(": ")
        name, _, number = name.partition(" ")
        if not number.isdigit():
            return
        track = self.tracks.setdefault(int(number), _Track())
        if name == "media_type":
            track.kind = value
        elif name == "codec_id":
            track.codec = value
        elif name == "tb":
            track.base = Fraction(value)
        elif name == "dimensions":
            width, _, height = value.partition("x")
            track.size = (int(width), int(height))


def container_of(path: Path) -> str:
    """FFmpeg's name of the container, by magic. raises: Unusable (FORMAT)."""
    with path.open("rb") as file:
        head = file.read(_MAGIC_BYTES)
    if len(head) >= _LEAST_BYTES:
        if head[:4] == b"\x1a\x45\xdf\xa3":
            return _MATROSKA
        if head[4:8] in _MOV_BOXES:
            return _MOV
    raise Unusable(Cause.FORMAT)


async def look_at(program: str, path: Path, *, beat: Beat) -> Found:
    """A video, judged. raises: Unusable, child.Unwanted, child.Died."""
    container = container_of(path)
    packets = await _list_packets(program, container, path, beat)
    video = _judge_length(packets)
    audio = _audio_of(packets.of("audio"))
    width, height, bits = await _decode(program, container, path, beat)
    if {width, height} != set(video.size):
        raise Unusable(Cause.UNREADABLE)  # Its header lies about its size.
    return Found(
        container=container,
        seconds=packets.seconds,
        width=width,
        height=height,
        audio=audio,
        is_fit=_is_fit(packets, video, bits, audio),
    )


def input_arguments(container: str, path: Path) -> list[str]:
    """How FFmpeg is to open something that was sent: as this container, and nothing else."""
    drefs = "-enable_drefs 0 -use_absolute_path 0" if container == _MOV else ""
    return [*f"{_GUARDED} {drefs} -f {container} -i".split(), str(path)]


async def _list_packets(program: str, container: str, path: Path, beat: Beat) -> _Packets:
    packets = _Packets()
    listed = f"-map 0:V? -map 0:a? -c copy -t {LONGEST_S + 5:.0f} -f framecrc pipe:1".split()
    ended = await child.run(
        [program, *input_arguments(container, path), *listed],
        _ALLOWED,
        beat=beat,
        on_line=packets.read,
        on_said=packets.listen,
    )
    said = "\n".join(packets.said)
    if "exceeds max_streams" in said:
        raise Unusable(Cause.STREAMS)
    if _SIZE_REFUSED.search(said):
        raise Unusable(Cause.PIXELS)
    if "does not contain any stream" in said:
        raise Unusable(Cause.NO_VIDEO)
    if ended.code != 0:
        raise Unusable(Cause.UNREADABLE)
    return packets


def _judge_length(packets: _Packets) -> _Track:
    """The track of the video. raises: Unusable."""
    videos, sounds = packets.of("video"), packets.of("audio")
    if not videos or not videos[0].packets:
        raise Unusable(Cause.NO_VIDEO)
    if len(videos) + len(sounds) > _MOST_STREAMS:
        raise Unusable(Cause.STREAMS)
    video, seconds = videos[0], packets.seconds
    if video.codec not in _VIDEO_CODECS:
        raise Unusable(Cause.CODEC)
    width, height = video.size
    if not (
        min(width, height) >= _LEAST_SIDE
        and max(width, height) <= _MOST_SIDE
        and width * height <= _MOST_PIXELS
    ):
        raise Unusable(Cause.PIXELS)
    if max(seconds, packets.header_s or 0.0) > LONGEST_S:
        raise Unusable(Cause.TOO_LONG)
    if packets.header_s is not None and seconds < _THERE * packets.header_s:
        raise Unusable(Cause.TRUNCATED)
    if seconds < SHORTEST_S:
        raise Unusable(Cause.TOO_SHORT)
    if video.packets / seconds > _MOST_RATE:
        raise Unusable(Cause.RATE)
    return video


def _audio_of(tracks: list[_Track]) -> int | None:
    if not tracks:
        return None
    usable = [number for number, track in enumerate(tracks) if track.codec in _AUDIO_CODECS]
    if not usable:
        raise Unusable(Cause.CODEC)
    return usable[0]


async def _decode(program: str, container: str, path: Path, beat: Beat) -> tuple[int, int, float]:
    """Width and height as it is shown, and bits of a pixel. raises: Unusable."""
    pictures = _Packets()
    decoded = ["-map", "0:V:0", "-frames:v", "5", "-f", "framecrc", "pipe:1"]
    ended: Ended = await child.run(
        [program, *input_arguments(container, path), *decoded],
        _ALLOWED,
        beat=beat,
        on_line=pictures.read,
    )
    found = pictures.of("video")
    if ended.code != 0 or not found or not found[0].packets:
        raise Unusable(Cause.UNREADABLE)
    width, height = found[0].size
    return width, height, found[0].bytes * 8 / found[0].packets / (width * height)


_FIT_SIDE, _FIT_RATE, _FIT_BITS_A_SECOND, _FIT_BITS_A_PIXEL = 720, 31, 3_000_000, 12.5


def _is_fit(packets: _Packets, video: _Track, bits: float, audio: int | None) -> bool:
    """H.264 of 8 bits in 4:2:0, at most 720p at 30 pictures and 3 Mbit/s, with AAC or silent."""
    seconds = packets.seconds
    sounds = packets.of("audio")
    return (
        video.codec == "h264"
        and video.begins_with_key
        and bits < _FIT_BITS_A_PIXEL
        and min(video.size) <= _FIT_SIDE
        and max(video.size) <= 2 * _FIT_SIDE
        and video.packets / seconds <= _FIT_RATE
        and video.bytes * 8 / seconds <= _FIT_BITS_A_SECOND
        and (audio is None or sounds[audio].codec == "aac")
    )
