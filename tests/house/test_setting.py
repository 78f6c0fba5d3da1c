"""Every setting that an operator can rely on is documented where they look."""

from pathlib import Path

import pytest

SETTINGS = (
    "BOT_TOKEN",
    "ADMIN_IDS",
    "TELEGRAM_API_URL",
    "DATABASE_URL",
    "PAYMENT_PROVIDER_TOKEN",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "STRIPE_API_URL",
    "WEBHOOK_URL",
    "WEBHOOK_SECRET",
    "HTTP_HOST",
    "HTTP_PORT",
    "STUDIO_NAME",
    "STUDIO_TIMEZONE",
    "CURRENCY",
    "UNIT_MINUTES",
    "ENCRYPTION_KEYS",
    "DATA_DIR",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "MIGRATE",
)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_has_its_row_in_the_readme(root: Path, setting: str) -> None:
    assert f"\n| `{setting}` | " in (root / "README.md").read_text()


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_has_its_line_in_the_example(root: Path, setting: str) -> None:
    lines = (root / ".env.example").read_text().splitlines()
    assert any(line.removeprefix("#").startswith(f"{setting}=") for line in lines)


@pytest.mark.parametrize("variable", ["DEMO_PORT", "EMPTY"])
def test_the_demo_s_variables_are_in_the_readme(root: Path, variable: str) -> None:
    assert f"`{variable}=" in (root / "README.md").read_text()
