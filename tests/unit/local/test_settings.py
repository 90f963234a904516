"""Ports, services and engines from outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caytre.local.failures import SetupError
from caytre.local.platform import Platform
from caytre.local.settings import Settings, from_environment, parse_port, read
from caytre.local.supervisor import pause_after


def test_ports_come_from_the_environment() -> None:
    settings = from_environment({"CAYTRE_KAFKA_PORT": "19092", "CAYTRE_AGREEMENTS_PORT": "18001"})
    assert settings.kafka == 19092
    assert {service.name: service.port for service in settings.services}["agreements"] == 18001
    assert settings.zipkin == 9411


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "web", "80.0"])
def test_what_is_no_port_is_refused_by_name(text: str) -> None:
    with pytest.raises(SetupError, match="CAYTRE_KAFKA_PORT"):
        parse_port(text, "CAYTRE_KAFKA_PORT")


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(SetupError, match=r"Nothing is called kafak.*kafka_controller"):
        Settings().with_ports({"kafak": 1})
    with pytest.raises(SetupError, match="no service weather"):
        Settings().only(["weather"])


def test_given_engines_are_not_embedded(tmp_path_factory: pytest.TempPathFactory) -> None:
    environment = {
        "KAFKA_BOOTSTRAP_SERVERS": "kafka.example.org:9092",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "https://otlp.example.org",
        "CAYTRE_AGREEMENTS_DATABASE_URL": "postgresql://db.example.org/agreements",
        "CAYTRE_GATEWAY_DATABASE_URL": "postgresql://db.example.org/gateway",
    }
    settings = from_environment(environment).only(["agreements", "gateway"])
    platform = Platform(tmp_path_factory.mktemp("given"), settings)
    assert [engine.name for engine in platform.engines] == ["mail"]
    told = platform.environment(settings.services[0], {"SECRET": "x", "PATH": "/bin"})
    assert told["DATABASE_URL"] == "postgresql://db.example.org/agreements"
    assert told["KAFKA_BOOTSTRAP_SERVERS"] == "kafka.example.org:9092"
    assert told["CAYTRE_PUBLIC_URL"] == next(one.address for one in settings.services if one.name == "gateway")
    assert (told["OTEL_TRACES_EXPORTER"], told["PATH"], "SECRET" in told) == ("otlp", "/bin", False)


def test_settings_survive_their_file() -> None:
    settings = Settings(databases={"gateway": "postgresql://x"}, durable=False).with_ports({"gateway": 18000})
    assert read(settings.text()) == settings
    with pytest.raises(SetupError, match="another version"):
        read('{"services": [], "unheard_of": 1}')


@given(st.integers(min_value=1, max_value=10_000))
def test_pauses_grow_and_are_bounded(failures: int) -> None:
    assert pause_after(1) == 0.5
    assert pause_after(failures) <= pause_after(failures + 1) <= 30
