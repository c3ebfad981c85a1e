"""What every resolver gets besides its arguments."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import ref

import strawberry
from strawberry.dataloader import DataLoader

from models.kernel.actor import Actor
from models.kernel.env import Env
from models.kernel.errors import Unauthenticated

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(slots=True, weakref_slot=True)
class Context:
    """One request, or one socket for as long as it lives.

    `refusal` is why the access token that came along was not taken, told to whoever needs to be signed in. `address`
    and `user_agent` are the caller's, for throttles and device types only. Loaders batch what the fields of one
    operation need; on a socket, which lives long, they batch but do not cache (`cache_loads` False).
    """

    env: Env
    viewer: Actor | None = None
    refusal: Unauthenticated | None = None
    address: str = ""
    user_agent: str = ""
    cache_loads: bool = True
    _loaders: dict[Any, DataLoader[Any, Any]] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """The signed-in member. Raises `Unauthenticated` when there is none."""
        if self.viewer is None:
            message = "Sign in first: send the header 'Authorization: Bearer <accessToken>'."
            raise self.refusal or Unauthenticated(message)
        return self.viewer

    @property
    def scope(self) -> Hashable:
        """What decides the results of a shared execution: the company, the role and the brands, not the person."""
        return self.viewer and (self.viewer.tenant_id, self.viewer.role, self.viewer.brand_ids)

    def without_person(self) -> "Context":
        """What everybody of this scope has in common, for an execution that they share.

        Nobody's id, session or addresses are in it, so no field can tell one of them what is another's.
        """
        return Context(self.env, self.viewer and self.viewer.without_person(), cache_loads=False)

    def loader(self, load: Callable[["Context", list[Key]], Awaitable[list[Value]]]) -> DataLoader[Key, Value]:
        """The batching loader around a function that loads many keys at once, in the order of the keys."""
        loader = self._loaders.get(load)
        if loader is None:
            loader = self._loaders[load] = DataLoader(_bound_weakly(load, self), cache=self.cache_loads)
        return loader

    def forget_loads(self) -> None:
        """What a mutation changed is loaded anew: one operation may hold several, and ask after each."""
        self._loaders.clear()


def _bound_weakly(
    load: Callable[[Context, list[Key]], Awaitable[list[Value]]], context: Context
) -> Callable[[list[Key]], Awaitable[list[Value]]]:
    """Returns `load` bound to the context by a weak reference.

    The context keeps its loaders, so with a strong one all that an operation loaded would wait for the garbage
    collector: a page of fifty then takes a sixth longer.
    """
    reference = ref(context)

    async def load_together(keys: list[Key]) -> list[Value]:
        asking = reference()
        if asking is None:
            raise ReferenceError("The operation that asked for these keys has ended.")
        return await load(asking, keys)

    return load_together


Info = strawberry.Info[Context, None]
