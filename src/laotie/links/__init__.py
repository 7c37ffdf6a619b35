"""Links that lead out of the house: where they may stand, how one follows them, what came of it.

Owns: other networks with their domains, rules of where links to them may stand, links that shops
    and creators put up, clicks, what was found behind a link, orders over there and how far they
    have been read.
Promises: a rule counts to the second and is never changed once two people have made it; a link is
    asked about when it is put up and again when it is followed; nobody is led anywhere but where
    a link of ours goes; what was ordered over there is read without a gap and followed to its
    end, whatever rules come.
May import: kernel, events, accounts, oversight.
Publishes: NetworkAdded, LinkRulePublished, LinkRuleWithdrawn, ExternalLinkListed,
    ExternalLinkEnded, ExternalLinkFollowed, ExternalOrderMoved.
"""
