"""A webhook that is owed: who is to be told that a job has ended, and how often that was tried."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from source.store.base import Base, UtcTime

WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
"""States of a delivery; one waits until its job ends, and between two tries."""


@dataclass(frozen=True)
class Delivery:
    """One look at a delivery.

    Attributes
    ----------
    id : str
        Stays the same from try to try, so that a receiver knows what it has already.
    job_id, url : str
        What is told, and where.
    trusted : bool
        Whether the server's own settings name the address, so that it may be a private one.
    state : str
        `WAITING`, `DELIVERED` or `FAILED`.
    attempts : int
        How often it was tried.
    due : datetime
        When it is tried next; of one that is being tried, when somebody else may try.
    error : str or None
        Why the last try failed.
    """

    id: str
    job_id: str
    url: str
    trusted: bool
    state: str
    attempts: int
    due: datetime
    error: str | None = None


class DeliveryRow(Base):
    """A delivery as it is written."""

    __tablename__ = "deliveries"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    job_id: Mapped[str] = mapped_column(String(26), index=True)
    url: Mapped[str] = mapped_column(Text)
    trusted: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    due: Mapped[datetime] = mapped_column(UtcTime)
    error: Mapped[str | None] = mapped_column(Text)

    def delivery(self) -> Delivery:
        """The delivery that this row describes."""
        return Delivery(
            self.id,
            self.job_id,
            self.url,
            self.trusted,
            self.state,
            self.attempts,
            self.due,
            self.error,
        )
