"""Which scope an operation asks of a token. An operation that is not named is not for tokens."""

from laotie.integrations.tokens import ScopeMissing

# The part of the API, by its file, and the first half of its scopes; None: anybody may read.
AREAS: dict[str, str | None] = {
    "watching": None,
    "goods": None,
    "finding": None,
    "sharing": None,
    "judging": "buy",
    "replying": "shop",
    "buying": "buy",
    "carts": "buy",
    "wallet": "buy",
    "invoices": "buy",
    "me": "me",
    "complaining": "me",
    "deciding": "me",
    "notifying": "me",
    "shop_keeping": "shop",
    "merchandise": "shop",
    "shelving": "shop",
    "external_links": "shop",
    "leaving": None,
    "selling": "shop",
    "order_views": "shop",
    "order_files": "shop",
    "goods_files": "shop",
    "file_runs": "shop",
    "coupon_files": "shop",
    "invoicing": "shop",
    "money": "money",
    "statement_files": "money",
    "creator_pages": None,
    "gifts": "buy",
    "stage": "stage",
    "giving": "stage",
    "moderating": "stage",
    "planning": "stage",
    "supporting": "stage",
    "looking_back": "stage",
    "uploading": "stage",
    "posting": "stage",
    "occasions_shown": "stage",
    "posts": None,
    "feeding": None,
    "talking": None,
    "desk": "desk",
}
# Of what belongs to the person, a token changes these alone: never how one signs in.
_OF_ME = frozenset({"change", "add_address", "change_address", "remove_address", "read_notices"})
_ONLY_IN_PERSON = "a session"


def needed(module: str, name: str, method: str) -> str | None:
    """The scope that a token must have; None for what anybody may read.

    module: the file of the operation. raises: ScopeMissing for what no token may.
    """
    part = module.rpartition(".")[2]
    if part not in AREAS:
        raise ScopeMissing(scope=_ONLY_IN_PERSON)
    area, is_read = AREAS[part], method == "GET"
    if area is None:
        return None if is_read else "buy:write"
    if part == "me" and not is_read and name not in _OF_ME:
        raise ScopeMissing(scope=_ONLY_IN_PERSON)
    return f"{area}:read" if is_read else f"{area}:write"


def require(held: frozenset[str], module: str, name: str, method: str) -> None:
    """raises: ScopeMissing. Who may write may read."""
    scope = needed(module, name, method)
    if scope is None or scope in held or scope.replace(":read", ":write") in held:
        return
    raise ScopeMissing(scope=scope)
