"""Live feeds: one reader of new rows in each process, for everyone there who follows."""

from models.kernel.live.hub import Hub
from models.kernel.live.items import FeedItem, FeedLog, last_position
from models.kernel.live.states import StateItem, States
from models.kernel.live.streams import MOST_REPLAYED, FeedStream, ResyncRequired, StateStream, open_stream
from models.kernel.live.tail import PAGE, Follower

__all__ = [
    "MOST_REPLAYED",
    "PAGE",
    "FeedItem",
    "FeedLog",
    "FeedStream",
    "Follower",
    "Hub",
    "ResyncRequired",
    "StateItem",
    "StateStream",
    "States",
    "last_position",
    "open_stream",
]
