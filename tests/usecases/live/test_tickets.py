import threading
from uuid import UUID

import pytest
from django.db import connections
from tests import builders
from tests.builders import NOW
from tests.usecases.live import scenes

from laotie.kernel import crypto, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound
from laotie.live import chat, rooms, tickets

pytestmark = pytest.mark.usefixtures("db")
GATEWAY = Actor.system("gateway")


def test_a_ticket_says_who_comes_and_is_spent_once() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person("小林")

    holder = tickets.read(tickets.issue(actor=viewer, room_id=scene.room_id, now=NOW))

    assert (holder.room_id, holder.person_id, holder.name, holder.is_host) == (
        scene.room_id, viewer.person_id, "小林", False,
    )  # fmt: skip
    assert tickets.spend(actor=GATEWAY, ids_of_tickets=[holder.id]) == {holder.id}
    assert tickets.spend(actor=GATEWAY, ids_of_tickets=[holder.id]) == frozenset()


def test_of_many_who_show_one_ticket_at_once_one_gets_in() -> None:
    id, start, let_in = ids.new(), threading.Barrier(8), []

    def enter() -> None:
        start.wait()
        try:
            let_in.extend(tickets.spend(actor=GATEWAY, ids_of_tickets=[id]))
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert let_in == [id]


def test_guests_and_hosts_get_tickets_too() -> None:
    scene = scenes.a_live_room()

    guest = tickets.read(tickets.issue(actor=Actor.anonymous(), room_id=scene.room_id, now=NOW))
    host = tickets.read(tickets.issue(actor=scene.host, room_id=scene.room_id, now=NOW))

    assert (guest.person_id, guest.name, guest.is_host) == (None, "", False)
    assert host.is_host


def test_a_room_that_is_not_on_air_has_tickets_for_its_host_only() -> None:
    host, viewer = builders.a_creator(), builders.a_person()
    room_id = scenes.a_scheduled_room(host)
    rooms.open_preview(actor=host, room_id=room_id, now=NOW)

    assert tickets.issue(actor=host, room_id=room_id, now=NOW)
    for actor in (viewer, Actor.anonymous()):
        with pytest.raises(NotFound):
            tickets.issue(actor=actor, room_id=room_id, now=NOW)
    with pytest.raises(NotFound):
        tickets.issue(actor=viewer, room_id=UUID(int=1), now=NOW)


def test_who_was_sent_out_gets_no_ticket() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    assert viewer.person_id
    chat.kick(actor=scene.host, room_id=scene.room_id, person_id=viewer.person_id, now=NOW)

    with pytest.raises(tickets.SentOut):
        tickets.issue(actor=viewer, room_id=scene.room_id, now=NOW)


def test_tickets_and_resume_tokens_do_not_stand_in_for_each_other() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    ticket = tickets.issue(actor=viewer, room_id=scene.room_id, now=NOW)
    holder = tickets.read(ticket)
    token = tickets.resume_token(holder, epoch=2, seq=7)

    resumed = tickets.read_resume(token)

    assert (resumed.holder, resumed.epoch, resumed.seq) == (holder, 2, 7)
    for text in (token, ticket + "x", "", "密", "a.b.c"):
        with pytest.raises(crypto.BadToken):
            tickets.read(text)
    with pytest.raises(crypto.BadToken):
        tickets.read_resume(ticket)


def test_only_the_gateway_spends() -> None:
    with pytest.raises(NotAllowed):
        tickets.spend(actor=builders.a_person(), ids_of_tickets=[ids.new()])
