"""A model of which movies stay popular: trained, judged, kept and asked, where that is permitted (docs/model.md)."""
