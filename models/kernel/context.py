"""What a context adds to the domain, said in its `__init__` and put together in `models.registry`."""

from dataclasses import dataclass, field

from models.kernel.env import Participants
from models.kernel.errors import ErrorCode
from models.kernel.jobs import JobKind


@dataclass(frozen=True, slots=True)
class DomainContext:
    """The codes of a context's rules, its parts in the use cases of contexts below it, and its kinds of job."""

    error_codes: tuple[type[ErrorCode], ...] = ()
    participants: Participants = field(default_factory=Participants)
    jobs: tuple[JobKind, ...] = ()
