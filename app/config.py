"""The settings, from the environment or `.env`, checked before anything is touched. Secrets are never printed."""

import re
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Self, TypeVar

from babel.numbers import list_currencies
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from domain.person import zone_names
from domain.studio import Studio

ENV_FILE = ".env"
TELEGRAM = "https://api.telegram.org"
RESERVED = {"STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_URL", "ENCRYPTION_KEYS"}
OF_OTHERS = re.compile("DOMAIN|DEMO_PORT|EMPTY|(COMPOSE|DOCKER|POSTGRES)_[A-Z_]+|TZ")
"""What compose.yaml, Docker and make read from the same file."""
DATABASE_FILE = "session-tracker.sqlite3"
LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("console", "json")
SSL = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
ASYNCPG = frozenset({"host", "port", "ssl", "passfile", "prepared_statement_cache_size", "target_session_attrs"})
"""What may follow the `?` of a PostgreSQL address."""
S = TypeVar("S", bound=BaseSettings)


class ConfigurationError(Exception):
    """One line for each wrong or missing setting."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class UnableError(Exception):
    """Something outside (the database, Telegram) is not there or says no; the text is one line."""


def data_folder() -> Path:
    """The user's data folder, as the XDG base directory specification has it."""
    return Path.home() / ".local" / "share" / "session-tracker"


class Config(BaseSettings):
    """Everything that can be set; the README says what each is for."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    bot_token: SecretStr = SecretStr("")
    admin_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    telegram_api_url: str = TELEGRAM
    database_url: str = ""
    payment_provider_token: SecretStr = SecretStr("")
    webhook_url: str = ""
    webhook_secret: SecretStr = Field(SecretStr(""), validate_default=True)
    http_host: str = "127.0.0.1"
    http_port: int = Field(8080, ge=0, le=65535)
    studio_name: str = Field("Session Tracker", min_length=1, max_length=64)
    studio_timezone: str = "UTC"
    currency: str = "EUR"
    unit_minutes: int = Field(20, ge=5, le=240, multiple_of=5)
    data_dir: Path = Field(default_factory=data_folder)
    log_level: str = "info"
    log_format: str = Field(default_factory=lambda: "console" if sys.stderr.isatty() else "json")
    migrate: bool = True

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.isdecimal() and int(part) for part in parts):
            raise ValueError("must be Telegram user ids, separated by commas")
        return frozenset(int(part) for part in parts)

    @field_validator("telegram_api_url")
    @classmethod
    def _api(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^\s/].*", value):
            raise ValueError("must begin with https:// or http:// and name a server")
        return value.rstrip("/")

    @field_validator("studio_timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in zone_names():
            raise ValueError("is no IANA time zone; an example is Europe/Berlin")
        return value

    @field_validator("currency")
    @classmethod
    def _currency(cls, value: str) -> str:
        if value.upper() not in list_currencies():
            raise ValueError("is no ISO 4217 currency; an example is EUR")
        return value.upper()

    @field_validator("database_url")
    @classmethod
    def _url(cls, value: str) -> str:
        if value and not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        if value and not _leads_somewhere(value):
            raise ValueError("names no file, or no database on a server: see the README for examples")
        return _for_asyncpg(value) if value.startswith("postgresql") else value

    @field_validator("webhook_url")
    @classmethod
    def _webhook(cls, value: str, info: ValidationInfo) -> str:
        from web.telegram import PATH  # only where there is a webhook, since it brings an HTTP server along

        allowed = ("https://",) if info.data.get("telegram_api_url") == TELEGRAM else ("https://", "http://")
        if value and not value.startswith(allowed):
            raise ValueError("must begin with https://; only a Bot API server of your own may send to http://")
        return value.rstrip("/").removesuffix(PATH)

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if info.data.get("webhook_url") and not value.get_secret_value():
            raise ValueError("is missing: without it anybody could post to the webhook")
        if not re.fullmatch("[A-Za-z0-9_-]{0,256}", value.get_secret_value()):
            raise ValueError("may hold only letters, digits, _ and -, at most 256 (Bot API, setWebhook)")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.lower() not in LEVELS:
            raise ValueError(f"must be one of {', '.join(LEVELS)}")
        return value

    @field_validator("log_format")
    @classmethod
    def _format(cls, value: str) -> str:
        if value not in FORMATS:
            raise ValueError(f"must be one of {', '.join(FORMATS)}")
        return value

    @model_validator(mode="after")
    def _default_database(self) -> Self:
        if not self.database_url:
            self.database_url = f"sqlite+aiosqlite:///{self.data_dir / DATABASE_FILE}"
        return self

    @property
    def studio(self) -> Studio:
        """The studio as the settings have it."""
        return Studio(
            name=self.studio_name, zone=self.studio_timezone, currency=self.currency, unit_minutes=self.unit_minutes
        )


def load(settings: type[S]) -> S:
    """The settings of a command, or `ConfigurationError` with a line for each problem."""
    try:
        return settings()
    except ValidationError as wrong:
        raise ConfigurationError([_line(error["loc"], error["msg"]) for error in wrong.errors()]) from None
    except OSError as trouble:
        raise ConfigurationError([f"{ENV_FILE} in {Path.cwd()} cannot be read: {trouble.strerror}"]) from None
    except UnicodeDecodeError:
        raise ConfigurationError([f"{ENV_FILE} in {Path.cwd()} cannot be read: save it as UTF-8"]) from None


def unknown_settings() -> list[str]:
    """A line for each name in `.env` that nobody reads; what looks like no name may be a secret and is not told."""
    known = {name.upper() for name in Config.model_fields} | RESERVED
    found = [name.upper() for name, value in DotEnvSettingsSource(Config).env_vars.items() if value is not None]
    unknown = [name for name in found if re.fullmatch("[A-Z_]+", name) and name not in known]
    return [
        f"{name} in {ENV_FILE} is no setting{_meant(name, known)}" for name in unknown if not OF_OTHERS.fullmatch(name)
    ]


def _meant(name: str, known: set[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f", {near[0]} is one" if near else " and is not read"


def no_env_file() -> str:
    """Says so where there is none, since it is looked for in the folder where a command runs."""
    return "" if Path(ENV_FILE).exists() else f" (no {ENV_FILE} in {Path.cwd()})"


def secrets(config: Config) -> list[str]:
    """The values that no log may show."""
    return [value.get_secret_value() for _, value in config if isinstance(value, SecretStr)]


def token_problems(config: Config) -> list[str]:
    """What is wrong with the token, without which nothing can be said to Telegram."""
    token = config.bot_token.get_secret_value()
    if not token:
        return ["BOT_TOKEN is missing: get one from @BotFather"]
    number, _, secret = token.partition(":")
    if not number.isdigit() or not secret:
        return ["BOT_TOKEN does not look like a token: it has the form 123456:ABC…"]
    return []


def _leads_somewhere(url: str) -> bool:
    """Whether a database URL names a file, or a database on a server with a port that there can be."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return False
    if parsed.get_backend_name() == "sqlite":
        return bool(parsed.database) and parsed.database != ":memory:"
    return bool(parsed.database) and 0 < (parsed.port or 5432) < 65536


def _for_asyncpg(url: str) -> str:
    """A PostgreSQL URL with libpq's `sslmode`, as hosts hand it out, under asyncpg's name for it."""
    parsed = make_url(url)
    if mode := parsed.query.get("sslmode"):
        parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    if unknown := sorted(parsed.query.keys() - ASYNCPG):
        raise ValueError(f"must be without {', '.join(unknown)}: asyncpg does not know that")
    if parsed.query.get("ssl", SSL[0]) not in SSL:
        raise ValueError(f"must have one of {', '.join(SSL)} as sslmode")
    return parsed.render_as_string(hide_password=False)


def _line(where: tuple[int | str, ...], message: str) -> str:
    said = message.removeprefix("Value error, ").removeprefix("Input ").removeprefix("String ")
    return f"{str(where[0]).upper()} {said}" if where else said
