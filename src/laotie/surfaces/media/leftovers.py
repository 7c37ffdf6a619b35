"""What is not wanted any more goes: bytes of uploads that are over, files of works removed."""

import asyncio
import shutil

import structlog

from laotie.surfaces.media.asking import Asking, NoAnswer
from laotie.surfaces.media.content_port import ContentPort
from laotie.surfaces.media.incoming import Incoming
from laotie.surfaces.media.workshop import Works

log = structlog.get_logger(__name__)

_ASKED_AT_ONCE = 500


class Leftovers:
    """Swept each minute, with the janitor's round."""

    def __init__(
        self, *, incoming: Incoming, works: Works, asking: Asking, content: ContentPort
    ) -> None:
        self._incoming = incoming
        self._works = works
        self._asking = asking
        self._content = content

    def forget_unfinished(self) -> None:
        """At the start: what a killed process was making is begun anew by whoever claims it."""
        shutil.rmtree(self._works.root / "making", ignore_errors=True)

    async def sweep(self) -> None:
        """One round; nobody to ask means that nothing goes."""
        try:
            await self._sweep_uploads()
            await self._sweep_works()
        except NoAnswer:
            return

    async def _sweep_uploads(self) -> None:
        here = await asyncio.to_thread(self._incoming.all)
        for start in range(0, max(1, len(here)), _ASKED_AT_ONCE):
            asked = here[start : start + _ASKED_AT_ONCE]
            gone = await self._asking.ask(self._content.unwanted_uploads, asked)
            for upload in gone:
                await asyncio.to_thread(self._incoming.remove, upload)
            if gone:
                log.info("media.uploads_removed", count=len(gone))

    async def _sweep_works(self) -> None:
        while removed := list(await self._asking.ask(self._content.removed_works)):
            for file in removed:
                await asyncio.to_thread(self._works.remove, file)
            await self._asking.ask(self._content.swept_works, removed)
            log.info("media.works_removed", count=len(removed))
