"""Every setting, typed, from the environment."""

from collections.abc import Iterator
from email.utils import parseaddr
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.published import DEVELOPMENT_KEY, PUBLISHED
from models.kernel.env import Policy
from models.kernel.mail import SmtpMailer
from models.kernel.text import is_line, shown
from models.kernel.urls import has_credentials, http_url
from models.lifecycle import RetiredKey, retired_key, signing_seed

EXAMPLE_SENDER = "ExportReady <no-reply@exportready.example>"
_RAZORPAY = ("razorpay_key_id", "razorpay_key_secret", "razorpay_webhook_secret", "razorpay_webhook_secret_previous")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# The widest networks that are anybody's own: 10.0.0.0/8 (RFC 1918) and fc00::/7 (RFC 4193).
_SHORTEST_PREFIX = {4: 8, 6: 7}
_LEAST_DIFFERENT_CHARACTERS = 8


class Environment(StrEnum):
    """Where the server runs; production refuses to start with what is only fit for development."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Executor(StrEnum):
    """What runs queries and mutations; both give the same answers."""

    PLAN = "plan"
    GRAPHQL_CORE = "graphql-core"


def _comma_separated(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _network(value: Any) -> IPv4Network | IPv6Network:
    network = ip_network(value, strict=False)
    if network.prefixlen < _SHORTEST_PREFIX[network.version]:
        raise ValueError(
            f"{network} holds addresses of strangers, who could then call under any address; "
            "name the proxies' own network, such as 10.0.0.0/16"
        )
    return network


def _web_origin(value: str) -> str:
    """An address of a site. Raises `ValueError` for another scheme, and for what would be lost or leaked in a link."""
    url = http_url(value)
    if url is None or has_credentials(url) or url.query or url.fragment:
        raise ValueError(
            f"{shown(value, 80)!r} is no http or https address without user, query and fragment, such as "
            "https://passports.example.com"
        )
    return value.strip()


def _sender(value: str) -> str:
    if not is_line(value) or "@" not in parseaddr(value)[1].strip("@"):
        raise ValueError(f"{shown(value, 80)!r} is no sender such as Acme <passports@acme.com>")
    return value


def _smtp(value: str) -> str:
    SmtpMailer(value, "")  # which refuses what is no address of a mail server
    return value


Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]


def _signing_seed(value: Any) -> Any:
    return signing_seed(value) if isinstance(value, str) and value.strip() else None


def _retired_keys(value: Any) -> Any:
    return tuple(retired_key(part) for part in _comma_separated(value)) if isinstance(value, str) else value


class Settings(BaseSettings):
    """The settings, named as their environment variables in lower case. Lists are separated by commas."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True)

    environment: Environment = Field(Environment.DEVELOPMENT, description="`development` or `production`.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on.")
    data_dir: Path = Field(Path(".data"), description="Folder of the embedded PostgreSQL and the mailbox.")
    database_url: str | None = Field(
        None, description="PostgreSQL to use, postgresql://user:password@host/database; replaces the embedded one."
    )
    server_database_url: str | None = Field(
        None,
        description="The DATABASE_URL of the server, for `migrate` alone, which lets the user in it log in and serve, "
        "and do nothing else.",
    )
    database_pool_size: int = Field(10, ge=4, le=100, description="Database connections of one server process.")
    secret_key: str = Field(
        DEVELOPMENT_KEY,
        min_length=32,
        description="Key of access tokens, signed links and throttles, 32 or more characters.",
    )
    public_base_url: Annotated[str, AfterValidator(_web_origin)] | None = Field(
        None, description="Where the world reaches this server; it is in every QR code. Needed in production."
    )
    allowed_origins: Annotated[list[str], NoDecode, BeforeValidator(_comma_separated)] = Field(
        default_factory=list, description="Origins of other sites' pages that may call the API from a browser."
    )
    trusted_proxies: Annotated[list[Network], NoDecode, BeforeValidator(_comma_separated)] = Field(
        default_factory=list, description="Networks of proxies whose X-Forwarded-For is believed."
    )
    smtp_url: Annotated[str, AfterValidator(_smtp)] | None = Field(
        None,
        description="smtp://user:password@host:port, smtps:// for TLS from the start. Without it, development writes "
        "mail to a folder and production refuses to start.",
    )
    mail_from: Annotated[str, AfterValidator(_sender)] = Field(
        EXAMPLE_SENDER, description="Sender of all mail. Needed in production."
    )
    geoip_db: Path | None = Field(None, description="MaxMind-format file with cities, to place scans.")
    free_quota: int = Field(100, ge=0, description="Passports that a new company may issue for nothing.")
    scan_rate_limit: int = Field(60, ge=1, description="Scans taken per address and minute.")
    quota_packages: Path | None = Field(
        None,
        description="TOML file with the packages of quota on sale and the seller on the invoices. Needed in "
        "production.",
    )
    audit_signing_key: Annotated[bytes | None, BeforeValidator(_signing_seed)] = Field(
        None,
        description="Ed25519 private key that signs the ends of passports' histories: PEM (PKCS #8), or the 32-byte "
        "seed in base64. Without it, development makes one under DATA_DIR and production refuses to start.",
    )
    audit_retired_keys: Annotated[tuple[RetiredKey, ...], NoDecode, BeforeValidator(_retired_keys)] = Field(
        (),
        description="Public keys that signed before AUDIT_SIGNING_KEY, each with the time until which it did: the key "
        "in base64, @, the time. They stay published.",
    )
    razorpay_key_id: str | None = Field(
        None,
        description="Razorpay's API key. Without the three of them, development pays at a sandbox on this server and "
        "production refuses to start.",
    )
    razorpay_key_secret: str | None = Field(None, description="The API key's secret.")
    razorpay_webhook_secret: str | None = Field(None, description="The webhook's secret, which is not the key's.")
    razorpay_webhook_secret_previous: str | None = Field(
        None, description="The webhook's secret before it was changed; needed for a day after that."
    )

    trusted_documents: Path | None = Field(
        None,
        description="JSON file with GraphQL documents by their SHA-256. With it no other documents run, but for those "
        "of the server's own pages.",
    )
    graphql_executor: Executor = Field(
        Executor.PLAN,
        description="`plan` runs operations compiled; `graphql-core` runs queries and mutations with the executor of "
        "that library, many times slower, for whoever doubts an answer.",
    )

    @property
    def is_production(self) -> bool:
        """Whether this is the real thing."""
        return self.environment is Environment.PRODUCTION

    @property
    def is_public(self) -> bool:
        """Whether this is production for others.

        Bound to this machine, with a public address on it, it is a rehearsal: what would harm others is not refused.
        """
        on_this_machine = self.host in _LOOPBACK and urlsplit(self.base_url).hostname in _LOOPBACK
        return self.is_production and not on_this_machine

    @property
    def base_url(self) -> str:
        """`PUBLIC_BASE_URL` without a slash at its end, or in development this machine's address."""
        return (self.public_base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def pays_at_sandbox(self) -> bool:
        """Whether payments are only played, which production never does."""
        return not self.is_production and self.razorpay_key_id is None

    @model_validator(mode="before")
    @classmethod
    def _blank_is_not_set(cls, given: dict[str, Any]) -> dict[str, Any]:
        """A setting that is there and empty is one that was not filled in; only where it runs must not be left open."""
        return {
            name: value
            for name, value in given.items()
            if name == "environment" or not isinstance(value, str) or value.strip()
        }

    @model_validator(mode="after")
    def _razorpay_whole(self) -> "Settings":
        keys = (self.razorpay_key_id, self.razorpay_key_secret, self.razorpay_webhook_secret)
        if any(keys) and not all(keys):
            raise ValueError(
                "RAZORPAY_KEY_ID, RAZORPAY_KEY_SECRET and RAZORPAY_WEBHOOK_SECRET go together: set all three or none"
            )
        return self

    @model_validator(mode="after")
    def _development_stays_at_home(self) -> "Settings":
        """The development key is published, and whoever has it can sign in as anybody: it serves this machine alone."""
        if self.host not in _LOOPBACK and self.secret_key == DEVELOPMENT_KEY and not self.is_production:
            raise ValueError(f"HOST={self.host} is reachable from elsewhere; that needs a SECRET_KEY of your own")
        return self

    @model_validator(mode="after")
    def _fit_for_production(self) -> "Settings":
        if self.is_production:
            missing = [
                name
                for name, absent in (
                    ("SECRET_KEY", self.secret_key == DEVELOPMENT_KEY),
                    ("PUBLIC_BASE_URL", self.public_base_url is None),
                    ("DATABASE_URL", self.database_url is None),
                    ("SMTP_URL", self.smtp_url is None),
                    ("MAIL_FROM", self.is_public and self.mail_from == EXAMPLE_SENDER),
                    ("QUOTA_PACKAGES", self.is_public and self.quota_packages is None),
                    ("AUDIT_SIGNING_KEY", self.is_public and self.audit_signing_key is None),
                    ("RAZORPAY_KEY_ID", self.razorpay_key_id is None),
                    ("RAZORPAY_KEY_SECRET", self.razorpay_key_secret is None),
                    ("RAZORPAY_WEBHOOK_SECRET", self.razorpay_webhook_secret is None),
                )
                if absent
            ]
            if missing:
                raise ValueError(f"production needs {', '.join(missing)}")
        if self.is_public and (faults := [*self._faults_of_secrets(), *self._faults_of_addresses()]):
            raise ValueError("; ".join(faults))
        return self

    def _faults_of_secrets(self) -> Iterator[str]:
        if len(set(self.secret_key)) < _LEAST_DIFFERENT_CHARACTERS or self.secret_key in (self.secret_key * 2)[1:-1]:
            yield "SECRET_KEY repeats itself, so it can be guessed; make one with: openssl rand -hex 32"
        for name in _RAZORPAY:
            if getattr(self, name) in PUBLISHED:
                yield f"{name.upper()} is the sandbox's, which everybody knows; take the one that Razorpay gave you"
        if self.razorpay_webhook_secret == self.razorpay_key_secret:
            yield "RAZORPAY_WEBHOOK_SECRET is the key's secret; choose another for the webhook at Razorpay"

    def _faults_of_addresses(self) -> Iterator[str]:
        base = urlsplit(self.base_url)
        if base.scheme != "https" and base.hostname not in _LOOPBACK:
            yield (
                f"PUBLIC_BASE_URL is {self.base_url}; passwords and tokens would travel in the clear, so that "
                "production needs an https address"
            )

    def policy(self) -> Policy:
        """What the domain's rules depend on."""
        return Policy(
            secret_key=self.secret_key,
            public_base_url=self.base_url,
            free_quota=self.free_quota,
            scan_rate_limit=self.scan_rate_limit,
            quota_packages=self.quota_packages,
            audit_signing_seed=self.audit_signing_key,
            audit_retired_keys=self.audit_retired_keys,
        )
