"""Looking at a page as a careful person would: complaints, sideways scroll, access."""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, Response, ViewportSize

_AXE: str = Axe().axe_script
# Brought to each document once, and only what is wrong is told: half a megabyte of script and the
# list of all that is well take as long as the look itself.
_VIOLATIONS = """async () => {
  const found = await axe.run({ resultTypes: ["violations"] });
  return found.violations.flatMap((each) =>
    each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)}`));
}"""


class Watched:
    """A page whose complaints are kept: console errors, script errors, refused loads, 5xx."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._expected: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def go(self, path: str, size: ViewportSize) -> None:
        """Leave for another page, in this size; what was complained of before is forgotten."""
        self.page.set_viewport_size(size)
        self.page.goto("about:blank")
        self.complaints.clear()
        self.page.goto(path)
        self.page.wait_for_load_state("load")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        # A page that is left gives up what it was fetching.
        if request.failure and "ERR_ABORTED" not in request.failure:
            self.complaints.append(f"not loaded: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.url}")

    def real_complaints(self) -> list[str]:
        return [
            each for each in self.complaints if not any(known in each for known in self._expected)
        ]

    @contextmanager
    def bearing(self, *parts: str) -> Iterator[None]:
        """Complaints that contain one of these are part of what is being played."""
        self._expected += parts
        yield

    def has_no_sideways_scroll(self) -> bool:
        return bool(
            self.page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        )

    def violations(self) -> list[str]:
        """What axe finds, a line each."""
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(_AXE)
        found: list[str] = self.page.evaluate(_VIOLATIONS)
        return found
