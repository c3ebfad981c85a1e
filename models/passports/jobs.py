"""This context's kinds of job."""

from datetime import timedelta

from models.kernel.jobs import JobKind
from models.passports.progress import sweep

JOBS = (JobKind("sweep_issuance_progress", lambda _payload, env: sweep(env.now()), every=timedelta(minutes=10)),)
