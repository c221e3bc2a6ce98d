"""Every entry by its name."""

from fuzz import fake, others, pipeline, replay, responses

MODULES = (pipeline, replay, responses, fake, others)
ENTRIES = {entry.name: entry for module in MODULES for entry in module.ENTRIES}
