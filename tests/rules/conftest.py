"""Examples of a property are not timed one by one: a busy machine is no counter-example."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
