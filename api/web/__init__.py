"""The pages for people: TypeScript sources, what builds them, and where the built files lie."""

from pathlib import Path

DIST = Path(__file__).parent / "dist"
