"""Airflow's REST API: who asks it, what it is asked, and its documents as far as they are read here."""
