"""What may be used once: the table of proofs and tickets that were used, so that none is used twice."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.core import clock
from consult.core.db import Base, transaction, upsert

PURGE = "purge_spent_proofs"


class SpentProof(Base):
    """A proof that was used, kept until nobody would accept it any more."""

    __tablename__ = "core_spent_proof"

    proof_hash: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


def spend(session: Session, proof: str, *, expires_at: datetime) -> bool:
    """Use a proof up; False when it was used before. Of two requests at the same moment one is told True."""
    row = {"proof_hash": sha256(proof.encode()).hexdigest(), "expires_at": expires_at}
    statement = upsert(session, SpentProof).values(row).on_conflict_do_nothing()
    return session.execute(statement.returning(SpentProof.proof_hash)).first() is not None


def purge_spent() -> None:
    """Forget the proofs whose time is over (a task)."""
    with transaction(write=True) as session:
        session.execute(delete(SpentProof).where(SpentProof.expires_at <= clock.real_now()))
