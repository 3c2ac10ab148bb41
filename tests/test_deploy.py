"""What is shipped to operators fits the specifications it is written for, and keeps its promises of safety."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from koprogo_app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def test_compose_fits_its_schema() -> None:
    """The Compose specification's own schema, as check-jsonschema ships it."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, DEPLOY / "compose.yaml"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_variable_of_the_program_is_a_setting(compose: dict[str, Any]) -> None:
    known = {f"KOPROGO_{name.upper()}" for name in Settings.model_fields} | {"KOPROGO_TRUSTED_PROXY_HOPS"}
    for service in ("app", "worker", "migrate"):
        assert set(compose["services"][service]["environment"]) <= known


def test_the_optional_settings_exist_and_are_not_overridden(compose: dict[str, Any]) -> None:
    """A variable under `environment` would win over the operator's file."""
    known = {f"KOPROGO_{name.upper()}" for name in Settings.model_fields}
    offered = set(re.findall(r"^#([A-Z_0-9]+)=", (DEPLOY / "koprogo.env.example").read_text(), re.M))
    assert len(offered) > 10
    assert offered <= known
    assert offered.isdisjoint(compose["services"]["app"]["environment"])


def test_every_interpolated_variable_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text())) - {"KOPROGO_VERSION"}
    offered = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "env.example").read_text(), re.M))
    assert asked == offered


def test_no_secret_has_a_default() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    for name in ("POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "REDIS_PASSWORD", "KOPROGO_SECRET_KEY"):
        assert f"${{{name}:?}}" in text, f"{name} must be asked for"
        assert f"${{{name}:-" not in text
    assert re.findall(r"^(?:.*PASSWORD|KOPROGO_SECRET_KEY)=(.+)$", (DEPLOY / "env.example").read_text(), re.M) == []


def test_only_the_proxy_is_on_the_network(compose: dict[str, Any]) -> None:
    exposed = {name for name, service in compose["services"].items() if service.get("ports")}
    assert exposed == {"traefik"}
    assert compose["networks"]["back"]["internal"] is True
    assert compose["services"]["postgres"]["networks"] == ["back"]
    assert "docker.sock" not in (DEPLOY / "compose.yaml").read_text()


def test_the_program_runs_confined(compose: dict[str, Any]) -> None:
    for name in ("app", "worker", "migrate"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    final = (DEPLOY / "Dockerfile").read_text().rpartition("FROM ")[2]
    assert re.search(r"^USER 10001$", final, re.M)
    assert re.search(r"^HEALTHCHECK", final, re.M)


def test_the_proxy_closes_the_upload_door_and_logs_no_tokens() -> None:
    rule = yaml.safe_load((DEPLOY / "traefik/koprogo.yaml").read_text())["http"]["routers"]["koprogo"]["rule"]
    assert "!PathPrefix(`/_upload`)" in rule
    assert "!Path(`/metrics`)" in rule
    log = yaml.safe_load((DEPLOY / "traefik/traefik.yaml").read_text())["accessLog"]
    assert log["fields"]["queryParameters"]["defaultMode"] == "drop"
    assert log["fields"]["headers"]["defaultMode"] == "drop"


def test_the_image_and_compose_name_the_same_health_check_as_the_program() -> None:
    from koprogo_app.foundation.watch import health

    assert any(getattr(route, "path", "") == "/healthz" for route in health.router.routes)
    assert "/healthz" in (DEPLOY / "Dockerfile").read_text()
