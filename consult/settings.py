"""Every setting of an installation: name, type, default and meaning.

Settings are read once from `CONSULT_*` environment variables into a frozen dataclass; nothing else in the
code base reads the environment.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime
from difflib import get_close_matches
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "CONSULT_"
LANGUAGES = ("fr", "en")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# Databases, mails and keys are nobody's but the account's that runs the installation.
OWNER_ONLY = 0o077
PROOFS = ("off", "sign-in", "all")
_UNFIT = re.compile(r"[\s\x00-\x1f\"<>\\]")


class SettingError(Exception):
    """A setting is missing or malformed; the message names the variable and what to write."""


def _documented(doc: str, default: Any) -> Any:
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one installation."""

    database_url: str = _documented(
        "SQLAlchemy address of the database; postgresql+psycopg://… to grow past one machine "
        "(default: sqlite file consult.sqlite in the instance folder)",
        "",
    )
    redis_url: str = _documented(
        "redis://… for the task queue and the limits of several machines (default: none)", ""
    )
    secret_key: str = _documented("signs forms and cookies (default: generated into the instance folder)", "")
    base_url: str = _documented(
        "public address, used in mails and files (default: the address that is served)",
        "http://127.0.0.1:8000",
    )
    mail_url: str = _documented(
        "smtp://user:password@host:587?starttls=1 or smtps://… (default: a mailbox kept in the instance folder)",
        "",
    )
    mail_from: str = _documented("sender of mails", "Consult <consult@localhost>")
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = _documented(
        "networks, separated by commas, whose X-Forwarded-For and -Proto are believed (default: none)", ()
    )
    limits: float = _documented(
        "multiplies every limit on how often an act may be repeated: 2 for a meeting in one hall, 0 for none", 1.0
    )
    form_seconds: int | None = _documented(
        "a form that comes back sooner was filled in by a robot; 0 checks nothing "
        "(default: 2; 0 in a demonstration)",
        None,
    )
    proof_of_work: str = _documented(
        "what a browser has to compute for: off, sign-in (asking for the e-mail) or all (also the first "
        "contribution of an account) (default: sign-in; off in a demonstration)",
        "",
    )
    freeze_time: datetime | None = _documented(
        "ISO 8601 instant with offset at which the clock stands still, for rehearsals and tests (default: none)",
        None,
    )
    demonstration: bool = _documented(
        "1 shows the demonstration banner and the local mailbox on a page; never in production", False
    )
    default_language: str = _documented("language of addresses without prefix: fr or en", "fr")
    site_name: str = _documented("name of the platform, in the header and in mails", "Consult")
    legal_name: str = _documented(
        "legal notice: who publishes this site; what is empty is taken from the only organisation there is", ""
    )
    legal_address: str = _documented("legal notice: postal address of the publisher", "")
    legal_email: str = _documented("legal notice: contact e-mail address", "")
    legal_director: str = _documented("legal notice: publication director", "")
    legal_host: str = _documented("legal notice: who runs the server, with address and telephone number", "")
    legal_data_protection: str = _documented("privacy page: whom people ask about their data", "")
    maintenance: bool = _documented(
        "1 answers every page with a maintenance notice, as `consult maintenance on` does without a restart", False
    )
    instance_path: Path = _documented(
        "folder of the local database, mailbox and generated secrets (default: ./instance)", Path("instance")
    )
    erasure_list: Path | None = _documented(
        "file that lists erased accounts, by number; kept apart from backups, it is replayed when one is restored "
        "(default: erasures in the instance folder)",
        None,
    )
    retention_mail_days: int = _documented("days after which the dates of mails that left are deleted", 30)
    retention_draft_days: int = _documented("days for which a draft is kept after its consultation has closed", 30)
    retention_account_months: int = _documented(
        "months without a sign-in after which an account is erased, its texts kept; 0: never", 0
    )
    log_level: str = _documented("DEBUG, INFO, WARNING or ERROR", "INFO")

    @property
    def resolved_database_url(self) -> str:
        """The database address, with the embedded default filled in."""
        return self.database_url or f"sqlite:///{self.instance_path.resolve() / 'consult.sqlite'}"

    @property
    def resolved_form_seconds(self) -> int:
        """The fewest seconds in which a person fills in a form; demonstrations are shown by machines too."""
        if self.form_seconds is None:
            return 0 if self.demonstration else 2
        return self.form_seconds

    @property
    def resolved_proof_of_work(self) -> str:
        """Where a browser has to compute: off, sign-in or all."""
        return self.proof_of_work or ("off" if self.demonstration else "sign-in")

    @property
    def resolved_erasure_list(self) -> Path:
        """Where erasures are listed, with the default filled in."""
        return self.erasure_list or self.instance_path.resolve() / "erasures"

    @property
    def serves_https(self) -> bool:
        """True when the public address is an https one: cookies are then Secure."""
        return urlsplit(self.base_url).scheme == "https"

    def resolved_secret_key(self) -> str:
        """The secret key; generated once into the instance folder when none is configured."""
        if self.secret_key:
            return self.secret_key
        path = self.instance_path / "secret-key"
        try:
            if not path.exists():
                self._make_secret_key(path)
            key = path.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            words = getattr(error, "strerror", None) or "not a key"
            raise SettingError(f"{PREFIX}INSTANCE_PATH: {path} cannot be read or made: {words}") from error
        if not key:
            raise SettingError(f"{PREFIX}SECRET_KEY: {path} is empty; delete it and a new one is made")
        return key

    def _make_secret_key(self, path: Path) -> None:
        """Write a new key and give it its name in one step, so that no process reads half of one."""
        self.instance_path.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):  # another process was first: its key is everybody's
                os.link(draft, path)
        finally:
            draft.unlink()


def _parse_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _parse_instant(text: str) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an offset is missing, write for example 2019-08-29T12:00:00+02:00")
    return moment


def _parse_flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise ValueError("expected 1 or 0")


def _parse_factor(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = -1
    if not 0 <= factor <= 1_000_000:
        raise ValueError("expected a number such as 1, 2.5, or 0 for no limits")
    return factor


def _parse_form_seconds(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) > 60:
        raise ValueError("expected whole seconds from 0 to 60")
    return int(text)


def _parse_proof_of_work(text: str) -> str:
    if text and text not in PROOFS:
        raise ValueError(f"expected one of {', '.join(PROOFS)}")
    return text


def _parse_language(text: str) -> str:
    if text not in LANGUAGES:
        raise ValueError(f"expected one of {', '.join(LANGUAGES)}")
    return text


def _parse_database_url(text: str) -> str:
    wanted = "expected sqlite:///path/to/file or postgresql+psycopg://user@host/database"
    if not text:
        return text
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise ValueError(wanted) from error
    in_memory = url.drivername == "sqlite" and (url.database or ":memory:") == ":memory:"
    if url.drivername not in {"sqlite", "postgresql+psycopg"} or in_memory:
        raise ValueError(wanted)  # a database in memory would be another one for each process
    return text


def _parse_redis_url(text: str) -> str:
    if text and urlsplit(text).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("expected redis://host:6379/0")
    return text


def _parse_mail_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not _has_right_port(parts)):
        raise ValueError("expected smtp://host:port or smtps://host:port")
    return text


def _parse_mail_from(text: str) -> str:
    name, address = parseaddr(text)
    try:
        Address(name, addr_spec=address)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise ValueError("expected Name <name@example.org>") from error
    if "@" not in address or any(ord(letter) < 32 for letter in text):
        raise ValueError("expected Name <name@example.org>")
    return text


def _parse_email(text: str) -> str:
    try:
        return Address(addr_spec=text).addr_spec if text else ""
    except (HeaderParseError, ValueError, IndexError) as error:
        raise ValueError("expected an address such as town.hall@example.org") from error


def _parse_base_url(text: str) -> str:
    parts = urlsplit(text)
    plain = not (parts.query or parts.fragment or parts.username or _UNFIT.search(text))
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain or not _has_right_port(parts):
        raise ValueError("expected an address such as https://consult.example.org")
    return text.rstrip("/")


def _parse_count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise ValueError("expected a number, 0 or more")
    return int(text)


def _parse_log_level(text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise ValueError(f"expected one of {', '.join(LOG_LEVELS)}")
    return text.upper()


def _has_right_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


_PARSERS: dict[str, Callable[[str], Any]] = {
    "database_url": _parse_database_url,
    "trusted_proxies": _parse_networks,
    "freeze_time": _parse_instant,
    "demonstration": _parse_flag,
    "default_language": _parse_language,
    "base_url": _parse_base_url,
    "redis_url": _parse_redis_url,
    "limits": _parse_factor,
    "form_seconds": _parse_form_seconds,
    "proof_of_work": _parse_proof_of_work,
    "mail_url": _parse_mail_url,
    "mail_from": _parse_mail_from,
    "legal_email": _parse_email,
    "maintenance": _parse_flag,
    "log_level": _parse_log_level,
    "instance_path": Path,
    "erasure_list": lambda text: Path(text) if text else None,
    "retention_mail_days": _parse_count,
    "retention_draft_days": _parse_count,
    "retention_account_months": _parse_count,
}


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environment` (default: the process environment).

    Raises `SettingError` with one sentence that names the variable when a value cannot be understood, or when
    a variable can only be a misspelt one of ours: its value would silently be left out.
    """
    environment = os.environ if environment is None else environment
    _refuse_misspelt(environment)
    values: dict[str, Any] = {}
    for item in fields(Settings):
        name = PREFIX + item.name.upper()
        if name not in environment:
            continue
        parse = _PARSERS.get(item.name, str)
        try:
            values[item.name] = parse(environment[name].strip())
        except ValueError as error:
            raise SettingError(f"{name}: {error}") from error
    return Settings(**values)


def _refuse_misspelt(environment: Mapping[str, str]) -> None:
    known = [PREFIX + item.name.upper() for item in fields(Settings)]
    for name in environment:
        if not name.upper().startswith(PREFIX[:-1]) or name in known:
            continue
        meant = get_close_matches(name.upper(), known, n=1, cutoff=0.86)
        if meant:
            raise SettingError(f"{name}: there is no such setting; {meant[0]} is probably meant")


def describe_settings(settings: Settings) -> list[tuple[str, str, str, str]]:
    """One row (variable, type, value in force, meaning) per setting; secrets are not shown."""
    rows = []
    for item in fields(Settings):
        value = getattr(settings, item.name)
        shown = "(set)" if item.name == "secret_key" and value else str(value or "")
        if item.name in {"database_url", "redis_url", "mail_url"} and value:
            shown = _without_password(value)
        rows.append((PREFIX + item.name.upper(), str(item.type), shown, item.metadata["doc"]))
    return rows


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":***@", 1)
