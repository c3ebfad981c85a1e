"""The documents that run where TRUSTED_DOCUMENTS is set: those of its file, and those of the server's own pages."""

from pathlib import Path
from typing import Final

from api.settings import Settings
from resolvers.engine import read_trusted_documents

# What the dashboard and the passport's page send; `npm run generate` writes it from their sources.
_OF_OWN_PAGES: Final = Path(__file__).parent / "web" / "documents.json"


def trusted_documents(settings: Settings) -> dict[str, str] | None:
    """The documents by their hash, None where all may run. Raises `TrustedDocumentsError`, `OSError`."""
    if settings.trusted_documents is None:
        return None
    return {**read_trusted_documents(_OF_OWN_PAGES), **read_trusted_documents(settings.trusted_documents)}
