echo {{ run_id }}
