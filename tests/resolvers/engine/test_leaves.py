"""Leaves that are written in place: the texts are those that Strawberry's own scalars write."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import strawberry
from hypothesis import given
from hypothesis import strategies as st

from resolvers.engine import Engine

ZONES = (None, UTC, timezone(timedelta(hours=5, minutes=30)), ZoneInfo("Asia/Kolkata"), ZoneInfo("UTC"))


@strawberry.type
class Query:
    @strawberry.field
    def moment(self, info: strawberry.Info) -> datetime:
        moment: datetime = info.context
        return moment

    @strawberry.field
    def day(self, info: strawberry.Info) -> date:
        day: date = info.context.date()
        return day

    @strawberry.field
    def hour(self, info: strawberry.Info) -> time:
        hour: time = info.context.timetz()
        return hour

    @strawberry.field
    def moment_as_day(self, info: strawberry.Info) -> date:
        moment: datetime = info.context
        return moment


ENGINE = Engine(strawberry.Schema(Query))


@given(st.datetimes(timezones=st.sampled_from(ZONES)))
async def test_dates_and_times_are_written_in_iso_8601(moment: datetime) -> None:
    answer = await ENGINE.execute("{ moment day hour momentAsDay }", context=moment)
    assert not answer.errors
    assert answer.data == {
        "moment": moment.isoformat(),
        "day": moment.date().isoformat(),
        "hour": moment.timetz().isoformat(),
        "momentAsDay": moment.isoformat(),
    }
