"""What several movies have in common: collections, companies, keywords and genres, each with its movies."""
