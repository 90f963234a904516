"""What the agreements service says: topics, states, messages. Its records share two topics."""

from __future__ import annotations

from caytre.contracts.agreements.acts import (
    CONSULTATION_MESSAGES,
    AgreementAmended,
    AgreementApproved,
    AgreementCancelled,
    AgreementProposed,
    AgreementRecorded,
    AgreementRefused,
    DossierItemReceived,
    EscalatedToPM,
    PMDecided,
    PMDossierCompleted,
    PMOpinionOverdue,
)
from caytre.contracts.agreements.agreement import (
    AgreementState,
    AgreementStatus,
    Answer,
    Authorisation,
    Channel,
    Comment,
    Decision,
    Disagreement,
    DossierItem,
    Ending,
    Escalation,
    ForeignParty,
    Form,
    LaterProcedure,
    NoReply,
    Occasion,
    Opinion,
    OpinionRound,
    ProcedureRef,
    Reduced,
    Renewal,
    Report,
    ReportKind,
    SignatoryType,
    SignedText,
    Signer,
    Signing,
    VietnameseParty,
    Waiver,
    WithdrawnRequest,
    YearToReport,
)
from caytre.contracts.agreements.consultation import (
    CommentAnswered,
    ConsultationClosed,
    ConsultationOpened,
    DossierCompleted,
    NoReplyRecorded,
    OpinionGiven,
    OpinionOverdue,
    OpinionRequestWithdrawn,
    ReturnedIncomplete,
)
from caytre.contracts.agreements.dates import (
    Precision,
    StatedDate,
)
from caytre.contracts.agreements.deadlines import (
    DeadlineCode,
)
from caytre.contracts.agreements.implementation import (
    IMPLEMENTATION_MESSAGES,
)
from caytre.contracts.agreements.partner import (
    PARTNER_MESSAGES,
    CountryChange,
    Evidence,
    EvidenceKind,
    Identifier,
    Names,
    PartnerAliasAdded,
    PartnerAmended,
    PartnerCountryCorrected,
    PartnerMerged,
    PartnerRecorded,
    PartnerRegistered,
    PartnerRejected,
    PartnerRevoked,
    PartnerState,
    PartnerStatus,
    PartnerType,
    PartnerVerificationExpired,
    PartnerVerificationRequested,
    PartnerVerificationStarted,
    PartnerVerified,
    PartnerWithdrawn,
    Verification,
    VerificationStatus,
)
from caytre.contracts.agreements.plan import (
    PLAN_MESSAGES,
    PlanState,
)
from caytre.contracts.agreements.signature import (
    SIGNATURE_MESSAGES,
    AgreementEnteredIntoForce,
    AgreementExpired,
    AgreementSigned,
    AgreementWithdrawn,
    AnnualReportAsked,
    SigningAuthorised,
    StatutoryReportFiled,
    StatutoryReportOverdue,
)
from caytre.contracts.agreements.succession import (
    SUCCESSION_MESSAGES,
    SuccessionState,
)
from caytre.contracts.agreements.superseding import (
    SUPERSEDING_MESSAGES,
    AgreementProcedureDecided,
    AgreementProcedureSuperseded,
)
from caytre.contracts.agreements.vouching import (
    VOUCHING_MESSAGES,
    AgreementPartnerCleared,
    AgreementPartnerFlagged,
    PartnerNotVouchedFor,
)
from caytre.contracts.message import INTERNAL, Message, State, is_restricted

SERVICE = "agreements"
EVENTS_TOPIC = "caytre.agreements.events.v1"
STATE_TOPIC = "caytre.agreements.state.v1"

#: The state each kind of record leaves behind (the aggregate in `caytre.<aggregate>.<past tense>.v1`).
STATES: dict[str, type[State]] = {
    "partner": PartnerState,
    "agreement": AgreementState,
    "plan": PlanState,
    "succession": SuccessionState,
}

#: Every message of this service by its CloudEvents type.
MESSAGES: dict[str, type[Message]] = {
    message.TYPE: message
    for message in (
        *PARTNER_MESSAGES,
        *CONSULTATION_MESSAGES,
        *VOUCHING_MESSAGES,
        *SUPERSEDING_MESSAGES,
        *SIGNATURE_MESSAGES,
        *IMPLEMENTATION_MESSAGES,
        *PLAN_MESSAGES,
        *SUCCESSION_MESSAGES,
    )
}


def read_state(type: str, state: dict[str, object]) -> State:
    """The state in a message of this `type`; of a restricted record only the envelope, a plain `State`, is there."""
    known = STATES.get(type.split(".")[1], State)
    return (State if is_restricted(str(state.get("sensitivity", INTERNAL))) else known).model_validate(state)


__all__ = [
    "CONSULTATION_MESSAGES",
    "EVENTS_TOPIC",
    "IMPLEMENTATION_MESSAGES",
    "MESSAGES",
    "PARTNER_MESSAGES",
    "PLAN_MESSAGES",
    "SERVICE",
    "SIGNATURE_MESSAGES",
    "STATES",
    "STATE_TOPIC",
    "SUCCESSION_MESSAGES",
    "SUPERSEDING_MESSAGES",
    "VOUCHING_MESSAGES",
    "AgreementAmended",
    "AgreementApproved",
    "AgreementCancelled",
    "AgreementEnteredIntoForce",
    "AgreementExpired",
    "AgreementPartnerCleared",
    "AgreementPartnerFlagged",
    "AgreementProcedureDecided",
    "AgreementProcedureSuperseded",
    "AgreementProposed",
    "AgreementRecorded",
    "AgreementRefused",
    "AgreementSigned",
    "AgreementState",
    "AgreementStatus",
    "AgreementWithdrawn",
    "AnnualReportAsked",
    "Answer",
    "Authorisation",
    "Channel",
    "Comment",
    "CommentAnswered",
    "ConsultationClosed",
    "ConsultationOpened",
    "CountryChange",
    "DeadlineCode",
    "Decision",
    "Disagreement",
    "DossierCompleted",
    "DossierItem",
    "DossierItemReceived",
    "Ending",
    "EscalatedToPM",
    "Escalation",
    "Evidence",
    "EvidenceKind",
    "ForeignParty",
    "Form",
    "Identifier",
    "LaterProcedure",
    "Names",
    "NoReply",
    "NoReplyRecorded",
    "Occasion",
    "Opinion",
    "OpinionGiven",
    "OpinionOverdue",
    "OpinionRequestWithdrawn",
    "OpinionRound",
    "PMDecided",
    "PMDossierCompleted",
    "PMOpinionOverdue",
    "PartnerAliasAdded",
    "PartnerAmended",
    "PartnerCountryCorrected",
    "PartnerMerged",
    "PartnerNotVouchedFor",
    "PartnerRecorded",
    "PartnerRegistered",
    "PartnerRejected",
    "PartnerRevoked",
    "PartnerState",
    "PartnerStatus",
    "PartnerType",
    "PartnerVerificationExpired",
    "PartnerVerificationRequested",
    "PartnerVerificationStarted",
    "PartnerVerified",
    "PartnerWithdrawn",
    "PlanState",
    "Precision",
    "ProcedureRef",
    "Reduced",
    "Renewal",
    "Report",
    "ReportKind",
    "ReturnedIncomplete",
    "SignatoryType",
    "SignedText",
    "Signer",
    "Signing",
    "SigningAuthorised",
    "StatedDate",
    "StatutoryReportFiled",
    "StatutoryReportOverdue",
    "SuccessionState",
    "Verification",
    "VerificationStatus",
    "VietnameseParty",
    "Waiver",
    "WithdrawnRequest",
    "YearToReport",
    "read_state",
]
