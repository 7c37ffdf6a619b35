"""The way in and out for video: one asyncio process that takes streams and serves the files.

A publisher (OBS, a phone, a browser) is let in by the live context through `port.LivePort`; one
FFmpeg per run of a stream cuts one-second fMP4 segments; `playlist` composes what viewers fetch.
"""
