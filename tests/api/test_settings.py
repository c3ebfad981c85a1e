"""What the server refuses to start with, and that the deployment passes every setting on."""

import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import ValidationError

from api.commands.at_hand import UsageError, read_settings
from api.environment import ExampleSeller, require_price_list
from api.published import PUBLISHED
from api.settings import Environment, Settings
from models.billing import read_price_list
from tests.server import ROOT, command, environment, passable_folder

SECRET: Final = "4b1f0c9e7a6d52388e15c7b09fd3a264"
PRODUCTION: Final = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": SECRET,
    "PUBLIC_BASE_URL": "https://passports.acme.com",
    "DATABASE_URL": "postgresql://host/database",
    "SMTP_URL": "smtp://mail.acme.com:587",
    "MAIL_FROM": "Acme <passports@acme.com>",
    "QUOTA_PACKAGES": "packages.toml",
    "AUDIT_SIGNING_KEY": "QqAZ8BWfKb2Cg3Xz5wYHj0vN1sRtUuLeMdOiPpTkSxE=",
    "RAZORPAY_KEY_ID": "rzp_live_1",
    "RAZORPAY_KEY_SECRET": "the key's own secret",
    "RAZORPAY_WEBHOOK_SECRET": "the webhook's own secret",
}
SPARE: Final = {
    "ALLOWED_ORIGINS",
    "TRUSTED_PROXIES",
    "GEOIP_DB",
    "FREE_QUOTA",
    "DATABASE_POOL_SIZE",
    "RAZORPAY_WEBHOOK_SECRET_PREVIOUS",
    "TRUSTED_DOCUMENTS",
    "AUDIT_RETIRED_KEYS",
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting comes from where the tests run."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def started(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Settings:
    for name, value in {**PRODUCTION, **settings}.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def refusal(monkeypatch: pytest.MonkeyPatch, **settings: str) -> str:
    with pytest.raises(UsageError) as refused:
        started(monkeypatch, **settings)
    return str(refused.value)


def test_production_starts_with_what_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = started(monkeypatch)
    assert chosen.is_production
    assert chosen.base_url == "https://passports.acme.com"


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"ENVIRONMENT"}))
def test_a_blank_setting_is_one_that_is_missing(name: str, blank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert name in refusal(monkeypatch, **{name: blank})


def test_where_it_runs_is_not_left_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ENVIRONMENT" in refusal(monkeypatch, ENVIRONMENT="")


@pytest.mark.parametrize("name", sorted(SPARE))
def test_a_blank_setting_that_may_be_missing_has_its_default(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = getattr(started(monkeypatch), name.lower())
    assert getattr(started(monkeypatch, **{name: ""}), name.lower()) == absent


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"SECRET_KEY": "x" * 32}, "SECRET_KEY repeats itself"),
        ({"SECRET_KEY": "abcdefgh" * 4}, "openssl rand -hex 32"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY: String should have at least 32 characters"),
        *(({"SECRET_KEY": secret}, "SECRET_KEY") for secret in sorted(PUBLISHED) if len(secret) >= 32),
        ({"RAZORPAY_KEY_ID": "rzp_sandbox"}, "RAZORPAY_KEY_ID is the sandbox's"),
        ({"RAZORPAY_KEY_SECRET": "sandbox key secret"}, "RAZORPAY_KEY_SECRET is the sandbox's"),
        ({"RAZORPAY_WEBHOOK_SECRET": "sandbox webhook secret"}, "RAZORPAY_WEBHOOK_SECRET is the sandbox's"),
        ({"RAZORPAY_WEBHOOK_SECRET_PREVIOUS": "sandbox webhook secret"}, "SECRET_PREVIOUS is the sandbox's"),
        ({"RAZORPAY_WEBHOOK_SECRET": PRODUCTION["RAZORPAY_KEY_SECRET"]}, "choose another for the webhook"),
        ({"PUBLIC_BASE_URL": "javascript:alert(1)"}, "PUBLIC_BASE_URL: 'javascript:alert(1)' is no http or https"),
        ({"PUBLIC_BASE_URL": "//passports.acme.com"}, "PUBLIC_BASE_URL"),
        ({"PUBLIC_BASE_URL": "https://user:secret@acme.com"}, "without user"),
        ({"PUBLIC_BASE_URL": "https://acme.com/?a=b"}, "without user, query"),
        ({"PUBLIC_BASE_URL": "http://passports.acme.com"}, "production needs an https address"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "TRUSTED_PROXIES: 0.0.0.0/0 holds addresses of strangers"),
        ({"TRUSTED_PROXIES": "10.0.0.0/8, ::/0"}, "such as 10.0.0.0/16"),
        ({"TRUSTED_PROXIES": "0.0.0.0/1,128.0.0.0/1"}, "0.0.0.0/1 holds"),
        ({"SMTP_URL": "mail.acme.com"}, "SMTP_URL must read smtp://"),
        ({"MAIL_FROM": "nobody"}, "MAIL_FROM: 'nobody' is no sender"),
        ({"MAIL_FROM": "ExportReady <no-reply@exportready.example>"}, "production needs MAIL_FROM"),
    ],
)
def test_what_is_not_fit_is_refused_and_the_message_says_what_is(
    settings: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert says in refusal(monkeypatch, **settings)


@pytest.mark.parametrize("network", ["10.0.0.0/8", "192.168.1.7", "fc00::/7", "2001:db8::/32"])
def test_networks_of_ones_own_are_trusted(network: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(started(monkeypatch, TRUSTED_PROXIES=network).trusted_proxies) == 1


def test_trying_production_out_on_this_machine_needs_no_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    assert started(monkeypatch, PUBLIC_BASE_URL="http://127.0.0.1:8080").is_production


HERE: Final = {
    "PUBLIC_BASE_URL": "http://127.0.0.1:8080",
    "MAIL_FROM": "",
    "QUOTA_PACKAGES": "",
    "AUDIT_SIGNING_KEY": "",
    "RAZORPAY_WEBHOOK_SECRET": PRODUCTION["RAZORPAY_KEY_SECRET"],
}


def test_a_rehearsal_on_this_machine_needs_nothing_that_protects_others(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = started(monkeypatch, **HERE)
    assert chosen.is_production
    assert not chosen.is_public
    require_price_list(chosen)


@pytest.mark.parametrize("reachable", [{"HOST": "10.0.0.5"}, {"PUBLIC_BASE_URL": "https://passports.acme.com"}])
def test_what_others_can_reach_is_no_rehearsal(reachable: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "production needs MAIL_FROM, QUOTA_PACKAGES, AUDIT_SIGNING_KEY" in refusal(
        monkeypatch, **{**HERE, **reachable}
    )


def test_development_needs_none_of_it() -> None:
    assert Settings().environment is Environment.DEVELOPMENT


def _in_production(**settings: Any) -> Settings:
    return Settings(**{name.lower(): value for name, value in PRODUCTION.items()} | settings)


def test_production_never_writes_invoices_in_the_examples_name(tmp_path: Path) -> None:
    example = (ROOT / "models/billing/packages.toml").read_text()
    seller = read_price_list(None).seller
    assert seller.gstin
    copied, own = tmp_path / "copied.toml", tmp_path / "own.toml"
    copied.write_text(example.replace(f'name = "{seller.name}"', 'name = "Acme"'))
    own.write_text(example.replace(seller.gstin, "29AAPFU0939F1ZR"))
    with pytest.raises(ExampleSeller):
        require_price_list(_in_production(quota_packages=copied))
    with pytest.raises(ValidationError, match="production needs QUOTA_PACKAGES"):
        _in_production(quota_packages=None)
    require_price_list(_in_production(quota_packages=own))
    require_price_list(Settings())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"SMTP_URL": ""}, "production needs SMTP_URL"),
        ({"QUOTA_PACKAGES": ""}, "production needs QUOTA_PACKAGES"),
        ({"QUOTA_PACKAGES": "models/billing/packages.toml"}, "QUOTA_PACKAGES: the seller in"),
        ({"QUOTA_PACKAGES": "nowhere.toml"}, "nowhere.toml"),
    ],
)
def test_the_server_says_so_in_one_line(settings: dict[str, str], message: str) -> None:
    with passable_folder() as folder:
        done = subprocess.run(
            command("serve"),
            cwd=ROOT,
            env=environment(folder, **{**PRODUCTION, "PORT": "0", **settings}),
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1), done.stderr
    assert message in done.stderr
