"""Work that is handed in, waited for, watched and cancelled.

`Jobs` is the one door: pages and the API use nothing else of this room. The work itself is
done by the worker process (`source.jobs.worker`); `source.jobs.beside` starts it.
"""

from source.jobs.deletions import UNDO
from source.jobs.jobs import Jobs
from source.jobs.previews import Shown, made_type
from source.store.job import STATES, Job

__all__ = ["STATES", "UNDO", "Job", "Jobs", "Shown", "made_type"]
