"""Custom collections: what ``custom_collections.yaml`` says, checked against what TMDB knows (docs/collections.md)."""
