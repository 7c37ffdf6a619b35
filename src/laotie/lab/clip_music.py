"""A quiet plucked melody for the clip, of five notes to the octave, that closes on itself."""

import array
import random
import wave
from pathlib import Path

RATE = 24_000
_LOUDEST = 9_000  # Of 32,767: it plays under a voice.
_SCALE = (261.63, 293.66, 329.63, 392.00, 440.00, 523.25, 587.33, 659.26)
# Beat, step of the scale, loudness; a beat is half a second.
_MELODY = (
    (0, 2, 0.9), (1, 4, 0.7), (2, 5, 0.8), (4, 4, 0.6), (5, 3, 0.6), (6, 2, 0.8),
    (8, 1, 0.8), (9, 2, 0.6), (10, 3, 0.8), (12, 2, 0.6), (13, 1, 0.6), (14, 0, 0.9),
    (16, 2, 0.8), (17, 4, 0.7), (18, 6, 0.8), (20, 5, 0.7), (21, 4, 0.6), (22, 3, 0.7),
    (24, 4, 0.8), (25, 3, 0.6), (26, 2, 0.7), (28, 1, 0.6), (29, 0, 0.6), (30, 0, 0.8),
)  # fmt: skip
_BASS = ((0, 0, 0.8), (8, 3, 0.7), (16, 1, 0.7), (24, 4, 0.7))


def write(path: Path, *, seconds: float) -> None:
    """A mono WAV that can be repeated without a seam; what still sounds at its end begins it."""
    total = round(RATE * seconds)
    mixed = [0.0] * total
    for beat, step, loudness in _MELODY:
        _add(mixed, beat * RATE // 2, _pluck(_SCALE[step], 1.6), loudness)
    for beat, step, loudness in _BASS:
        _add(mixed, beat * RATE // 2, _pluck(_SCALE[step] / 2, 3.4), loudness * 0.8)
    peak = max(map(abs, mixed))
    samples = array.array("h", (round(value / peak * _LOUDEST) for value in mixed))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, total, "NONE", "not compressed"))
        file.writeframes(samples.tobytes())


def _pluck(pitch: float, seconds: float) -> list[float]:
    """A string after Karplus and Strong: noise that runs round and loses its edges."""
    chance = random.Random(round(pitch))  # noqa: S311 - noise for a string.
    string = [chance.uniform(-1, 1) for _ in range(round(RATE / pitch))]
    for _ in range(3):  # A finger, not a plectrum.
        string = [(a + b) / 2 for a, b in zip(string, string[-1:] + string[:-1], strict=True)]
    sound: list[float] = []
    while len(sound) < RATE * seconds:
        sound += string
        string = [(a + b) * 0.498 for a, b in zip(string, string[1:] + string[:1], strict=True)]
    return sound


def _add(mixed: list[float], start: int, sound: list[float], loudness: float) -> None:
    total = len(mixed)
    fade = len(sound)
    for number, value in enumerate(sound):
        mixed[(start + number) % total] += value * loudness * (1 - number / fade)
