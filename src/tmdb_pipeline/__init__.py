"""TMDB movie collection for Apache Airflow: client, lake, quality, summaries and their wiring."""
