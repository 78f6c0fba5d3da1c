"""The image, compose.yaml and ops/: pinned, unprivileged, read-only, and open to the outside no more than needed."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from ruamel.yaml import YAML

BOTS = ("bot-1", "bot-2")
REQUIRED = {"BOT_TOKEN", "ADMIN_IDS", "POSTGRES_PASSWORD", "DOMAIN", "WEBHOOK_SECRET"}
PUBLIC_PATHS = ["/telegram/webhook", "/stripe/webhook", "/calendar/*", "/health/live"]
STOP_SECONDS = 10
PINNED = re.compile(r"[a-z/]+:v?\d+\.\d+[\w.-]*")
LINE_END = re.compile(r"\\\n\s*(#.*\n\s*)*")
INTERPOLATION = re.compile(r"\$\{(\w+)(:\?[^}]+)?\}")
Instruction = tuple[str, str]


@pytest.fixture(scope="module")
def image(root: Path) -> list[Instruction]:
    """The instructions of the Dockerfile with what follows them."""
    text = LINE_END.sub("", (root / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


@pytest.fixture(scope="module")
def compose(root: Path) -> dict[str, Any]:
    read: dict[str, Any] = YAML(typ="safe").load(root / "compose.yaml")
    return read


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose["services"]
    return found


def last(image: list[Instruction], name: str) -> str:
    return [rest for instruction, rest in image if instruction == name][-1]


def variables(image: list[Instruction]) -> set[str]:
    """The names that the image sets for what runs."""
    return set(re.findall(r"(\w+)=", last(image, "ENV")))


def test_the_image_runs_as_an_ordinary_user(image: list[Instruction]) -> None:
    user, _, group = last(image, "USER").partition(":")
    assert int(user) > 0
    assert int(group) > 0


@pytest.mark.parametrize("name", ["ENTRYPOINT", "CMD"])
def test_the_image_starts_no_shell_that_would_keep_signals_to_itself(image: list[Instruction], name: str) -> None:
    assert json.loads(last(image, name)) in (["session-tracker"], ["run"])


def test_the_image_says_by_itself_whether_it_lives(image: list[Instruction]) -> None:
    command = json.loads(last(image, "HEALTHCHECK").partition(" CMD ")[2])
    compile(command[-1], "health check", "exec")
    assert command[:2] == ["python", "-c"]
    assert "/health/live" in command[-1]


def test_the_image_installs_what_the_lock_pins_and_nothing_else(image: list[Instruction]) -> None:
    installs = [rest for name, rest in image if name == "RUN" and "pip install" in rest]
    assert len(installs) == 2
    assert "--require-hashes --only-binary :all: --requirement requirements.lock" in installs[0]
    assert "--no-index --no-deps --no-build-isolation" in installs[1]


def test_the_image_has_a_python_that_the_project_supports(root: Path, image: list[Instruction]) -> None:
    supported = tomllib.loads((root / "pyproject.toml").read_text())["project"]["requires-python"]
    version = re.fullmatch(r"PYTHON=(\d+\.\d+)-slim-\w+", last(image, "ARG"))
    assert version
    assert version[1] in SpecifierSet(supported)
    assert {rest.removesuffix(" AS build") for name, rest in image if name == "FROM"} == {"python:${PYTHON}"}


def test_the_builder_is_sent_what_the_project_is_built_from(root: Path) -> None:
    lines = (root / ".dockerignore").read_text().splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    wheel = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "*" in lines
    assert let_in == {*wheel["packages"], "LICENSE", "README.md", "pyproject.toml", "requirements.lock"}


def test_compose_yaml_fits_the_compose_specification(root: Path) -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"]
    done = subprocess.run(check, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_service_is_confined(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["restart"] == "unless-stopped"
    assert {name: service["cap_add"] for name, service in services.items() if "cap_add" in service} == {
        "proxy": ["NET_BIND_SERVICE"]
    }


def test_every_image_from_elsewhere_is_pinned_to_a_version(services: dict[str, dict[str, Any]]) -> None:
    images = [service["image"] for service in services.values() if "build" not in service]
    assert len(images) == len(services) - len(BOTS)
    assert [image for image in images if not PINNED.fullmatch(image)] == []


def test_only_the_proxy_can_be_reached_from_other_machines(services: dict[str, dict[str, Any]]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"proxy": ["80:80", "443:443", "443:443/udp"], "grafana": ["127.0.0.1:3000:3000"]}


def test_the_database_has_no_way_to_the_outside(compose: dict[str, Any]) -> None:
    assert compose["services"]["postgres"]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_two_bots_share_one_database_behind_one_webhook(services: dict[str, dict[str, Any]]) -> None:
    first, second = (services[name] for name in BOTS)
    assert first == second
    assert first["environment"]["DATABASE_URL"].startswith("postgresql+asyncpg://")
    assert first["environment"]["WEBHOOK_URL"].startswith("https://")
    assert first["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_a_container_has_time_to_stop_in_order(services: dict[str, dict[str, Any]]) -> None:
    assert all(int(services[name]["stop_grace_period"].removesuffix("s")) > STOP_SECONDS for name in BOTS)


def test_every_setting_reaches_the_bots(
    root: Path, image: list[Instruction], services: dict[str, dict[str, Any]]
) -> None:
    settings = set(re.findall(r"^#?([A-Z_]+)=", (root / ".env.example").read_text(), re.MULTILINE))
    settings -= {"DOMAIN", "POSTGRES_PASSWORD"}  # compose.yaml itself reads these
    assert settings
    assert settings <= variables(image) | set(services[BOTS[0]]["environment"])


def test_a_missing_secret_is_asked_for_by_name(root: Path) -> None:
    found = INTERPOLATION.findall((root / "compose.yaml").read_text())
    assert {name for name, _ in found} == REQUIRED
    assert [name for name, message in found if not message.startswith(f":?{name} is missing")] == []


def test_what_is_mounted_is_there(root: Path, services: dict[str, dict[str, Any]]) -> None:
    volumes = [volume for service in services.values() for volume in service.get("volumes", [])]
    files = [volume for volume in volumes if volume.startswith("./")]
    assert files
    assert [file for file in files if not (root / file.split(":")[0]).is_file() or not file.endswith(":ro")] == []


def test_the_proxy_lets_through_what_the_outside_may_call_and_no_metrics(root: Path) -> None:
    caddyfile = (root / "ops" / "Caddyfile").read_text()
    let_through = re.findall(r"^\s*@public path (.+)$", caddyfile, re.MULTILINE)
    assert [paths.split() for paths in let_through] == [PUBLIC_PATHS]
    assert re.findall(r"^\thandle (.*)\{$", caddyfile, re.MULTILINE) == ["@public ", ""]
    assert re.search(r"reverse_proxy bot-1:8080 bot-2:8080 \{", caddyfile)


def test_prometheus_asks_every_bot(root: Path) -> None:
    jobs = YAML(typ="safe").load(root / "ops" / "prometheus.yml")["scrape_configs"]
    assert [job["static_configs"] for job in jobs] == [[{"targets": [f"{name}:8080" for name in BOTS]}]]


def test_the_unit_gives_time_to_stop_and_does_not_try_a_wrong_setting_again(root: Path) -> None:
    unit = (root / "ops" / "session-tracker.service").read_text()
    timeout = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert timeout
    assert int(timeout[1]) > STOP_SECONDS
    assert re.search(r"^RestartPreventExitStatus=2$", unit, re.MULTILINE)


def test_a_backup_reaches_the_database_wherever_the_bot_does(root: Path) -> None:
    bot, backup = (
        (root / "ops" / f"{name}.service").read_text() for name in ("session-tracker", "session-tracker-backup")
    )
    families = re.compile(r"^RestrictAddressFamilies=(.+)$", re.MULTILINE)
    assert families.findall(backup) == families.findall(bot)
    assert "PrivateNetwork" not in backup
