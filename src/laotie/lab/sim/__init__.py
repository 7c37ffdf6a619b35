"""A played world: random use cases, crashes and redeliveries, against a model.

    story = sim.run.play(seed=7, steps=200, ...)

Two shops, three buyers and a creator do at random what people do, on a real database and the lab's
own provider. After each step stock, states and money are compared with a model that knows nothing
of SQL, keys or locks. The same seed plays the same steps.
"""
