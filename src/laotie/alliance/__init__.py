"""Who earns which commission on which goods.

Owns: open commission plans with their versions, and which creators accepted them.
Promises: a product has one open plan at most; a rate is never changed, only a new version is
    added; what an order was placed under is frozen with plan, version and rule; no plan is
    published whose shares break the cap on splits.
May import: kernel, events, accounts, ledger, catalog.
Publishes: PlanPublished, PlanClosed, PlanAccepted.
"""
