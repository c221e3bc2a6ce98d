"""What people and programs are told about runs. Knows nothing of Airflow, of files or of TMDB."""
