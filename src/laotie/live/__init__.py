"""Live rooms: who is on air, what is presented, what is said, and in which order all see it.

Owns: rooms, ingest keys and sessions, the bag and its marks, flash offers' screens, comments,
    silences, block words, frames, audience counts, rehearsals, recordings, clips,
    emergency stops, arrivals of video by the minute,
    moderators' seats and what they did, giveaways, coupon drops, scripts, reports.
Promises: a room is in one state and a creator in one room; a key is a hash and publishes to one
    room; frames of a room are numbered without a gap in the order of their commits; counters are
    appended, never updated; a comment is judged before anybody sees it; video from before
    a room went live is its hosts' alone; a draw was fixed before anybody entered and can be done
    again by everybody; what a room promises of a coupon is kept for it.
May import: accounts, links, ledger, catalog, alliance, content, trade.
Publishes: RoomWentLive, RoomInterrupted, RoomResumed, RoomEnded, RoomMoved,
    RoomCancelled, ItemPinned, FlashOpened.
"""
