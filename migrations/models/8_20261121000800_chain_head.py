"""Where each passport's chain ends, apart from the events, so that a chain can be compared with it."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

_TABLE = """
CREATE TABLE "chain_head" (
    "subject" UUID NOT NULL PRIMARY KEY,
    "position" INT NOT NULL,
    "hash" BYTEA NOT NULL
);
COMMENT ON TABLE "chain_head" IS 'The end of one subject''s chain: of a passport''s events, the last one''s place and hash.';
GRANT SELECT ON "chain_head" TO exportready_server;
CREATE TRIGGER chain_head_kept BEFORE DELETE OR TRUNCATE ON chain_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# Works as the owner, for the server's role may not write heads. Whoever may execute it could fire it with events of
# their own making, from a table of theirs: so nobody may, and it looks where it was fired. What it reads is qualified
# or the system's. A session keeps its plan, made for one event or for thousands; only an index serves both.
_FUNCTION = """
CREATE FUNCTION chain_advance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    events bigint;
    begun bigint;
    moved bigint := 0;
BEGIN
    IF TG_RELID <> 'public.lifecycle_event'::regclass THEN
        RAISE EXCEPTION 'heads move with lifecycle events alone' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.chain_head (subject, position, hash)
        SELECT passport_id, 1, hash FROM appended WHERE position = 1;
    GET DIAGNOSTICS begun = ROW_COUNT;
    SELECT count(*) INTO events FROM appended;
    IF events > begun THEN
        UPDATE public.chain_head h SET position = n.position, hash = n.hash FROM appended n
        WHERE n.position > 1 AND h.subject = n.passport_id AND h.position = n.position - 1
            AND h.hash = n.previous_hash;
        GET DIAGNOSTICS moved = ROW_COUNT;
    END IF;
    IF begun + moved <> events THEN
        RAISE EXCEPTION 'an event does not follow on its chain''s head' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION chain_advance() FROM PUBLIC;
CREATE TRIGGER lifecycle_event_chained AFTER INSERT ON lifecycle_event REFERENCING NEW TABLE AS appended
    FOR EACH STATEMENT EXECUTE FUNCTION chain_advance();
"""

# After the trigger, which keeps others from appending until the commit.
_FILL = """
INSERT INTO chain_head (subject, position, hash)
    SELECT DISTINCT ON (passport_id) passport_id, position, hash FROM lifecycle_event
    ORDER BY passport_id, position DESC;
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    return _TABLE + _FUNCTION + _FILL


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP TRIGGER lifecycle_event_chained ON lifecycle_event;
        DROP FUNCTION chain_advance();
        DROP TABLE "chain_head";"""


MODELS_STATE = (
    "eJztXXtz2ki2/ypd/DPZKsY1cWInS27dKoxJwo4NXsDJzg5bopEa0CK6GUmY+O7Od799Wg"
    "/0RsIyFrirEiOkPi3x61af9+n/1JZMI4Z1doVtdV5roP/UKF4SfhC+UEc1vFptT8MJG08M"
    "0XLiN5lYtolVm5+cYsMi/JRGLNXUV7bOKDRtopXJtLUK35Gga6DNHNtIty20wpa1YiY/mu"
    "MHgnSKVLZcMnoGfWtM5Z3rdLZ/NyM6omOb2dhQ/DZjfnFNeVt7TgKUumWtifYJjTW2oQbD"
    "GtGCNHO2QUtMHxGbAuFSUBvYsuFWK4PYZEQ9Smjz9z6/wKFAzEStwTc0J4ZWRxbjdPyhgd"
    "jeMKTp0ykx+Q/RDYIw8jvQLaStyRkaPxDT4r/Yf2Z1jumMWAKfNdX/WBPFZjPC+zM5Sr//"
    "XnNRUnQNmgigFLpeTvj1f/2Ln9GpRn4QCxr/pzbV+VOJ45pNKKYeGf8LbcmPlUksuL9oA6"
    "fcqULXhgHz4XElpkNNNOYTQXz5s45CXYcfqdy+JyamWjk9Q8PVQhGdh14Lp3dxXvFo7+87"
    "159FS5ioE0VlxnpJt61Xj/acUb/5eq1rZ0AD12aEEhPbRAu8NPBo7svlnXKGl5+wzTXxR0"
    "7bntDIFK8NePVq/zNdU+fVEHeCP+//1320QDNF6faGyqA9VJRa7E110Qm+de4plUPJYdL5"
    "BARg/nT63QIiztbgBq2vzf6bd5d/ERAwy56Z4qKAq/anIMQ2VrYDuEXZnarwLYZ2a47NZL"
    "TDVBHU+UPvg7d3Ygv4dmnzoPTAegZ4a0v8QzEIndmwOr89/yUD72/NvoCctxKYM74WOyt0"
    "17107lz7U7w4EaydZaE42j7dXni7s7eacF/mQfsyHezLGNaCexae12Gq08P5Waa1ZWN7bS"
    "XD3OazVkDd4U+FqUpikG+pD7eM1JqtYedbu+BK7VI1kPM5ooAJP7jmZ9yjqPyUZ0xyDUnG"
    "iMQHZInNBbEVk8zgwfccl1gnVV7la53udafZQOJjRNv3DdS+H9H7QQPdD0b0y03vqnnTQM"
    "5nNQZpK1crnDknrFLX/GzyKpVAGhkcOG3rS3LmXT+uRSsD6+vmsB1B8o81F6F1+zEOYYfa"
    "yQgGSSLQ8Wc4PsD44/KPn8/fvv/w/uO7y/cfeRPxnP6ZDxmYdrrDCKRTrOoGx4e//tMi/D"
    "NKJzloLg6qcs1W5/dMmMLpWIeITg/o8kVCypY6xYbywAwbz4jykLDmElVfYiMZ8ET66MLr"
    "dHDmdnR8g5C19LZbndvmzZu/1t8J1K0/+KtOgsPxPoa5+OGKild8YeDLAp4XxDyR/hVi/v"
    "a8AOhLTNd8JbbXZjE9M0p3eovK+S/55LgsQS4G94bos7mtLGYF53aITs7p7DktDLHmo8Km"
    "CjP1mZ6i16SwyiTi05vd5bPMlaErwtCuY0csDiN+xZhBME3RUqK0EcAnnPj4EM9A+KrXE7"
    "rl0uITWpzoDCNQ399etbl0GJn1cflbY0ti2bqqPGBjTRSsJdjCM9eW5A5e4SJzUT/Pv8YQ"
    "w1AstjbVFKPhbqtJpIsKrzG1695tezDstBrIOxrRzu1drz8Ei5Z3NKK3nX/ACfFRDdOJis"
    "0JR3XKmL3iDwIsVFkRU1lsioqXO3p6he9LMaYchW9tGoX4cgp9hV+bPVnzRS7B8yJD8LyI"
    "C57Y5o8wWdskwfj+t0Gvmwx6mCo6xXXVRv9Fhm7lsYLtZ3zfek0na92wdWqdwW1fwnEKKI"
    "VYtof3m9vmP6JD0brpXUU9rNDBVWRYIoEPBcySCZR7WSf3GpdfnutFKNk2mRQoUgDjNHIJ"
    "dBRoNwimALYBisPB+fZI4FRNIoxZOEGRunb9NSlsMkSZ5eqBg+p45cpYoYcdkE2bt3ehZR"
    "q8QHDlXJx9jJx9cxlZuv1O0PfO8CuCr+ifvW47upr77Yb/hJCnGl7bTKFsI/SnLSbeae9U"
    "aJjXK23PYQ5TymGu9DAHI+DyxqgFaZ4QqVYxQfcpcWkxd3hBRMNUEtOIIBoMLs0LaYiozH"
    "jKo4UUIlSni8ToSQesOLyfmUn0Gf2VPMbMRRFI3eDvod/RccK6Pbt9mUy88cN6w9MKAlcI"
    "BG/DlT5fi/ud1rAWX19LAPbK6+coF4CdsAZZSg5U3fWyBFzvtj2dJrJh1pKCLSwNE6wuNt"
    "jUlNAaAVfYOYuc8dvGLy3Pl9EzmOKZAAh+CTx3aE4npZB4kz0jhcRvkiOFRDRGaz5QIllC"
    "nSMs8i4gIcMihmElJYzkI0rMoggtEuK3HSx5QqYhvGgaQtFAbZl6UDDCTBofXoNWKo0Pr2"
    "KYpWInFbuqyMl5FLuXEZM9FSVBUA5oL+mickBZyiUsY9sm5iMSPUEuMnZE4TM03qaVjSHH"
    "WGUrnWjIZiKLWmT3kWRRuoQuEwXtoNoYyHmT0vbrkLZfLDmyaouclLwrwGJOQiSTkverGO"
    "YXdPsd0bBKH5VUZaoH69H7qI4V1xxOqpfREN0ZnaAgbud6un64fbHyqIeuC+QMtcSBTiy0"
    "xI/I4uI21KCC+3O1bmbZOhUaHdSq6lBNxxTZ+Adyqr+gtcW1PK566PSB6Wqy1viMd0pQJi"
    "Mqo9TsXlSzc8e+sG4XpTtB7e5Zcj+56AgGkCJQB0hknkOuPAdrvYIwbYUssV4ovyRGeHqA"
    "n1+8zzOrL96nz2q4Fs1onlh6Uk2adKgDJKcH8rtcs/pdxqx+F5/VZGWK6kpwW1HLp3hhuI"
    "wuTm8Qys9unuiWYu5Tjy9Cd3pYv81lCM2wg8aw1omqQGXWIjgHaSTGuzEWIn0RgH2CE0T3"
    "Ig+6F+noXkhD/qu08EpD/skOc8xI+jJWp45jUaklmJ28S/Usu5MeaLTT8DScE/RlMPTMOE"
    "4QwQrrGmKmRswzNCCGQUwEMbuT9SMcmQQtyMpGWJiGHtGGmOQTosye88kBVd51G5EH3jJY"
    "FT1kgzrUTRNjG6Y6xVTVsaE8Eiz4mEV4K7DARuMbUo1V4jELOiWCNIc1XFXSI1HPsFIVF7"
    "mfKGxXC9SIpHKZR1KJrpUBSeUyKqnE34C8MMcpT9AQmJW27eH9IRXuDzHrlLe6xHBOzZMP"
    "khwuUf45AS45V97ZFWQPGSxEKEWwyolg4RcHhID4CKeXrtlSHL5szcsM6rMUqBEiVxHcfQ"
    "IJ+xNgXxlYJVCDEtwSRqFazwmkJ8iYz/N4MtL9GFHGbOMf4mfHcL7SZ+klmLZEp8SZ/3p+"
    "/u7dh/Nf3l1+vHj/4cPFx198Fh2/lMWrrzpfgF2HxiCh1s3MSioXmoG7RyFB3xt0qzDolg"
    "T9qaDrhUHXJej7gP4k413EshMfsB4lQ8b/5IzY+/ua2bjndXVUxoe8QXtBc1aeoL0yTKIt"
    "qNMt7HhpllGvRT2HgVRRA41zGUrFxpKe0dKNgxO2S98ugsAu8kkkWZls40XPGUxdODtMLg"
    "hZOecccgttdD6B1jaa4VWKpfQgd31C5F71zEkVst6VYkxKt5TC3FD2sDDF6E6J2zzJzFQR"
    "J5DgIE1VLFFJ613oeuZq9we0VHCgaf5o5J8sJMgbaKyaRNP5TBiDswUbBjKIZaExhAH7Uc"
    "ITbABfrLt1XeAUzNwJtoi7Bk1NtkQzBj4bSmbY1h9IRojyQW4vNiNmG7cfsXmxSaZrqlnI"
    "4mukoTm7F9t4QWCLY76mglsqcD+k6Rp4ovhTPxC+DIt1lvzg38UzoxV+tMA9NdVNy37qYl"
    "utfJgqSCplR0i7E62gehqgOplKwQdWleBdLoa6RyER3w9xWPWKIe5RSMQPrpmm5ekVVE33"
    "z9KrwmJffrmRp0tpbdg7KlVGc67mkNCI33CnfMZHG4nmoAeCuMH7JlT7mVHjkQtG2gxiaM"
    "Z4CRKfkGosfUaJ9omLUZivmWO05MKMkEmcwUW8KUTRcP1xwYc3LpEd4oa7K/5xTq4LCPiY"
    "RC5BL/Apbpc/jkcmnR1CpPLHLYZ1Kp8JkkjVNIF1exM+bmrZvQmVR1tlF2HtS7/ZHTaQ+B"
    "jRu3uwiAzaDeQdjWhnMLjnJ8THiPbbn++71w3kfI5oq9fvt1vDTq/bQNvj6MqWLzEwV15g"
    "gQ2qnIWymOS1pTml9+HAAq+rsRdDPkAkod/f5Ss4c+KKlaJSewRVXqb2zu3Jl9yTld0jK0"
    "m9zrC4alkAqzuwsiLOk2E94uKeAQ98mmbu++d3aeZ+TEAOzwl1UljQlJkip0Vd8OcDrVl0"
    "VReOV6FBe5ewUIs3/APbjrd2yZZc105wi5TXt/B5mPj/mLnCjwr/D2f5MPquFPeUQwQdeA"
    "ZuruY73hHOLsRt414T/kD8ruAvcdwljsOmPqKOC4U/PFgReUfgJFHUOVEXnPO4/fAGcH+T"
    "8Lmn6iIJyFpYqO8+K8IzPh0/idF2WvNbUUKEAyanb+XZqpbCKh3oOvTzZDnU47VfeOLRJC"
    "EmNx3tMJXkudFoZ2eNSpRjMgKdQ1QnqBm8z6MYvE/XC+KbMHuQFS35FKU7QbA/5gH7YzrY"
    "H2NgC5ZYwM7ptz8ly0JpRk5pJ3spY83aNAlVC+WgBGlOcK14l2OpeJde3ymhFosCWCSYao"
    "iqL7GRDHKQLGqncejOXPojBDwD4et2q3PbvHnzvu4k+Fh/GLqjaAZ5YiTfAatF5q/b/ASn"
    "7sc8XC6dycVwtbG9TilpuNv5tKWuMtK1Vr/dHHa6XxrIOxrR3l2720Dwd0Q/Nzs37esGcj"
    "5H9K7Z4d/g74g2r5rd614XLvuH1XA8+Sp/egGL9BckkbiUylAVite+zFMu8TK9WuJlrFhi"
    "gpllL9TD5BL3nbh7Zqp9pMgEYhnytp8sGTYXFtCN4oQnMwSlaUjCvJjAiwdcAjTSo5V9qp"
    "NB9N35h0sfTPiSheOAi5I3cTDDBtu4YJ7pQ40Rl+BGrVgFxVPyokpn+asYZigqt8cYB8jk"
    "a1zl8ZXBEDIYQgZD5AqG6AtxupYWDeFeru8OhzC3LXNkkjqtnUAC34s/h4gCbJqwJylb23"
    "UEgr4p8gF0rY4s5rQnWJ0jkbdqIcYnV1KqaOn9FwwgSNLPD+brz6iNXqKD9ATNBOnO/gqZ"
    "a6q2ED63xUa6+17K3SeVoVMVlitSzsLjzO0HklzPItwgUwrxl1jit80hh2zIZM7YAgkiNz"
    "JS5c+AdOqJB94z/ARSghPGWBfFHkR444SI5uL0GWqif7MJWplM5UxepDYmCSeHuem+Eovv"
    "x5HyynMxyRITPdJFlgnTEiI1rnSKzceUlCaXIoL35NEm1mkt0ldu8VV/febAXnW6zf5vfq"
    "lWf5G+6XW/XCUUa736bdhu5s6/TEb8STmXFTMgPfe+WxX1UlcL9dKlbwjMSAkQzRfVUfko"
    "0Vq/3Wp3vrVFlrBzNKJ3/V6rPRjASf9wRDtfur0+nHMPRvS2efO517+Fc/7hiN53f+32vn"
    "eVXv+63W+g0NcRhWdpNe+G96Kr4LcR/d7nq43SvO3dQ5pz8Jt3rXXf77e7rd+8q953J9hE"
    "GX7vtNpOyIlzHJU/XijEhKhEf9hLmYiQSm2ictpEyLXiiqF7+VcitNLJUrWRroje+JkQ7S"
    "vBiWZr/1o9S1uc8lbK3GuWv8yrV4EEzfiSREUSW6AsIfSK3owtFdNxHY0NfUrURz404798"
    "QhYhaOw+44KYlBhn0HycUd31mW62u6QOtH1auZzMUtY5a4W57251dboDWuXS1Tzp6yw9CU"
    "1M/wLKhde+ylLungpF+ZKgqDGcXvspa+GIkZ5MnFrV6w2Wx7o7GlmumA0pQb+SxPp4kRaZ"
    "bFzftlUWJGedPOCvmFobYiKbcZZqQsFry81q9/zDmKLAg/zMn6TubDUJafbn79Gcrc2Uyu"
    "wl9r2bVbMVcXZxhy8AQZRth4y8AcfMway7UhSQosDRigKh1yuvPBAiOkGhoPxsdHftzm02"
    "J6eaT3qeyzN0nuEZOo+XANPpam0rc2zNi/mDwnTSK1Tf0yvkCARx7NO3TtxSPGnvxOOxfj"
    "3L1okygGWfoZCGyPzazN/YpJagwsDpepbe8m+3wU5d5TszF6BJTAjSGOW6xdQG1YJrGSpb"
    "LnVXscDWgqsVoD3odqLxj9/PSrA0lto7VA/rTRH0A25tEa3CGTV0ZxIo4wVXIFIFukTw3n"
    "zyN5zC0BICXB6RsxfVGRprXPEJFgCDMF2xgQq2ba482WiJH0d0QmY6bcDeLgYRdzDX1Ko7"
    "D+5WLSPUjaCxkEGwlRrP+7vvjt+pR3kNnWeUutTp6VIHjeSoGnc4IXG/YiLQAaT9FX40GE"
    "6YvOniZoBE7tX9BIHT5UyFM6+DdCdj0y4j99rlrwWl9y2VlNwrJ7mHlypzsV+kSJBQholU"
    "eYyF046YJkswgAy5HJzh6vOpToHzZ41p+x/DbF4UMjt5zaMMSho/XsnrVRHjx3BuMtsWPz"
    "lmAfGv1bPMIHaw1U5byFe2Qcu1OhfbXIvq4WwjdlrFyFpP/k24pAoZvrD9I1qvnHCpDZ9i"
    "bOPsvuo10i0g/3rbbNURJQ9QTJw31TRQ3+M2koPdtWC+Dvmx0jnts5kfEnW0LG9Bspa2t5"
    "ugCvsKPr+TIN0AkbzvaYU2PX1+E1Bp9bAC70pBXhimlLxQ8sJkXtiac0TTQpK3FzO5oQrN"
    "CgYlu7ZtMHy7jOYnC4mOGoJhoRW2rBUz4bRINxW2cTe+mFPx0ysDAzejsKO5NU8OaSr/Nu"
    "AtaIrtQmHbdYcGLdmDyF+to8kj+AhMfTYTjFKDE3B3t5etB4Eyey564BAhjRGr7m/EbhGT"
    "s1l+a5MZxPEWiJ1JuXiricTZAXPSaWEnE3FS/BTxs5DKufOEOOHWJmftYhcViy2Jczt/Bx"
    "Rnh/flam2DjwQ2ks+dfpvKel2I42tVehRPgETu5CF3In15lls82kTGmewjQlaE/9142Sep"
    "pRwiLTI5oZ/LUqSYg9iNWlRUiHIksaJ7Whf/QmfEcU87Z5yKXGn7Wz+lR7GhlrdUjL2aUs"
    "5OWn5fbEM9/if4x9tPaCzSk7aEjk/cAuXT22p7mwfk0rqu9BGd4ZV1hsbwOgnn+eBr8+fz"
    "i0vEHlzfviCAH4E5P9RVbCDwZdTRmGuQDzpbW4pLS1VjrYk9uTjwzPS3AVsSeJyfrBF19d"
    "ftlmLbKlom4dwcWCV227vYTDinXQhdWDxHujPeg2j3Nt8htLId9xNsq/NksrrcietI+beM"
    "e36WFKg9s3RipKckHx18Z+rAcpVzYgdp5LyOBkdIUb986xrwcQeTGKr56oSEe6hyCFWtMx"
    "jciwog4nNEB8Pm8H6g8CnY/QLnw99HtN9uQdkPp7iIOIqKmS+ThonVolktW4oqD1BlYtyE"
    "yFwQ3yd4u6sN7/lFnsJEvFX6DL6IFwYFwBQw7u277oR7qDLutd73LpQSEh8j2ry+7XQbSH"
    "yIHaj6zWGvL3ahEkcjetP70hkMO61BA/mHI/qt0/4O3Tif1ViJnK2/FNB99x3HSBcVDhfh"
    "7LPZGna+tTkHcY/4aLpnvO+Dr527O8FMnIMR7XQ5X7kRW4v5h8Bbhvf9rsNbnCPBb9yG3h"
    "Hv735w1+4KJuQfCupO3yXu9F3a31oerTiCc3f3/bvewDnrHVdq5tjsifPG6UDOmtcxa5bE"
    "xmBKiE+a9ADpII2MkJYpedITv6sKXMCSXMwNFCPd0x90POGfz5V2LF1wh8c84rTIa7OL+j"
    "qk2S5z9yEPrjjEhfcfugt0dZzQ7tyBKDK5KrUHkQ9/gsc4ODTpvuLgXMjnJJ5AupUJrlOP"
    "9gyNdc13b8LrBnG8kDD89z5S+T0/eQFFOjZcbyy0dmYCtA24ZJP9yIe46e5qUU5nitNZfk"
    "/pITcDkO7Rst2j4UGPAZ5ukYwRVtlCtqdlsvyK6XytW0/5IrQ2iaIlFk8HRSdFz0ygzVJ1"
    "jhD+DLhBdUk08TzNvlP1mSutOyVad6SBYZ837+gMDOuVtucwhynlMFd6mGX8S8nxLzJUrv"
    "yQIpNoBPatYMmbEmVYfWKUTwA3au+sav6k3HP6ybCWsud0bJktAdgrr58TxTXIWkowoyWu"
    "IfFh6FEyZPxP+RbNKq4Zu82ZsVUzz1A8rWi9Za0B9DuTwXJl9YnKzMRUz5SW9cwi9i6Nsn"
    "KJ8pkyoTDBFDspHesV1O9ykhTj1eWRbiUUmA+XcvSskvzIfYqEepHPf0vImOm6KZ0mmULS"
    "i6ij75o5Ee8MI/EaIigr2UDqnKiLbUYmWxv8mbDu3Hf7nG6ejcHURd7K+juLQAY0iYNZR2"
    "UBSLgmi+kfpaQsq7w/Z91HqSuXrdjNsbV3aLFPXOXpW/ve7Aw73S8N5B6Abbd5Lc64B7Dt"
    "qNem77a57nXbDQR/R/RzsyOsw85nNWzAJttYikmSaqBm8c8Q2Sll+hw4ac01pBcDP0Akod"
    "8belExURF55sXgjxDKIXjyEGgprCMbf21/nlGxgMfn3g6e811zPw9QmFJ6gCrtAZKOvpMd"
    "5oqUrvFMdruNekWMeflseBAZ6BrS3B1LrDXR/BBBq4HmUH4U00dREm0zZ8s64uMPhct0de"
    "5YwpIDDsvptmBR0pD9w7nrQc1jMniw7OBBdxAnCZabDLCDRNKukFc/em3KUWkVKLYrTUEZ"
    "IUQoRYTKiQjSviljgaoOqYxYkRErlcW15IiV8rSugYppLUHXEufrWRqW5bXIpV1Ba6d8p5"
    "tVdYbG8cKa4YqaQOMX1EROPc0u8zZrgBwsiGxIVrue+X67wxaK18EspQQmvJyB/jOKd5Z1"
    "i3BiG4eQSmXzyJVNKZEcsOBhljvoVGseyvKdxz2bVd0uFELktT89h9rbXGETbzPiJt4mJM"
    "+B/9cshvCWRIKcC2SNPOgqcWBKBHp3cFGki0qHGN32rjo37QZyPkd02Ly6aQ8byPkc0ev2"
    "4Ndh766B3IMR7Q2/ilKH8BGVsV8moCggXcZGbIevOUQpLYyVtjDK4j2yeM+BoT3q4j0d+q"
    "Db2P3lca/59mo902MebrfTqtOkSJAQzd+IBG3wI4INWbBjWvG3PJmKejo2WxB6hq6dXVnQ"
    "Zk6gzo6opWMRrY5MPnU2/AIz+eEDb5ywF8zB7lrQ4877EmlQJRpWnntnUQHMHpUBw3Ryn9"
    "Fy9hmVBTNehWwjt0B9FcPssYMC4muARIqu2aIrQFWC2HrvdnOckO4UWQMTKiSutpqDVvO6"
    "/ZKlJjfM1PrEIqn1JrcNMmXWldtUMf22u+VW5FEhQbXdQxZbC9g8lpmZouQnZPHRMQiIjw"
    "nyadm9v4AcKiVGKTFKUaIqooSUGF/FMIMxYp/sGqvM97hiXqATG1+pEewYVKkRvEqNoE+m"
    "fKDnQ5ASawkKQeh6pj5gOi0V22+aKzjRJXMk8GTx/AyN3aVWlIoHyd6zJINwT364u49/4o"
    "I7lEHi5/EMQyF50dk0JUzxYHcuqEZYjt4gNQmpSUhN4oREEClinvD4BhbtAlJmmEoKmtmC"
    "potWCbLmYNvTcQK7U9wMz6wqSZwe9kmJL9thych9CTTKYXC2+MT4mUtkDP4R5IQNNoSoN8"
    "VL3Xj0TMAhcdDikh/hI+yIfvxIyHNLhA0DYZv3pCban5/3ZqcfFiFTTA6RYiJFzlchkkjj"
    "9esYZpdzFB7kAJ3ULao8wtJ8Lc3XL61PVNR8LVBP0CS80UhXI8QPwqpf7jOPLuFEPYMMD9"
    "K9t+0oF96XWDfGXpI6bEtqsA1vqGKLIEw1b79S9sBPglTvkOrE+snt00rSJp7zdrDJwHhi"
    "8tZ8VK0xMvSliIPhmop7W5vxb4z3KFpZnxBZruxHfhUS9XmvZ+i7m62Pt3E3AXr+eG60+B"
    "lqcoVnyR9HG1H36oKQlXM7k23qyGJusA784WcfkaZrbiN4LhheZy/YQEUAG0zxXI8i6I3Y"
    "5cDbFJa/SMgg+IFYI+re1/vdiD/vX+oCpAkRFns3oN0x2y/xgvAfhyjZwHM9vfyb3DT2iP"
    "Uk8Z7Fgc6oYOsRVDkbcc880POLPLvE8lbpOYUXsX1i/RjCZG9UOtIxwtNLvH2WDRJMZuyd"
    "cevRVnly13rfuyJxFj5GtHl92+k2kPgY0d5du98c9uCyezSiN70vncGw0xo0kH84ot867e"
    "/QjfMZZc0vk4DrM+v4+DVNE6c4bUNUkZEzdOuI0waTgIVF/fd/RSsjOix+n9KIIUqpJFdZ"
    "SXYFvT1GOUwpR7nKoyxN169imGURLFmWsyqWrzxlOV/G+NUkpq7OawnmL/dKPcsAhrdtdp"
    "m+0jHdbRwpZMN4Lfs6PrHqd7rJ4oGYySEy6ap0gKTKmt3eZouLXGaLiwyzxUVUFYOXqgDC"
    "bvMTRPdtLhvF2wwbxdu4jYLfka+5Cbzpb4NeN0W425JEJTtdtdF/0empugBGSJzzMPXDkw"
    "NwtxKCk6GDqyQh4ZDM7M//B/zBrKg="
)
