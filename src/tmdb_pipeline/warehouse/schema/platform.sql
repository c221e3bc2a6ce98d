CREATE TABLE platform_task_runs (
    dag_id text NOT NULL,
    task_id text NOT NULL,
    run_id text NOT NULL,
    try_number integer NOT NULL,
    run_date date NOT NULL,
    state text NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    cpu_seconds double precision NOT NULL,
    peak_memory_bytes bigint NOT NULL,
    PRIMARY KEY (dag_id, task_id, run_id, try_number)
);
CREATE INDEX platform_task_runs_ended ON platform_task_runs (ended_at);
COMMENT ON TABLE platform_task_runs IS 'Each try of a task that has ended under a scheduler. Rows go 400 days after that.';
COMMENT ON COLUMN platform_task_runs.dag_id IS 'DAG of the task.';
COMMENT ON COLUMN platform_task_runs.task_id IS 'Task.';
COMMENT ON COLUMN platform_task_runs.run_id IS 'Airflow''s id of the run.';
COMMENT ON COLUMN platform_task_runs.try_number IS 'Which try it was, from 1.';
COMMENT ON COLUMN platform_task_runs.run_date IS 'Day in Asia/Seoul that the run is for.';
COMMENT ON COLUMN platform_task_runs.state IS 'How it ended: success, failed, or up_for_retry.';
COMMENT ON COLUMN platform_task_runs.began_at IS 'When it began.';
COMMENT ON COLUMN platform_task_runs.ended_at IS 'When it had ended.';
COMMENT ON COLUMN platform_task_runs.cpu_seconds IS 'CPU time of its process, user and system, in seconds.';
COMMENT ON COLUMN platform_task_runs.peak_memory_bytes IS 'The most that its process had in memory at once, in bytes.';

CREATE TABLE platform_samples (
    machine text NOT NULL,
    sampled_at timestamptz NOT NULL,
    cpus double precision,
    cpu_percent double precision,
    load double precision,
    memory_bytes bigint,
    memory_free_bytes bigint,
    disk_bytes bigint,
    disk_free_bytes bigint,
    unhealthy text[] NOT NULL,
    PRIMARY KEY (machine, sampled_at)
);
CREATE INDEX platform_samples_time ON platform_samples (sampled_at);
COMMENT ON TABLE platform_samples IS 'What the machine of the tasks had left, each hour. Rows go after 90 days.';
COMMENT ON COLUMN platform_samples.machine IS 'Machine or container in which the task ran that measured.';
COMMENT ON COLUMN platform_samples.sampled_at IS 'When it was measured.';
COMMENT ON COLUMN platform_samples.cpus IS 'CPUs that it may use; NULL here and below if it could not be measured.';
COMMENT ON COLUMN platform_samples.cpu_percent IS 'How much of them was in use for the seconds before, in percent.';
COMMENT ON COLUMN platform_samples.load IS 'Tasks of the system''s that ran or waited to, on average of the minute before.';
COMMENT ON COLUMN platform_samples.memory_bytes IS 'Memory that it may use, in bytes.';
COMMENT ON COLUMN platform_samples.memory_free_bytes IS 'What was free of it, what caches could give back included.';
COMMENT ON COLUMN platform_samples.disk_bytes IS 'Disk of the data root, in bytes; NULL too if that is a bucket.';
COMMENT ON COLUMN platform_samples.disk_free_bytes IS 'What was free of it.';
COMMENT ON COLUMN platform_samples.unhealthy IS 'Processes of Airflow''s that gave no sign of life.';
