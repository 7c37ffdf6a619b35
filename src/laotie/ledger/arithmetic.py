"""How an amount came about: kept as numbers with each leg, shown as one line of arithmetic."""

import json
from decimal import Decimal
from typing import Any

from laotie.kernel import money

Trace = dict[str, Any]


def of_share(
    *, base_fen: int, rate_bps: int | None, gross_fen: int, given_fen: int,
    before_gross_fen: int = 0, before_fen: int = 0,
) -> Trace:  # fmt: skip
    """A rate of a base (or a rest), less what was passed on, less what was before."""
    return {
        "base": base_fen,
        "rate": rate_bps,
        "gross": gross_fen,
        "given": given_fen,
        "before_gross": before_gross_fen,
        "before": before_fen,
    }


def of_units(*, base_fen: int, part: int, whole: int, gross_fen: int, before_fen: int) -> Trace:
    """k of n units of a line's amount, less what went back for it before."""
    return {
        "base": base_fen,
        "part": part,
        "whole": whole,
        "gross": gross_fen,
        "before": before_fen,
    }


def of_sum(*terms_fen: int) -> Trace:
    return {"sum": list(terms_fen)}


def read(kept: str | None) -> Trace | None:
    """A trace as the journal keeps it."""
    return None if kept is None else dict(json.loads(kept))


def text(trace: Trace | None) -> str:
    """`85.02 x 15.00 % = 12.753 -> 12.75`; no words, so it reads the same in every language."""
    if not trace:
        return ""
    if "sum" in trace:
        return _sum(trace["sum"])
    if "part" in trace:
        exact = Decimal(trace["base"] * trace["part"]) / trace["whole"]
        line = f"{_fen(trace['base'])} x {trace['part']}/{trace['whole']}{_equals(exact, trace)}"
        return _less_before(line, trace["gross"], trace["before"])
    own_fen = trace["gross"] - trace["given"]
    line = _gross(trace)
    if trace["given"] or not line:
        rest = _sum([trace["gross"], -trace["given"]])
        line = f"{line}, {rest}" if line else rest
    return _less_before(line, own_fen, trace["before"])


def gross_text(trace: Trace) -> str:
    """The same before anything was passed on to children: for those who may not see these."""
    return _less_before(_gross(trace), trace["gross"], trace["before_gross"])


def _gross(trace: Trace) -> str:
    rate_bps = trace["rate"]
    if rate_bps is None:
        return ""
    exact = Decimal(trace["base"] * rate_bps) / money.BPS
    percent = f"{Decimal(rate_bps) / 100:.2f}"
    return f"{_fen(trace['base'])} x {percent} %{_equals(exact, trace)}"


def _equals(exact_fen: Decimal, trace: Trace) -> str:
    if exact_fen == trace["gross"]:
        return f" = {_fen(trace['gross'])}"
    # Endless fractions are cut where they can no longer be mistaken for the rounded amount.
    shown = f"{(exact_fen / 100).quantize(Decimal('0.000001')):f}".rstrip("0")
    return f" = {shown} -> {_fen(trace['gross'])}"


def _less_before(line: str, now_fen: int, before_fen: int) -> str:
    return f"{line}, {_sum([now_fen, -before_fen])}" if before_fen else line


def _sum(terms_fen: list[int]) -> str:
    first, *others = [term for term in terms_fen if term] or [0]
    line = _fen(first)
    for term in others:
        line += f" {'-' if term < 0 else '+'} {_fen(abs(term))}"
    return f"{line} = {_fen(sum(terms_fen))}" if others else line


def _fen(amount_fen: int) -> str:
    return money.as_text(amount_fen)
