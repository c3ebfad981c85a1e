"""Secrets that everybody can read here. They serve development alone, and production refuses each of them."""

from typing import Final

DEVELOPMENT_KEY: Final = "development-only-secret-key-never-used-in-production"
SANDBOX_KEY_ID: Final = "rzp_sandbox"
SANDBOX_KEY_SECRET: Final = "sandbox key secret"  # noqa: S105  # as the module says
SANDBOX_WEBHOOK_SECRET: Final = "sandbox webhook secret"  # noqa: S105  # likewise

PUBLISHED: Final = frozenset({DEVELOPMENT_KEY, SANDBOX_KEY_ID, SANDBOX_KEY_SECRET, SANDBOX_WEBHOOK_SECRET})
