"""What is measured, traced and logged, handed to Airflow's StatsD, OpenTelemetry, structlog and lineage."""
