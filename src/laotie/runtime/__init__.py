"""The only package that knows everything: configuration, wiring, processes.

Owns: the settings, the supervisor and the command line.
Promises: a wrong setting stops the start and says what to write.
May import: everything.
Publishes: nothing.
"""
