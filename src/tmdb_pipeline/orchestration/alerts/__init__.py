"""Alerts as Airflow raises and sends them: callbacks, channels by Connections, links into its UI."""
