"""How well the feed's personal part foretells likes: MovieLens small, split in time.

Not speed but sense. 100,004 ratings of 671 people, from `tools/movielens.py`; four stars and more
are likes. Of each person the first four fifths in time are known, the rest is to be foretold; and,
harder, everything before one moment is known of everybody, which leaves few people to judge by.
Recall@20 is the share of later likes among the first 20, NDCG@20 how high they stand. The floor is
popularity, the same list for everybody; plain item-item cosine stands beside it, which remembers
every pair where ours keeps 20 for each and bounds what one can give.
"""

from pathlib import Path

from bench import _recall
from bench._recall import Rating
from bench._report import Options, Report, Row

_ROWS = Path(__file__).parents[1] / "var" / "movielens" / "ratings.csv"


def run(options: Options) -> Report:
    """Shares of later likes that were found, in percent."""
    report = Report("feed-recall", options)
    if not _ROWS.exists():
        report.note("no ratings here: run `python tools/movielens.py` first")
        return report
    lines = _ROWS.read_text("ascii").splitlines()
    ratings = [Rating(*map(int, line.split(","))) for line in lines]
    if options.is_small:
        ratings = [one for one in ratings if one.person <= 60]
    for name, split in (
        ("each person's last fifth", _recall.split_by_person(ratings)),
        ("after one moment", _recall.split_by_moment(ratings)),
    ):
        if not split.people:
            continue
        ways = {
            "popularity": _recall.popular(split),
            "item-item": _recall.item_item(split),
            "the feed's": _recall.ours(split),
        }
        found = {way: _recall.judged(split, ranked) for way, ranked in ways.items()}
        floor = found["popularity"]
        for way in ("item-item", "the feed's"):
            one = found[way]
            for what, figure, below in (
                ("recall@20", one.recall, floor.recall),
                ("NDCG@20", one.ndcg, floor.ndcg),
            ):
                report.row(
                    Row(
                        name=f"{name}, {way}: {what} of {len(split.people)} people",
                        unit="%",
                        figure=100 * figure,
                        floor=100 * below,
                        ratio=figure / below if below else None,
                    )
                )
    return report
