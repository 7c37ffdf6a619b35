"""How many orders a second a hundred SKUs take together, each with its own offer.

As `orders-hot`, but no row is wanted by all: batches still overlap, since each holds orders for
many SKUs, and lock them in the order of their ids. The floor counts down as many rows.
"""

from bench import _server, orders_hot
from bench._report import Options, Report

SKUS = 100


def run(options: Options) -> Report:
    """Accepted orders a second, of the floor."""
    report = Report("orders-wide", options)
    with _server.fresh() as server:
        orders_hot.measure(report, server, options, skus=5 if options.is_small else SKUS)
    return report
