"""Authorization: what is a bearer token and what is not."""

import pytest

from api.bearer import bearer_token
from models.kernel.errors import Unauthenticated


@pytest.mark.parametrize(
    "authorization", ["Bearer a.b-c_d~e+f/g==", "bearer a.b-c_d~e+f/g==", "BEARER   a.b-c_d~e+f/g== "]
)
def test_the_scheme_is_read_in_any_case(authorization: str) -> None:
    assert bearer_token(authorization) == "a.b-c_d~e+f/g=="


def test_without_a_header_there_is_no_token() -> None:
    assert bearer_token(None) is None


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer  ",
        "Basic dTpw",
        "a.b.c",
        "Bearera.b",
        "Bearer\ta",
        "Bearer a b",
        " Bearer a",
        7,
        ["Bearer a"],
        {},
    ],
)
def test_anything_else_is_refused_without_telling_what_it_was(authorization: object) -> None:
    with pytest.raises(Unauthenticated) as refused:
        bearer_token(authorization)
    assert refused.value.message == "Authorization must read 'Bearer <accessToken>'."
