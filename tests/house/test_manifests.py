"""What is deployed is valid by the schemas of those who read it, and keeps the rules that we set ourselves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import kubernetes_validate
import pytest
import yaml

from tests.house.sources import ROOT, services

KUBERNETES = "1.37"
SCHEMAS = ROOT / "deploy" / "k8s" / "schemas"
OVERLAYS = sorted(path.parent for path in (ROOT / "deploy" / "k8s" / "overlays").glob("*/kustomization.yaml"))


@cache
def objects(overlay: Path) -> list[dict[str, Any]]:
    """What kustomize makes of an overlay."""
    kubectl = Path(sys.executable).parent / "kubectl"
    done = subprocess.run([kubectl, "kustomize", overlay], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def of_kind(overlay: Path, kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in objects(overlay) if each["kind"] == kind}


def pods(overlay: Path) -> dict[str, dict[str, Any]]:
    return {
        name: each["spec"]["template"]
        for kind in ("Deployment", "Job")
        for name, each in of_kind(overlay, kind).items()
    }


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return content


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
def test_every_object_is_valid_by_the_schema_of_its_kind(overlay: Path) -> None:
    for each in objects(overlay):
        group, _, version = each["apiVersion"].rpartition("/")
        own = SCHEMAS / f"{each['kind']}.{group}.{version}.json"
        if own.exists():
            jsonschema_rs.validator_for(json.loads(own.read_text())).validate(each)
        else:
            kubernetes_validate.validate(each, KUBERNETES, strict=True)


def test_a_misspelt_member_is_found() -> None:
    pool = of_kind(OVERLAYS[0], "KafkaNodePool")["node"]
    validator = jsonschema_rs.validator_for(
        json.loads((SCHEMAS / "KafkaNodePool.kafka.strimzi.io.v1.json").read_text())
    )
    assert validator.is_valid(pool)
    assert not validator.is_valid({**pool, "spec": {**pool["spec"], "replikas": 3}})


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
def test_each_service_is_deployed_as_api_and_worker_with_migration_budget_and_traffic(overlay: Path) -> None:
    roles = {f"{service}-{role}" for service in services() for role in ("api", "worker")}
    assert set(of_kind(overlay, "Deployment")) == roles
    assert set(of_kind(overlay, "PodDisruptionBudget")) == roles
    assert set(of_kind(overlay, "Job")) == {f"{service}-migrate" for service in services()}
    assert {f"{service}-traffic" for service in services()} | {"deny"} <= set(of_kind(overlay, "NetworkPolicy"))
    assert {f"{service}-api" for service in services()} == set(of_kind(overlay, "Service"))


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
def test_every_selector_finds_the_pods_of_its_own_workload_only(overlay: Path) -> None:
    for kind in ("Deployment", "PodDisruptionBudget"):
        for name, each in of_kind(overlay, kind).items():
            wanted = each["spec"]["selector"]["matchLabels"].items()
            assert [pod for pod, found in pods(overlay).items() if wanted <= found["metadata"]["labels"].items()] == [
                name
            ]


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
def test_every_pod_keeps_the_restricted_pod_security_standard(overlay: Path) -> None:
    for pod in pods(overlay).values():
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
        for container in spec["containers"]:
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False
            assert context["readOnlyRootFilesystem"] is True
            assert context["capabilities"] == {"drop": ["ALL"]}
            assert {"memory"} <= container["resources"]["limits"].keys()
            assert {"cpu", "memory"} <= container["resources"]["requests"].keys()


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
def test_a_workload_is_probed_and_never_restarted_for_its_database(overlay: Path) -> None:
    for deployment in of_kind(overlay, "Deployment").values():
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"
        assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
        assert container["startupProbe"]["httpGet"]["path"] == "/health/live"


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
def test_every_process_is_found_by_scrapers_and_lets_them_in(overlay: Path) -> None:
    for deployment in of_kind(overlay, "Deployment").values():
        template = deployment["spec"]["template"]
        (port,) = template["spec"]["containers"][0]["ports"]
        assert template["metadata"]["annotations"] == {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": str(port["containerPort"]),
            "prometheus.io/path": "/metrics",
        }
    for service in services():
        policy = of_kind(overlay, "NetworkPolicy")[f"{service}-traffic"]["spec"]
        heard = [source for rule in policy["ingress"] for source in rule["from"]]
        assert {"namespaceSelector": {"matchLabels": {"caytre.example/scrapes": "true"}}} in heard
    assert all("annotations" not in job["spec"]["template"]["metadata"] for job in of_kind(overlay, "Job").values())


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
def test_a_service_gets_its_own_secrets_and_no_other(overlay: Path) -> None:
    for name, pod in pods(overlay).items():
        text = json.dumps(pod)
        assert "SERVICE-" not in text, name
        wanted = {f"caytre-{name.rsplit('-', 1)[0]}-{what}" for what in ("database", "keys")}
        assert set(re.findall(r"caytre-[a-z]+-(?:database|keys)", text)) == wanted


def test_the_compose_file_is_valid_by_the_compose_specification() -> None:
    schema = json.loads((ROOT / "deploy" / "compose" / "compose-spec.json").read_text())
    validator = jsonschema_rs.validator_for(schema)
    validator.validate(compose())
    assert not validator.is_valid({**compose(), "sevices": {}})


def test_the_compose_file_runs_each_service_as_api_and_worker_after_its_migration() -> None:
    found = compose()["services"]
    for service in services():
        for role in ("api", "worker"):
            one = found[f"{service}-{role}"]
            assert one["command"][:4] == ["-m", f"caytre.{service}", "serve", "--role"]
            assert one["command"][4] == role
            assert one["depends_on"][f"{service}-migrate"] == {"condition": "service_completed_successfully"}
            assert one["environment"]["DATABASE_URL"].endswith(f"/caytre_{service}")


def test_every_published_port_is_on_loopback() -> None:
    for name, service in compose()["services"].items():
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), name


def test_manifests_make_roles_for_every_service() -> None:
    roles = (ROOT / "deploy" / "k8s" / "components" / "postgres" / "roles.sql").read_text()
    databases = (ROOT / "deploy" / "compose" / "databases.sh").read_text()
    for service in services():
        assert f"'{service}'" in roles
        assert f" {service}" in databases


def test_the_image_installs_what_the_lock_of_the_services_names() -> None:
    lock = (ROOT / "deploy" / "image" / "requirements.lock").read_text()
    assert "--hash=sha256:" in lock
    assert "\nfastapi==" in lock
    assert "\npytest==" not in lock
