"""Every point in the code at which a process can be made to die, found by reading the code."""

import ast
import functools
import re
from pathlib import Path

import laotie

_ROOT = Path(laotie.__file__).parent
# Of the decorator that every use case wears; these are known by the use cases' own names.
_OF_EVERY_USE_CASE = _ROOT / "kernel" / "use_case.py"

# Contexts of money, stock and rooms. Each of their use cases has a drill, in which whoever asks again
# after a death on either side of the commit gets the same answer, or stands below.
OF_MONEY_STOCK_AND_ROOMS = frozenset({"ledger", "payments", "trade", "live"})
# Without a drill of their own. Those that a test in `tests/usecases` reaches `every_death.py` kills as
# a process at both points, looks at what stands then, and asks again; it names the others. `dying.py`
# undoes them in process, right before the commit.
_WITHOUT_A_DRILL = {
    "ledger.payout_accounts": "set_account",
    "ledger.policy": "confirm propose",
    "live.chat": "forgive kick mute say take_down",
    "live.clip_posts": "make publish",
    "live.clips": "claim cut_again show",
    "live.drops": "_look_after catch close open_drop",
    "live.entries": "enter",
    "live.external_links": "_end_of attach detach",
    "live.flashes": "_close_due_in close_flash open_flash",
    "live.giveaways": "_draw_due _tell_entries cancel open_giveaway",
    "live.ingest": "_drop_if_silent ended issue_key revoke_key started",
    "live.keeping": "_remove",
    "live.licensed": "_hide_lapsed _hide_lapsed_clips set_occasion",
    "live.pinning": "pin unpin",
    "live.planning": "cancel change",
    "live.presence": "count",
    "live.rehearsals": "begin end",
    "live.reminders": "ask drop tell_followers tell_soon tell_started",
    "live.replays": "hide recorded remove",
    "live.rooms": "_end_if_abandoned _end_if_lapsed ban end go_live lift open_preview schedule"
    " set_slow_mode suspend",
    "live.scripts": "take_out write",
    "live.seats": "give take",
    "live.stage": "add_item move_item pin remove_item unpin",
    "live.stops": "give_up pull resume",
    "live.summaries": "_refresh make",
    "live.tickets": "issue spend",
    "live.words": "allow forbid",
    "payments.intents": "_claim_questions _close_here _forget_offer _note_failed",
    "payments.notices": "_end _log_refusal _postpone _store reopen",
    "payments.outgoing": "_give_up _recall",
    "payments.reconciliation": "_judge_lines _judge_ours _keep",
    "payments.refunds": "retry",
    "trade.batch_shipping": "ship_tried start",
    "trade.cart": "_remember change choose merge order_again put remove",
    "trade.coupon_files": "change",
    "trade.coupons": "claim close issue",
    "trade.destinations": "change",
    "trade.exports": "start",
    "trade.goods_sheets": "start_export start_import",
    "trade.invoices": "issue refuse request turn_red withdraw",
    "trade.notices": "remind_unpaid warn_low_stock",
    "trade.offering": "start",
    "trade.platform_coupons": "confirm propose",
    "trade.quotes": "make renew",
    "trade.refunds": "_agree ask_again give refuse withdraw",
    "trade.restock": "ask give_up",
    "trade.reviews": "append hide let_stand reply report see_replies write",
    "trade.saved_views": "keep remove",
    "trade.stock": "adjust set_limit set_low_at set_stock",
}


def placed() -> set[str]:
    """Points that stand in the code by name; a part filled in at run time is `*`."""
    found = set()
    for path, tree in _modules():
        if path == _OF_EVERY_USE_CASE:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "crash.point":
                (name,) = node.args
                found.add(_text(name))
    return found


def use_cases() -> set[str]:
    """Use cases by the name that their two points begin with."""
    return set(modules_of_use_cases())


@functools.cache
def modules_of_use_cases() -> dict[str, str]:
    """Where each of them stands, such as `laotie.content.review.cases`."""
    found = {}
    for path, tree in _modules():
        parts = path.relative_to(_ROOT).with_suffix("").parts
        context, *_, noun = parts
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and any(
                ast.unparse(each) == "use_case" for each in node.decorator_list
            ):
                found[f"{context}.{noun}.{node.name}"] = ".".join(("laotie", *parts))
    return found


def without_a_drill() -> set[str]:
    """Use cases of money, stock and rooms after whose death no test asks again."""
    return {
        f"{module}.{name}" for module, names in _WITHOUT_A_DRILL.items() for name in names.split()
    }


def matches(placed: str, drilled: str) -> bool:
    pattern = re.escape(placed).replace(r"\*", r"\w+")
    return re.fullmatch(pattern, drilled) is not None


@functools.cache
def _modules() -> list[tuple[Path, ast.Module]]:
    found = []
    for path in sorted(_ROOT.rglob("*.py")):
        text = path.read_text("utf-8")
        if "crash.point" in text or "@use_case" in text:
            found.append((path, ast.parse(text)))
    return found


def _text(name: ast.expr) -> str:
    if isinstance(name, ast.Constant):
        return str(name.value)
    assert isinstance(name, ast.JoinedStr), ast.unparse(name)
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "*" for part in name.values
    )
