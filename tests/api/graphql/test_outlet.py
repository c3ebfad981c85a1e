"""Frames on their way: at once while the client reads, bounded while it does not."""

import asyncio
import tracemalloc

from api.graphql.outlet import Outlet


class Wire:
    """A connection that a test blocks, unblocks and cuts."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.is_cut = False

    async def send(self, text: str) -> None:
        await self.open.wait()
        if self.is_cut:
            raise OSError("cut")
        self.sent.append(text)

    def send_now(self, text: str) -> bool:
        """As servers offer it beside `send`; these frames are marked."""
        if self.is_cut:
            raise OSError("cut")
        if self.open.is_set():
            self.sent.append(f"{text} now")
        return self.open.is_set()


class Numbered:
    """A channel that puts its name before each payload."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_over = False

    def frame(self, payload: str) -> str | None:
        return None if self.is_over else f"{self.name}{payload}"


async def test_frames_leave_at_once_while_the_client_reads() -> None:
    wire = Wire()
    outlet = Outlet(wire.send)
    assert outlet.push(Numbered("a"), "1")
    assert outlet.push(Numbered("b"), "2")
    assert wire.sent == ["a1", "b2"]
    await outlet.ready()
    await outlet.close()


async def test_frames_wait_in_order_and_no_more_than_allowed() -> None:
    wire = Wire()
    outlet, a, b = Outlet(wire.send, most_waiting=3), Numbered("a"), Numbered("b")
    wire.open.clear()
    assert [outlet.push(channel, str(number)) for number, channel in enumerate((a, b, b, a, a))] == [True] * 4 + [False]
    b.is_over = True
    wire.open.set()
    await outlet.ready()
    assert wire.sent == ["a0", "a3"]
    assert outlet.push(a, "5")
    assert wire.sent[-1] == "a5"
    await outlet.close()


async def test_frames_leave_the_cheaper_way_only_while_none_waits() -> None:
    wire = Wire()
    outlet, a = Outlet(wire.send, wire.send_now), Numbered("a")
    assert outlet.push(a, "1")
    wire.open.clear()
    assert outlet.push(a, "2")
    wire.open.set()
    assert outlet.push(a, "3")
    await outlet.ready()
    assert outlet.push(a, "4")
    assert wire.sent == ["a1 now", "a2", "a3", "a4 now"]
    wire.is_cut = True
    assert [outlet.push(a, "5") for _ in range(2)] == [True] * 2
    await outlet.close()


async def test_a_cut_connection_takes_frames_and_drops_them() -> None:
    wire = Wire()
    outlet, a = Outlet(wire.send, most_waiting=3), Numbered("a")
    wire.open.clear()
    assert outlet.push(a, "1")
    assert outlet.push(a, "2")
    wire.is_cut = True
    wire.open.set()
    await outlet.ready()
    assert [outlet.push(a, "3") for _ in range(10)] == [True] * 10
    assert wire.sent == []
    cut = Outlet(wire.send)
    assert cut.push(a, "1")
    await cut.ready()


async def test_closing_drops_what_waits() -> None:
    wire = Wire()
    outlet, a = Outlet(wire.send), Numbered("a")
    wire.open.clear()
    assert outlet.push(a, "1")
    assert outlet.push(a, "2")
    await outlet.close()
    wire.open.set()
    await outlet.ready()
    assert wire.sent == []


async def test_a_thousand_stalled_clients_share_what_waits_for_them() -> None:
    wire = Wire()
    wire.open.clear()
    outlets = [(Outlet(wire.send), Numbered(f"{number}")) for number in range(1_000)]
    tracemalloc.start()
    for number in range(500):
        payload = f"{number}" * 1_000
        for outlet, channel in outlets:
            outlet.push(channel, payload)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 257 payloads of some 3 kB for each of them would be 750 MB.
    assert taken < 40_000_000
    for outlet, _channel in outlets:
        await outlet.close()
