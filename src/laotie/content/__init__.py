"""Posts: short videos and stills that creators publish, and the goods that are sold by them.

Its nouns stand in rooms: posting, files, viewing, relations, conversation, figures, licensing,
judgement, review, support, industry. The order among them is a contract of the import checker.

Owns: posts with their products, uploads and the works made of them, follows with their
    counts, likes, comments, blocks, snapshots of creators and of accounts elsewhere, visits with
    their figures, tastes and kin of creators, events with the rights to them,
    versions of the rules for posts and texts, texts that were refused, cases with what was
    decided, what programs thought,
    programmes for creators with progress and rewards, agreements with talents and their alerts,
    industrial belts with who belongs to them.
Promises: a post is in one state, and nobody but its creator sees it before it is public; what
    carries goods is labelled as advertising; a post goes public once, however often it is asked;
    what is shown was drawn or encoded anew by us, never what somebody sent; a feed
    shows nothing twice in a scroll, and says of each post why it is there; a visit counts once;
    what shows an event is public only while its creator has the right to it, and no two rights
    contradict; of two reviewers one decides, and nobody answers an appeal against what they
    decided; a programme's rewards are paid once and never exceed what was set aside for it;
    a creator belongs to one belt at most, and to none that is closed.
May import: kernel, events, oversight, accounts, ledger, links, catalog, alliance.
Publishes: PostPublished, PostTakenDown, WorkReady, WorkFailed, PostVisited, LikesChanged,
    RightsRevoked, RightsLapsed.
"""
