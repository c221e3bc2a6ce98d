"""The versions of the schema, oldest first, each a step up and a step down."""
