"""Settings: read from the environment, refused in one line each, and never printed."""

import re
from pathlib import Path

import pytest

from app import config
from app.config import Config, ConfigurationError

SECRET = "123456:this-is-a-secret-token"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` and no settings of the machine."""
    monkeypatch.chdir(tmp_path)
    for name in Config.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def refusals() -> list[str]:
    """What is said of the settings, in the order in which it is found."""
    try:
        return config.token_problems(config.load(Config))
    except ConfigurationError as refused:
        return refused.problems


def test_without_any_setting_the_database_is_a_file_in_the_data_folder() -> None:
    settings = config.load(Config)
    assert settings.database_url == f"sqlite+aiosqlite:///{config.data_folder()}/{config.DATABASE_FILE}"
    assert (settings.studio_timezone, settings.currency, settings.unit_minutes) == ("UTC", "EUR", 20)


def test_the_data_folder_can_be_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "/data")
    assert config.load(Config).database_url == "sqlite+aiosqlite:////data/session-tracker.sqlite3"


def test_settings_are_read_from_a_file_and_the_environment_goes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("STUDIO_NAME=From the file\nCURRENCY=chf\n")
    monkeypatch.setenv("STUDIO_NAME", "Studio Kraft")
    settings = config.load(Config)
    assert (settings.studio_name, settings.currency) == ("Studio Kraft", "CHF")


@pytest.mark.parametrize("name", ["ssl", "sslmode"])
def test_encryption_to_postgresql_is_asked_for_by_either_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql+asyncpg://kraft:s%40crt@server:5433/studio?{name}=require")
    assert config.load(Config).database_url == "postgresql+asyncpg://kraft:s%40crt@server:5433/studio?ssl=require"


def test_a_server_of_one_s_own_may_bring_updates_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081")
    monkeypatch.setenv("WEBHOOK_URL", "http://127.0.0.1:8080/telegram/webhook")
    monkeypatch.setenv("WEBHOOK_SECRET", "s3cret")
    assert config.load(Config).webhook_url == "http://127.0.0.1:8080"


def test_a_file_of_settings_that_is_not_utf_8_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("STUDIO_NAME=Müller".encode("latin-1"))
    assert refusals() == [f".env in {tmp_path} cannot be read: save it as UTF-8"]


def test_a_file_of_settings_that_may_not_be_read_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / ".env").touch()
    monkeypatch.setattr("builtins.open", forbidden)
    assert refusals() == [f".env in {tmp_path} cannot be read: Permission denied"]


def test_a_misspelt_setting_is_named_and_what_others_read_is_not(tmp_path: Path) -> None:
    lines = ("STUDIO_TIMEZON=Europe/Berlin", "FLAVOUR=x", "DOMAIN=x", "POSTGRES_PASSWORD=x", "COMPOSE_PROFILES=x")
    (tmp_path / ".env").write_text(
        "\n".join((*lines, "ENCRYPTION_KEYS=x", "LOG_LEVEL=info", "424242:t0ken", "c2VjcmV0=="))
    )
    assert config.unknown_settings() == [
        "STUDIO_TIMEZON in .env is no setting, STUDIO_TIMEZONE is one",
        "FLAVOUR in .env is no setting and is not read",
    ]


def test_the_example_holds_settings_alone(tmp_path: Path) -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    (tmp_path / ".env").write_text(re.sub("^#([A-Z_]+=)", r"\1", example, flags=re.MULTILINE).replace("=\n", "=x\n"))
    assert config.unknown_settings() == []


def test_admins_are_numbers_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_IDS", " 17, 4,")
    assert config.load(Config).admin_ids == {4, 17}


def test_a_missing_token_names_where_to_get_one() -> None:
    assert refusals() == ["BOT_TOKEN is missing: get one from @BotFather"]


@pytest.mark.parametrize("token", ["abc", "abc:def", "123:", ":abc"])
def test_what_does_not_look_like_a_token_is_refused(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("BOT_TOKEN", token)
    assert refusals() == ["BOT_TOKEN does not look like a token: it has the form 123456:ABC…"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADMIN_IDS", "olga"),
        ("ADMIN_IDS", "17,0"),
        ("STUDIO_TIMEZONE", "Europe/Kraft"),
        ("CURRENCY", "EURO"),
        ("UNIT_MINUTES", "7"),
        ("UNIT_MINUTES", "twenty"),
        ("DATABASE_URL", "mysql://elsewhere"),
        ("DATABASE_URL", "sqlite+aiosqlite:///"),
        ("DATABASE_URL", "sqlite+aiosqlite:///:memory:"),
        ("DATABASE_URL", "postgresql+asyncpg://kraft@server:port/studio"),
        ("DATABASE_URL", "postgresql+asyncpg://kraft@server:70000/studio"),
        ("DATABASE_URL", "postgresql+asyncpg://kraft@server"),
        ("DATABASE_URL", "postgresql+asyncpg://kraft@server/studio?sslmode=sometimes"),
        ("DATABASE_URL", "postgresql+asyncpg://kraft@server/studio?sslmode=require&channel_binding=require"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_API_URL", "https:///"),
        ("WEBHOOK_URL", "bot.example.org"),
        ("WEBHOOK_URL", "http://bot.example.org"),
        ("WEBHOOK_SECRET", "with blanks"),
        ("LOG_FORMAT", "xml"),
        ("HTTP_PORT", "70000"),
        ("LOG_LEVEL", "loud"),
        ("MIGRATE", "perhaps"),
    ],
)
def test_a_wrong_setting_is_one_line_that_begins_with_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("BOT_TOKEN", SECRET)
    monkeypatch.setenv(name, value)
    (line,) = refusals()
    assert line.startswith((f"{name} must ", f"{name} should ", f"{name} is no ", f"{name} names no ", f"{name} may "))
    assert "\n" not in line


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURRENCY", "EURO")
    monkeypatch.setenv("UNIT_MINUTES", "0")
    monkeypatch.setenv("WEBHOOK_URL", "https://bot.example.org")
    assert [line.split()[0] for line in refusals()] == ["WEBHOOK_SECRET", "CURRENCY", "UNIT_MINUTES"]


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", SECRET)
    monkeypatch.setenv("PAYMENT_PROVIDER_TOKEN", SECRET)
    assert SECRET not in f"{config.load(Config)!r}{config.load(Config)}"
