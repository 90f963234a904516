from datetime import date
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from caytre.reference import packaged, procedures
from caytre.reference.procedures import NoProcedure, Procedure, SignatoryType, Unit
from caytre.reference.verification import label

IN_FORCE = date(2023, 12, 1)
ORDINARY = procedures.procedure("AGREEMENT_PROVINCE", IN_FORCE)
REDUCED = procedures.procedure("AGREEMENT_PROVINCE_REDUCED", IN_FORCE)


def test_the_law_is_in_force_since_1_july_2021() -> None:
    assert procedures.procedure("AGREEMENT_PROVINCE", date(2021, 7, 1)).version == 1
    with pytest.raises(NoProcedure, match="2021-06-30"):
        procedures.procedure("AGREEMENT_PROVINCE", date(2021, 6, 30))


def test_a_case_finds_the_version_it_began_under() -> None:
    assert procedures.by_version("AGREEMENT_PROVINCE", 1) == ORDINARY
    with pytest.raises(NoProcedure, match="version 7"):
        procedures.by_version("AGREEMENT_PROVINCE", 7)


@pytest.mark.parametrize("signatory", [SignatoryType.PROVINCE_PC, SignatoryType.PROVINCE_PCOUNCIL])
def test_provincial_bodies_have_an_ordinary_and_a_reduced_procedure(signatory: SignatoryType) -> None:
    assert procedures.applicable(signatory, reduced=False, on=IN_FORCE) == ORDINARY
    assert procedures.applicable(signatory, reduced=True, on=IN_FORCE) == REDUCED


def test_a_signatory_without_a_procedure_is_refused() -> None:
    with pytest.raises(NoProcedure, match="DEPARTMENT"):
        procedures.applicable(SignatoryType.DEPARTMENT, reduced=False, on=IN_FORCE)
    with pytest.raises(NoProcedure, match="DEPARTMENT"):
        ORDINARY.authority_for(SignatoryType.DEPARTMENT)


def test_opinions_take_7_working_days_and_3_in_the_reduced_procedure_which_is_unverified() -> None:
    opinion = ORDINARY.deadline("AGR_OPINION")
    assert (opinion.n, opinion.unit, opinion.verified) == (7, Unit.WORKING, True)
    reduced = REDUCED.deadline("AGR_OPINION_REDUCED")
    assert (reduced.n, reduced.unit, reduced.verified) == (3, Unit.WORKING, False)
    assert label(reduced.verified, "vi") == "chưa kiểm chứng"
    assert label(reduced.verified, "en") == "unverified"
    assert label(opinion.verified, "vi") == ""


def test_report_and_copy_are_due_15_calendar_days_after_signing() -> None:
    for code in ("AGR_PM_REPORT", "AGR_MOFA_COPY"):
        rule = ORDINARY.deadline(code)
        assert (rule.n, rule.unit, rule.anchor, rule.verified) == (15, Unit.CALENDAR, "signed", True)
        assert rule.citation is not None
        assert rule.citation.article == "19(5)"


def test_disagreement_goes_to_the_prime_minister_whose_written_consent_signing_needs() -> None:
    assert ORDINARY.escalation is not None
    assert ORDINARY.escalation.code == "PRIME_MINISTER"
    assert ORDINARY.escalation.written_consent_required
    assert ORDINARY.deadline("AGR_PM_OPINION").n == 7


def test_the_ministry_is_always_asked_and_directly_related_agencies_too() -> None:
    asked = {consultee.code: consultee.rule for consultee in ORDINARY.consultees_for(SignatoryType.PROVINCE_PC)}
    assert asked == {"MOFA": "always", "RELATED": "directly_related"}
    assert ORDINARY.consultees_for(SignatoryType.DEPARTMENT) == ()


def test_each_body_decides_through_its_own_head() -> None:
    assert ORDINARY.authority_for(SignatoryType.PROVINCE_PC).code == "PC_CHAIR"
    assert ORDINARY.authority_for(SignatoryType.PROVINCE_PCOUNCIL).code == "PCOUNCIL_PRESIDENT"


def test_contents_of_dossiers_are_unverified() -> None:
    for version in (ORDINARY, REDUCED):
        for dossier in version.dossiers:
            assert dossier.items
            assert not any(item.verified for item in dossier.items)
    assert [dossier.citation.article for dossier in ORDINARY.dossiers] == ["27", "28"]
    assert REDUCED.dossier("REDUCED").citation.article == "40"
    with pytest.raises(NoProcedure, match="REDUCED"):
        ORDINARY.dossier("REDUCED")


def test_an_expiry_is_announced_180_90_and_30_days_ahead() -> None:
    notices = ORDINARY.deadlines_of("AGR_EXPIRY_NOTICE")
    assert [(rule.n, rule.unit, rule.discriminator) for rule in notices] == [
        (180, Unit.LEAD, "180"),
        (90, Unit.LEAD, "90"),
        (30, Unit.LEAD, "30"),
    ]
    with pytest.raises(NoProcedure, match="AGR_EXPIRY_NOTICE"):
        ORDINARY.deadline("AGR_EXPIRY_NOTICE")


def test_a_verification_of_a_partner_holds_24_months_by_policy() -> None:
    verification = procedures.procedure("PARTNER_VERIFICATION", IN_FORCE)
    assert verification.validity_months == 24
    assert {rule.basis for rule in verification.deadlines} == {"policy"}
    assert verification.deadline("PARTNER_REVIEW").unit is Unit.LEAD


def test_the_decrees_of_2025_are_annotated_from_1_july_2025() -> None:
    assert ORDINARY.annotations_on(date(2025, 6, 30)) == ()
    laws = [annotation.citation.law for annotation in ORDINARY.annotations_on(date(2025, 7, 1))]
    assert "Nghị định 177/2025/NĐ-CP" in laws


def test_silence_is_never_consent() -> None:
    assert not any(version.silence_is_consent for version in procedures.all_procedures())
    document = _document("agreement_province.yaml")
    document["silence_is_consent"] = True
    with pytest.raises(ValidationError, match="silence_is_consent"):
        Procedure.model_validate(document)


def test_versions_of_one_procedure_never_overlap() -> None:
    for one in procedures.all_procedures():
        for other in procedures.all_procedures():
            if one.code == other.code and one.version < other.version:
                assert one.valid_to is not None
                assert one.valid_to < other.valid_from


def test_a_word_the_model_does_not_know_is_refused() -> None:
    document = _document("agreement_province.yaml")
    document["colour"] = "green"
    with pytest.raises(ValidationError, match="colour"):
        Procedure.model_validate(document)


def test_a_time_limit_of_law_needs_its_citation() -> None:
    document = _document("agreement_province.yaml")
    document["deadlines"][0]["citation"] = None
    with pytest.raises(ValidationError, match="has a citation"):
        Procedure.model_validate(document)


def test_a_reduced_procedure_names_its_grounds() -> None:
    document = _document("agreement_province_reduced.yaml")
    assert len(document.pop("grounds")) == 4
    with pytest.raises(ValidationError, match="grounds"):
        Procedure.model_validate(document)


def test_every_type_of_signatory_has_one_deciding_authority() -> None:
    document = _document("agreement_province.yaml")
    document["deciding"].pop()
    with pytest.raises(ValidationError, match="one deciding authority"):
        Procedure.model_validate(document)


def test_no_two_time_limits_are_the_same() -> None:
    document = _document("agreement_province.yaml")
    document["deadlines"].append(document["deadlines"][0])
    with pytest.raises(ValidationError, match="share code"):
        Procedure.model_validate(document)


def test_a_yearly_date_is_a_day_of_every_year_and_named_once() -> None:
    document = _document("annual_plan.yaml")
    submit = document["dates"][0]
    assert Procedure.model_validate(document).yearly("PLAN_SUBMIT").of(2027) == date(2026, 11, 30)
    document["dates"][0] = {**submit, "month": 2, "day": 29}
    with pytest.raises(ValidationError, match="day"):
        Procedure.model_validate(document)
    document["dates"] = [submit, submit]
    with pytest.raises(ValidationError, match="share code"):
        Procedure.model_validate(document)
    with pytest.raises(procedures.NoProcedure):
        ORDINARY.yearly("PLAN_SUBMIT")


def _document(name: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(packaged.yaml_texts("procedures")[name])
    return document


def test_a_place_in_the_law_is_cited_whole_in_both_languages() -> None:
    (report,) = ORDINARY.deadlines_of("AGR_PM_REPORT")
    assert report.citation is not None
    assert report.citation.vi == "khoản 5 Điều 19 Luật 70/2020/QH14"
    assert report.citation.en == "Law 70/2020/QH14, Art. 19(5)"
    for procedure in procedures.all_procedures():
        for cited in (*procedure.citations, *(note.citation for note in procedure.annotations)):
            assert cited.article is None or ("Điều" in cited.vi and "Art." in cited.en)
            # A procedure that a city publishes on its portal is no act and has no number.
            numbered = not cited.law.startswith("Thủ tục ")
            assert not numbered or all("/20" in said for said in (cited.vi, cited.en)), "an act has its number and year"
