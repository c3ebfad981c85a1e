"""The public timeline has an end, since anyone may ask for it."""

from models import lifecycle
from models.kernel.env import Env
from models.lifecycle.queries import LONGEST_TIMELINE
from models.passports import InputRows, IssuePassports, NewPassport, issue
from models.passports.tables import Passport
from tests.factories import make_batch, make_company


async def test_the_public_timeline_shows_the_newest_events(env: Env) -> None:
    actor = await make_company(env)
    batch = await make_batch(env, actor)
    rows = InputRows([NewPassport("ONE", env.today())])
    await issue(actor, IssuePassports(batch.id, rows), env)
    unit = await Passport.get(tenant_id=actor.tenant_id)
    for number in range(LONGEST_TIMELINE + 5):
        place = lifecycle.RecordEvent(unit.id, lifecycle.TraceabilityEvent.QC_PASSED, place=f"Line {number}")
        await lifecycle.record_event(actor, place, env)
    history = await lifecycle.public_history(unit.id)
    assert [fact.place for fact in history.events] == [f"Line {number}" for number in range(5, LONGEST_TIMELINE + 5)]
