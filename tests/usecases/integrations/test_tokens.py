"""A token does what its person may and its scopes allow, and never more."""

from datetime import timedelta

import pytest
from tests import builders
from tests.builders import NOW
from tests.surfaces.apps import App, app_of

from laotie.accounts import shops
from laotie.integrations import models, tokens
from laotie.kernel import clock, ids
from laotie.kernel.errors import Invalid, NotFound, SignInFirst
from laotie.surfaces.api import scopes
from laotie.surfaces.api.api import api

pytestmark = pytest.mark.usefixtures("db")


class Program(App):
    """An app that has nothing but a token."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.secret = secret

    def send(self, method: str, path: str, body: object = None, **given: object):  # type: ignore[no-untyped-def, override]
        headers = {"Authorization": f"Bearer {self.secret}", **(given.pop("headers", None) or {})}  # type: ignore[dict-item]
        return super().send(method, path, body, headers=headers, **given)  # type: ignore[arg-type]


def a_token(actor, *wanted: str, **more) -> str:  # type: ignore[no-untyped-def]
    return tokens.issue(actor=actor, name="脚本", scopes=wanted, now=clock.now(), **more).secret


def test_a_token_reads_and_writes_within_its_scopes() -> None:
    person = builders.a_person()
    reader, writer = Program(a_token(person, "me:read")), Program(a_token(person, "me:write"))

    assert reader.get("/me").status == 200
    assert reader.get("/feed").status == 200
    refused = reader.patch("/me", {"name": "新"})
    assert (refused.status, refused.code) == (403, "SCOPE_MISSING")
    assert refused.body["facts"] == {"scope": "me:write"}
    assert reader.get("/orders").code == "SCOPE_MISSING"
    assert writer.patch("/me", {"name": "新"}).status == 200
    assert writer.get("/me").body["person"]["name"] == "新"


def test_no_token_changes_how_one_signs_in_or_makes_tokens() -> None:
    person = builders.a_person()
    wanted = [scope for scope in tokens.Scope if not scope.startswith("desk")]
    program = Program(a_token(person, *wanted))
    for method, path, body in (
        ("PUT", "/me/password", {"password": "a long new one"}),
        ("POST", "/me/tokens", {"name": "x", "scopes": ["me:read"]}),
        ("POST", "/sign-in/out", None),
    ):
        answer = program.send(method, path, body)
        assert (answer.status, answer.code) == (403, "SCOPE_MISSING"), path
    assert models.Token.objects.count() == 1


def test_a_token_of_one_shop_knows_no_other() -> None:
    shop, other = builders.a_shop(), builders.a_shop("别家")
    phone = builders.a_phone()
    builders.hire(shop.owner, shop.id, phone, "manage", "ship")
    clerk = builders.hire(other.owner, other.id, phone, "manage", "ship")
    program = Program(a_token(clerk, "shop:read", shop_id=shop.id))

    assert program.get(f"/shops/{ids.public('shp', shop.id)}/orders").status == 200
    assert program.get(f"/shops/{ids.public('shp', other.id)}/orders").status == 404
    assert program.get(f"/shops/{ids.public('shp', shop.id)}/money").status == 403
    with pytest.raises(NotFound):
        a_token(clerk, "shop:read", shop_id=builders.a_shop("又一家").id)


def test_rights_that_were_taken_are_taken_from_tokens_too() -> None:
    shop = builders.a_shop()
    clerk = builders.a_clerk(shop, "ship")
    program = Program(a_token(clerk, "shop:read"))
    orders = f"/shops/{ids.public('shp', shop.id)}/orders"
    assert program.get(orders).status == 200
    shops.dismiss(
        actor=shop.owner, shop_id=shop.id, person_id=clerk.person_id, reason="走了", now=NOW
    )
    assert program.get(orders).status == 404


def test_a_token_ends_by_time_by_hand_or_with_its_app() -> None:
    person, now = builders.a_person(), clock.now()
    short = tokens.issue(actor=person, name="a", scopes=["me:read"], days=1, now=now)
    by_hand = tokens.issue(actor=person, name="b", scopes=["me:read"], now=now)
    app = tokens.make_app(actor=builders.a_person(), name="ERP", scopes=["me:read"], now=now)
    of_app = tokens.issue(actor=person, name="c", scopes=["me:read"], app_id=app.id, now=now)
    with pytest.raises(Invalid):
        tokens.issue(actor=person, name="d", scopes=["me:write"], app_id=app.id, now=now)
    assert {card.app_name for card in tokens.mine(actor=person)} == {"", "ERP"}

    for made in (short, by_hand, of_app):
        assert tokens.bearer(made.secret, now=now).actor.person_id == person.person_id
    with pytest.raises(SignInFirst):
        tokens.bearer(short.secret, now=now + timedelta(days=1))
    tokens.revoke(actor=person, token_id=by_hand.card.id, now=now)
    with pytest.raises(NotFound):
        tokens.revoke(actor=builders.a_person(), token_id=short.card.id, now=now)
    row = models.App.objects.get()
    tokens.end_app(actor=builders.roles.actor_of(row.owner_id, "test"), app_id=app.id, now=now)
    for made in (by_hand, of_app):
        with pytest.raises(SignInFirst):
            tokens.bearer(made.secret, now=now)


@pytest.mark.parametrize("secret", ["", "lt_", "lt_" + "x" * 43, "x" * 200, "lt_é"])
def test_a_secret_that_is_none_is_not_somebody_elses_cookie(secret: str) -> None:
    program = Program(secret.encode("ascii", "replace").decode())
    answer = program.get("/me")
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_secrets_are_shown_once_and_kept_as_hashes() -> None:
    app = app_of(builders.a_person())
    made = app.must(
        app.post("/me/tokens", {"name": "脚本", "scopes": ["me:read"]}, key="token-001")
    )
    again = app.post("/me/tokens", {"name": "脚本", "scopes": ["me:read"]}, key="token-001")
    assert again.body["secret"] != made["secret"]
    listed = app.must(app.get("/me/tokens"))
    assert all("secret" not in row for row in listed)
    assert made["secret"].encode() not in bytes(models.Token.objects.first().hash)  # type: ignore[union-attr]


def test_every_operation_has_a_scope_or_is_closed_to_tokens() -> None:
    """Whoever adds a part of the API decides whether programs may use it."""
    closed = {"entry", "programs", "locks", "own_data"}
    parts = {
        view.view_func.__module__.rpartition(".")[2]
        for _prefix, router in api._routers
        for path in router.path_operations.values()
        for view in path.operations
    }
    assert parts - closed - scopes.AREAS.keys() == set()
