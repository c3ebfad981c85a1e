"""How commands put what they found into words."""


def counted(count: int, thing: str) -> str:
    """Returns the number with its noun: *1 passport*, *2,000 passports*."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
