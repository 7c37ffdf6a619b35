-- Why a job failed the last time it was tried; gone with its job.
CREATE TABLE job_failure (
    job_id bigint PRIMARY KEY REFERENCES procrastinate_jobs (id) ON DELETE CASCADE,
    cause text NOT NULL CHECK (length(cause) BETWEEN 1 AND 500),
    failed_at timestamptz NOT NULL DEFAULT now()
);
