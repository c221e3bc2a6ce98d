"""What models are fed with, made of the lake's collections, where that is permitted (docs/features.md)."""
