"""How commands put what they found into words."""

from rich.console import Console


def plain_console(*, stderr: bool = False) -> Console:
    """Returns a console that prints data as it is: brackets are no markup, and no line is wrapped for its readers."""
    return Console(stderr=stderr, markup=False, highlight=False, soft_wrap=True)


def counted(count: int, thing: str) -> str:
    """Returns the number with its noun: *1 passport*, *2,000 passports*."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
