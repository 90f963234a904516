"""As textbooks and templates do it: FastAPI, a Pydantic model in and out, a SQLAlchemy session per request, an outbox.

FastAPI's documentation, the SQLAlchemy ORM's unit of work, and the transactional outbox of microservices.io.
"""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

#: As many connections as there are clients: the default of five would open and close one for every other request.
engine = create_async_engine(
    os.environ["BASELINE_DATABASE_URL"].replace("postgresql:", "postgresql+asyncpg:", 1), pool_size=16, max_overflow=0
)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    """Mapped classes."""


class AgreementRow(Base):
    """A record."""

    __tablename__ = "agreement"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str]
    locality: Mapped[str]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)


class OutboxRow(Base):
    """A message to be."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(default=uuid4)
    type: Mapped[str]
    record_id: Mapped[UUID]
    version: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)


class ForeignParty(BaseModel):
    """A partner as a party."""

    partner_id: UUID
    role: str | None = None


class Proposal(BaseModel):
    """The body."""

    title_vi: str
    locality: str
    signatory_type: str
    form: str = "agreement"
    channel: str = "state"
    fields: list[str] = []
    languages: list[str] = []
    rationale: str | None = None
    foreign_parties: list[ForeignParty] = []


class Proposed(Proposal):
    """The answer."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    version: int
    status: str
    proposed_at: datetime


async def session() -> AsyncIterator[AsyncSession]:
    """A session per request."""
    async with sessions() as opened:
        yield opened


app = FastAPI()


@app.post("/agreements", status_code=201)
async def propose(proposal: Proposal, session: Annotated[AsyncSession, Depends(session)]) -> Proposed:
    """Store the record and its message in one transaction."""
    async with session.begin():
        row = AgreementRow(id=uuid4(), version=1, status="DRAFT", locality=proposal.locality, document={})
        state = Proposed(id=row.id, version=1, status="DRAFT", proposed_at=datetime.now(UTC), **proposal.model_dump())
        row.document = state.model_dump(mode="json")
        session.add(row)
        session.add(
            OutboxRow(type="caytre.agreement.proposed.v1", record_id=row.id, version=1, data={"state": row.document})
        )
    return state


@app.get("/health/ready")
async def ready() -> dict[str, bool]:
    """For the benchmark."""
    return {"ready": True}
