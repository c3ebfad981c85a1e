"""The key that a server in development signs with: its own, made once. Production is given one."""

import os
from base64 import b64encode
from pathlib import Path

from api.commands.at_hand import UsageError
from models.lifecycle import InvalidKey, signing_seed

_SEED_BYTES = 32


def development_key(data_dir: Path) -> str:
    """Returns the private key in `DATA_DIR/audit-signing-key`, which is made when there is none.

    Raises `UsageError` when the file holds something else.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    file = data_dir / "audit-signing-key"
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        pass
    else:
        file.write_text(b64encode(os.urandom(_SEED_BYTES)).decode() + "\n")
    key = file.read_text()
    try:
        signing_seed(key)
    except InvalidKey as error:
        raise UsageError(f"{file}: {error} Without the file, a new key is made.") from None
    return key
