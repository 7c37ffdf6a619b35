"""Tables of live rooms. Counts and frames are appended; a room's row changes with its state."""

from laotie.live.models.counts import Frame, FrameCounter, Minute, Sale, Tally
from laotie.live.models.gifts import Catch, Drop, Entry, Giveaway
from laotie.live.models.notes import ScriptCard, Summary
from laotie.live.models.recordings import Clip, Recording, SignalMinute, Stop
from laotie.live.models.reminders import Reminder
from laotie.live.models.rooms import IngestKey, Room, Session, SpentTicket
from laotie.live.models.seats import Act, Seat
from laotie.live.models.stage import Flash, Item, Mark
from laotie.live.models.talk import BlockList, Comment, PersonSilence

__all__ = [
    "Act",
    "BlockList",
    "Catch",
    "Clip",
    "Comment",
    "Drop",
    "Entry",
    "Flash",
    "Frame",
    "FrameCounter",
    "Giveaway",
    "IngestKey",
    "Item",
    "Mark",
    "Minute",
    "PersonSilence",
    "Recording",
    "Reminder",
    "Room",
    "Sale",
    "ScriptCard",
    "Seat",
    "Session",
    "SignalMinute",
    "SpentTicket",
    "Stop",
    "Summary",
    "Tally",
]
