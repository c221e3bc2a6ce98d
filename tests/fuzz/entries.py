"""Every entry by its name."""

from fuzz import exports, fake, others, pipeline, replay, responses

MODULES = (pipeline, exports, replay, responses, fake, others)
ENTRIES = {entry.name: entry for module in MODULES for entry in module.ENTRIES}
