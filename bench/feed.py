"""The feed of ten rooms on air, as guests and a signed-in person get it over HTTP.

The product's web process against the same server with a constant answer of as many bytes. Ratio:
requests a second by the constant's; it says what asking and drawing cost above serving at all, so
that it cannot come near 1. Compare over time: milliseconds of processor for each request, in the
web process and in the database. `asked again` is a guest whose browser holds the page and sends
its ETag.
"""

from bench import _server, _web, _web_town
from bench._report import Options, Report
from bench._web import Case

_ROOMS = 10


def run(options: Options) -> Report:
    """Requests a second and what each costs, by who asks."""
    report = Report("feed", options)
    with _server.fresh() as server:
        town = _web_town.build(rooms=2 if options.is_small else _ROOMS)
        server.analyze()
        guest = {"Accept-Encoding": "gzip", "Cookie": _web_town.GUEST}
        person = {"Accept-Encoding": "gzip", "Cookie": town.cookie}
        cases = [
            Case("a guest's page", "/", guest),
            Case("a guest's page asked again", "/", guest, 304),
            Case("a person's page", "/", person),
            Case("the API's answer to a guest", "/api/v1/feed", {"Accept-Encoding": "gzip"}),
        ]
        _web.compare(report, server, cases, options)
    return report
