"""Where the routes of older systems are registered."""

from source.web.accept import OlderBlueprint, ProgramBlueprint

compat = ProgramBlueprint("compat", __name__)
"""Routes whose errors have the one shape of this product."""

older = OlderBlueprint("older", __name__)
"""Routes whose errors are a sentence under ``error``, with the code beside it."""
