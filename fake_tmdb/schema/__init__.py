"""The wire schema: what the bodies of TMDB look like, as JSON Schema, written by hand from documents and recordings.

It is the one description of a response: the OpenAPI document is made of it, tests hold the fake and the cassettes to
it, and the recorder compares a real TMDB with it. It imports nothing else of the fake, or their agreement would mean
nothing. Every field is required unless ``optional`` names it, and a field that is not here is drift.
"""
