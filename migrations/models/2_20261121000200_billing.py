"""Orders, webhook events, refunds and invoices; what the database itself holds about the ledger and payments."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

_TABLES = """
ALTER TABLE quota_account ADD COLUMN owed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE quota_account ALTER COLUMN owed DROP DEFAULT;
CREATE TABLE "invoice_counter" (
    "financial_year" VARCHAR(7) NOT NULL PRIMARY KEY,
    "last_sequence" INT NOT NULL
);
COMMENT ON TABLE "invoice_counter" IS 'The last invoice number of a financial year; its row is the lock that keeps the numbers without gaps.';
CREATE TABLE "quota_refund" (
    "id" VARCHAR(64) NOT NULL PRIMARY KEY,
    "razorpay_payment_id" VARCHAR(64) NOT NULL,
    "amount" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_quota_refun_razorpa_50690d" ON "quota_refund" ("razorpay_payment_id");
COMMENT ON TABLE "quota_refund" IS 'A refund that Razorpay has carried out, under its id, so that each counts once.';
CREATE TABLE "razorpay_event" (
    "id" VARCHAR(100) NOT NULL PRIMARY KEY,
    "body" BYTEA NOT NULL,
    "kind" VARCHAR(60),
    "razorpay_order_id" VARCHAR(64),
    "state" VARCHAR(20) NOT NULL,
    "attempts" SMALLINT NOT NULL,
    "last_error" TEXT,
    "due_at" TIMESTAMPTZ NOT NULL,
    "received_at" TIMESTAMPTZ NOT NULL,
    "processed_at" TIMESTAMPTZ
);
CREATE INDEX "idx_razorpay_ev_state_36f33b" ON "razorpay_event" ("state", "due_at");
CREATE INDEX "idx_razorpay_ev_razorpa_e76a34" ON "razorpay_event" ("razorpay_order_id");
COMMENT ON COLUMN "razorpay_event"."state" IS 'RECEIVED: RECEIVED\nPROCESSED: PROCESSED\nIGNORED: IGNORED\nMALFORMED: MALFORMED\nUNKNOWN_ORDER: UNKNOWN_ORDER\nNOT_CAPTURED: NOT_CAPTURED\nWRONG_AMOUNT: WRONG_AMOUNT\nWRONG_CURRENCY: WRONG_CURRENCY\nPAID_TWICE: PAID_TWICE\nPARKED: PARKED';
COMMENT ON TABLE "razorpay_event" IS 'A webhook event as it came in, under Razorpay''s id of it, and what became of it.';
CREATE TABLE "quota_order" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_by" UUID NOT NULL,
    "package_id" VARCHAR(40) NOT NULL,
    "package_name" VARCHAR(80) NOT NULL,
    "quota" INT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" VARCHAR(3) NOT NULL,
    "gst_rate" DECIMAL(4,2) NOT NULL,
    "sac" VARCHAR(8) NOT NULL,
    "status" VARCHAR(20) NOT NULL,
    "razorpay_order_id" VARCHAR(64) UNIQUE,
    "razorpay_payment_id" VARCHAR(64) UNIQUE,
    "refunded_amount" BIGINT NOT NULL,
    "refunded_quota" INT NOT NULL,
    "checks" SMALLINT NOT NULL,
    "next_check_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "paid_at" TIMESTAMPTZ,
    "tenant_id" UUID NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_quota_order_tenant__107848" ON "quota_order" ("tenant_id", "id");
CREATE INDEX "idx_quota_order_next_ch_5556df" ON "quota_order" ("next_check_at");
COMMENT ON COLUMN "quota_order"."status" IS 'CREATING: CREATING\nOPEN: OPEN\nFAILED: FAILED\nPAID: PAID\nABANDONED: ABANDONED';
COMMENT ON TABLE "quota_order" IS 'An order for a package of quota, with the package as it was at that moment.';
CREATE TABLE "invoice" (
    "number" VARCHAR(16) NOT NULL UNIQUE,
    "financial_year" VARCHAR(7) NOT NULL,
    "sequence" INT NOT NULL,
    "issued_at" TIMESTAMPTZ NOT NULL,
    "seller" JSONB NOT NULL,
    "buyer" JSONB NOT NULL,
    "place_of_supply" VARCHAR(2) NOT NULL,
    "taxable" BIGINT NOT NULL,
    "cgst" BIGINT NOT NULL,
    "sgst" BIGINT NOT NULL,
    "igst" BIGINT NOT NULL,
    "order_id" UUID NOT NULL PRIMARY KEY REFERENCES "quota_order" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_invoice_financi_146884" UNIQUE ("financial_year", "sequence")
);
COMMENT ON TABLE "invoice" IS 'The GST invoice of a paid order. Seller and buyer are kept as they were; nothing in it ever changes.';
"""

_CHECKS = """
ALTER TABLE quota_account ADD CONSTRAINT quota_account_owed_not_negative CHECK (owed >= 0);
ALTER TABLE quota_order
    ADD CONSTRAINT quota_order_status_known CHECK (status IN ('CREATING', 'OPEN', 'FAILED', 'PAID', 'ABANDONED')),
    ADD CONSTRAINT quota_order_announced
        CHECK ((status IN ('CREATING', 'ABANDONED')) = (razorpay_order_id IS NULL)),
    ADD CONSTRAINT quota_order_paid
        CHECK ((status = 'PAID') = (razorpay_payment_id IS NOT NULL)
            AND (status = 'PAID') = (paid_at IS NOT NULL)),
    ADD CONSTRAINT quota_order_priced CHECK (quota > 0 AND amount > 0 AND currency ~ '^[A-Z]{3}$'
        AND gst_rate >= 0),
    ADD CONSTRAINT quota_order_refunded CHECK (refunded_amount BETWEEN 0 AND amount
        AND refunded_quota BETWEEN 0 AND quota AND (status = 'PAID' OR refunded_amount = 0));
ALTER TABLE razorpay_event
    ADD CONSTRAINT razorpay_event_state_known CHECK (state IN ('RECEIVED', 'PROCESSED', 'IGNORED', 'MALFORMED',
        'UNKNOWN_ORDER', 'NOT_CAPTURED', 'WRONG_AMOUNT', 'WRONG_CURRENCY', 'PAID_TWICE', 'PARKED'));
ALTER TABLE quota_refund ADD CONSTRAINT quota_refund_amount_positive CHECK (amount > 0);
ALTER TABLE invoice
    ADD CONSTRAINT invoice_sequence_positive CHECK (sequence > 0),
    ADD CONSTRAINT invoice_taxes CHECK (taxable >= 0 AND cgst >= 0 AND igst >= 0 AND cgst = sgst
        AND (cgst = 0 OR igst = 0));
"""

# An entry follows the one before it: one further position, and the balance changed by just its amount. The account
# is locked for that, and by the end of the transaction says the same as its last entry.
_LEDGER = """
CREATE FUNCTION quota_entry_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    PERFORM FROM quota_account WHERE tenant_id = NEW.tenant_id FOR UPDATE;
    SELECT position, balance INTO last FROM quota_entry
        WHERE tenant_id = NEW.tenant_id ORDER BY position DESC LIMIT 1;
    IF NEW.position <> coalesce(last.position, 0) + 1 OR NEW.balance <> coalesce(last.balance, 0) + NEW.amount THEN
        RAISE EXCEPTION 'quota entry % of % does not follow the entry before it', NEW.position, NEW.tenant_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quota_entry_follows BEFORE INSERT ON quota_entry
    FOR EACH ROW EXECUTE FUNCTION quota_entry_follows();

CREATE FUNCTION quota_account_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT credited - used FROM quota_account WHERE tenant_id = NEW.tenant_id) IS DISTINCT FROM coalesce(
        (SELECT balance FROM quota_entry WHERE tenant_id = NEW.tenant_id ORDER BY position DESC LIMIT 1), 0)
    THEN
        RAISE EXCEPTION 'the quota account of % does not agree with its ledger', NEW.tenant_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER quota_account_agrees AFTER INSERT OR UPDATE ON quota_account
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION quota_account_agrees();
"""

_HISTORY = """
CREATE FUNCTION refuse_unpaying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'order % is paid and stays so', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER quota_order_stays_paid BEFORE UPDATE ON quota_order FOR EACH ROW
    WHEN (OLD.status = 'PAID' AND (NEW.status, NEW.razorpay_payment_id, NEW.amount, NEW.quota)
        IS DISTINCT FROM (OLD.status, OLD.razorpay_payment_id, OLD.amount, OLD.quota))
    EXECUTE FUNCTION refuse_unpaying();
CREATE TRIGGER quota_refund_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON quota_refund
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoice_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

_GRANTS = """
GRANT SELECT, INSERT, UPDATE ON quota_order, razorpay_event, invoice_counter TO exportready_server;
GRANT SELECT, INSERT ON quota_refund, invoice TO exportready_server;
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    return _TABLES + _CHECKS + _LEDGER + _HISTORY + _GRANTS


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP TABLE invoice, invoice_counter, quota_refund, razorpay_event, quota_order;
        DROP TRIGGER quota_entry_follows ON quota_entry;
        DROP TRIGGER quota_account_agrees ON quota_account;
        DROP FUNCTION quota_entry_follows();
        DROP FUNCTION quota_account_agrees();
        DROP FUNCTION refuse_unpaying();
        ALTER TABLE quota_account DROP COLUMN owed;"""


MODELS_STATE = (
    "eJztXf1z2ji3/lc0/LLdGZppyVeX3rkzhNCWdxPIC6TdvsuOI2wBvjEStU0od+/+71eSP/"
    "CHbGxiiCGaaYOxdWTzSJbOec7R0d+VGdGQYZ18Qkj7gqBWqYO/KxjOED2IXauCCpzP11fY"
    "CRuODF54TEspU6/YyLJNqNr0whgaFqKnNGSppj63dYJZ8cEUAQNaNpgTS2cnwUR/QhjoGE"
    "Cgktkc4tUvFmC1gjcPlgrxQxU8GPoYqSvVQA+/fgQWQuDBfcZHZGJknLDiDyfsCTSi0kfQ"
    "8WQfN1tg/ccCKTaZIHuKTHrLP/+s2AhDbCs6B4SVrfz1Fz3SsYZ+IouVYV/nj8pYR0YYeF"
    "eGnVfs1Zyfu9InbWx/4mXZ7xspKjEWM7wuP1/ZU4J9AR3b7OwEYWRCG7E72OaCNQVeGIbb"
    "bF7rOL9gXcR5yoCMhsZwYbAGZdLOA6zPVRSl0x0o/dZAUSqxxvYkAk3inlIJZh2FPqrFAZ"
    "iwR3j7W612enpZe3d68eH87PLy/MO7D7Qsf974pct/nIdZo+VUxTFrf253BuyBCO2NTj9l"
    "J/7hMtCGjhRvjDX64YYLNcL9ffta3AQhoUhLLBa6dsJEo+3hoZ/WIN6JdYus36g9NEkKus"
    "0vjd6b04tf+S8mlj0x+UUOEod4DSnv/jE0m1NoitH0ykeApA92gBBWZvCnYiA8saf0a+1d"
    "CqRfGz2Oau3dr+Fe23Gv1PilMLhsZFO8kS3fwBET3TyGFAX4u4MfQ9jwPX4MDCHsxAiqj0"
    "toakrsCqmRpLLxS7PaLHoGYjjhWLLfzR7YnY3aGprNCR1/1NXvaCWawCMlUqdxfV1WeXQL"
    "Z5rMIbaWyAQ2oVOqiWg/oNOtPYU2UKFp6nRihRgEHuQtfZIqeERzG4yJCWpnYEoWpiWeuw"
    "use/NUTeasr7vvA4MgOm3/XVm3TEU1EXsxFGhXWDH0c05HQYtK+w3nNobbW703q8ILU1z5"
    "l3+kKiBVgbLPY8WoAqHXK6s+EBI6QqXgLItScJasFJzFlAJ37M4KsFv8CKGtvcumcKVpXD"
    "F0dTxf2MoUWlPR6IyhuUoYnUNyEbRHKxtZB4h32qh7071iNc8s64fh4n3V7jR639/cNv7g"
    "iM9W7qWbbuezVz44hlx9H7QaEfwdhSCO/b/63Y4Y+bVEBHVNV23wf8DQrSyqrjsFHgD0DI"
    "oQ9F6H9pEP9PWmAHdWwVUE94C2E8P+ml6x9RkS4x+WjLaBK3riHRzXWzBo37b6g8btXag9"
    "rhuDFrtSC70F3tk3F5E28isB39qDL4B9Bf/pdlrRZvPLDf5TYc8EFzZRMFkqUAti4p32Tp"
    "XFmuku7BH5WRFYMe6Vapr1QtZlNhotfWrqADQeI9W2mGkxQr45QasBcGwzk4NaHyqZzXTX"
    "4Fia1MRgZ2dCStC5v4CB3PXNBGZNmtWi0bLSYjlGi+WR/vhcip9b/gg1v+KV6jlcGQQK8E"
    "3WOwIiz1I8ygb1vjUPaNtoNretOPb9GTSMxNElKHc05OZp7fLCH1XYl7RxpH/buLnxBo41"
    "oO4UkFONW0tJFa50Klx4qDIft1LUQ4IFNPLhWEwH18bce4NMkwgs4QFV1VJ8Pr7UVvP+Ab"
    "Vp649B+lwU4h+84tEJSlrBr+T1KokVPJhS08/mPzlmB/vXqmmWsB0stdEW/kKWYLZQp4CM"
    "mS+NKlRkCbGKAATWYvQ/1GoFU2iBhUXt1cXciZtZ0i5Glh+51eoV0i0m/uW20awCjJ6oTc"
    "tq0zRmYcaN4r3dNad1TE1incruzEIWcvNptLGYnd+aL35RM3lvbHGyjcw6VLwBEk0Ir/j+"
    "zIfdsxS192eXZx9OL858M8I/k2ZLxM2IwLuScy4MS8q5UM6F4rnwDlrWkphaD1nIFk2I4Q"
    "Kps+LcLaqYftmNc2MDeFKAS7ncLJ2YoEUtJRZiUqWHfEbqf2m8rZ1fsAlN50TvI8IfgUV7"
    "iYHYPBafAwuvPedcR8VMFqqwk4mOP+EWbtKwnJz2ipn2pNlytEO1nJFfXTMzrXSLNg6ISX"
    "Kv5O1r5gw8DIjIsENRgHYY3Ti0n4iJ9An+HTl6SZs+B+MjBIC6que9W81hQro+u36VTbj0"
    "Fblgh6K/nf5iZDvu5Ea/2bhuOZrf/i2CHhrThp4OmJZYERgEoeup9oDplFRsv+hGc6CLEX"
    "DFHA1crJ6fgAd3qH1g/BTT7JdTtuTMUe7RT3UKMf11H6niTpuKnYcT2hSsMK1sbMdNhb3e"
    "OacZYTl2g7QkpCUhLYkjUkGkinnE7RsYtHNomWEpqWimK5ouWgXomv11TYcJ7EZ1M9yzyq"
    "RxetgLlM1AsyTrmYFekIVwtmjHeEs1MsL+IaChJ11Fda7qjeFMN1YeBRxSBy2q+SHawo7q"
    "R4+4PjdjflUAbVqTKuSfd3uzF6Cj2RC3R29uvtGz+FFzszJa+a/xAqs87wW/E/tz9t+V0g"
    "2jUuV89SqJJK9fRzO7M0fuRg7ISduizC0s6WtJX7+0PVFS+nrA80NUBLaEeyXVlLDXZTJY"
    "Em5ysxPQ5Ac6ssAMroA1hSYLs2T3p4r8xLJ1/OASwKCNNR1iYMOf9MlnI2Q6EZiE5Ut7It"
    "Q4EIRy7vROm20IqZy/rHLutL3Cv8fwTl58GJU7wkWIO0k/4cY254E6IHIMSz7CIJ9nAvk8"
    "BeTzOMjWYj4npq2gGdSNPFDHBI8P8Nr5WZZefX6W3KvZtTDgSzSydDvXABIQOT6QTzP16t"
    "OUXn0a79VobiommujstuzxFGfizQN6ShXH1wgXWdrgIrkJLmItMNItxdwC9qjc8WH9PgvW"
    "75Oxfh/P04RUiqCWa0wJykiMN2PMVfo8APsCR4jueRZ0z5PRPY+iK3nvROiPii6ba1s2c1"
    "hSNnPpmrkky6g41yfgnDwOMJlx4jQaVFWyyM47zRCnc8iY+5R9buiB20Sc/+HpeXUMDMJS"
    "+6rQYml+NeD0OkD4Kl7DcEV1Mee0g7sM8RA/jExaSNE16wEY+oyvtZoi7242od8IrYiXsj"
    "4Cll9mRa9CbLHKTkADmGhG69Y8kUeE5k4dJllWgUXcVV70zxDT0yug6Zpbit2Nk2XZmK+Q"
    "qzuUeXZXoZiSUtsHpZabdXge21CuENc9kA3+SlBxTHEyzjHB49Nid8JZmsRIMMNa1KaNOa"
    "xCmHuyZeaHK91vnVavDvjHEDeub9udOuAfQ9y9a/Uagy677B4N8U33c7s/aDf7deAfDvHX"
    "dusbq8b5jM552VovU+Pl2GDCnw7j7dcwTZgQeh+SirTc8SW9Y0P6n3/F0kQ/6dtp9WFJGe"
    "pQNqU+NLI5yt4WrRyWlK1c5laWRMyraGa548euY5fWASzPjF5aR8scJqwb45fC2xIFI5h6"
    "tJ/32s3BS4UwXUFbnVYEbJJzoZpGJ438IllS75hEWzimPJerc9KEkyTMEGN+dgtM4RNiJA"
    "/LnU6wMMfOFtVwJsgmNjQUv8wD4CyYw+WsJXXLWrAFtQ8aWWKW7pmO9gGZKctzBzFfSMEX"
    "SdjefpSMd2JtOsSeJCvz7x5gDigLEBM0+1/BlLbJmjViwvaSAE0fj5FJf4husAArvwLdAt"
    "qCxVo9IZPRPv4zO+t+U7bBclFyOxwHyvM3pu6BVSTtFFm8EX4kSWkdMqXldqicMWJhqTIz"
    "ANv6DDMZ7O9TLPb3ApM9+PLmR/uIgwyKD+jgc1zufh2WOj6cd9KtqUpoLxLiHjfTiGvp/Q"
    "0jlUZz0P7ayjlSu1J14HwOMcOEHlzTM+5ROajBGcsWb/NwsKQd/Ta3S6ySMo/ylXbnut2o"
    "A/4xxK37OmjdD/F9vw7u+0P8+aZ71bipA+ezHI201n4VxjKI+YsEb0dcNI3AOLxBKwVrxk"
    "dEkPyxoIqubgvSNydmDw6KbJVBuGSAFZ1AeAxV3aD40Nd/nGf+jMrJGTTTDKpS+5NF7uba"
    "HTQkdHxAF68SYjLTMTSUJ2LYcIKUJ8GYi1R9Bg0x4EL56MDrVHDiVnR4jZA29Laa7dvGzZ"
    "vfqqccdeuHoTvMV3DfroiDmZPsKpzTgYEOC1Dg1U/FXCj/CjF/X8sB+gziBR2J7YWZz86M"
    "yh3foLKTIIol0idTW3mc5OzbITnZp9P7NKdLzZVCxgox9Um+4Hah8PH17uKnzLmhK5wO14"
    "XeoStCDARxgpUSlY0meqTCh4d4CsJX3e5NyKN61Y7uW3V/e9Wi2mGk1wv2ASQzZNm6qjxB"
    "g23upwm48NSxRVzBKxxkzqu17GMMMgzFIgtT3TooLlJFiceYynWXOebbzTrwjoa4fXvX7Q"
    "0Yo+UdDfFt+w92gn+UgzpRoTmiqI4Jsef0QdgUqsyRqTwu86qXG2p6he9Lvkk5Ct/CzBUe"
    "nSRf4tdmy6l5J4vhoU0fYbRw8yWHQU/e/Dgstf/9jwNe09FCN2wdWyfsti/hON3JrsiR8I"
    "QctKRA8mi2Ry6MmxSFc+TAOElcAh0F2g1VyYFtQGJ/cL4/EDhlrOo2I/TBxarKRcOvopm9"
    "hTTxRk6OUQvKPCNSrWSK7nPi0mLu8JyIhqUkphFFVIbNy7D5Awqbj42vBQB75dVzkAPARl"
    "iDU0oGVN3xsgBc79Y1HSey4amlXAs9eJ8WLfTwOnvKQg+/SIaFHrwwWNCG4ksa1CmAXkIP"
    "YCHDEOb/yCYkXOsQGiT4b9vbEge5DOFFlyHkDdSWSw9yRphJ8uE1WKWSfHgVzSwNO2nYlU"
    "VPLu96aM9EESjKAeslWVUOGEuZlGVo28hcAV4TWzEMHVX4BDysl5Xx/HcqmetIYznr2Fpn"
    "vrpPnEqviCqFinbQbAyseZPa9uvQtl9scWTZBjmpeZdgijkKlUxq3q+imV/Q7XdAzSp9VN"
    "KUKR+sB++jOlRcMzipXsZCbFvWgjVND6nEFHpUIiWqafai7pbNZjB2MQKLOU8OxTNIOemq"
    "1vmr6n6GqioYrcBySmZVQDEmrlOF23hxo7G4ap+V5pzfVe7ufdBWotuII8Gq9BSwg0Jyah"
    "Ybg3FAE0NqAxL7C6ndpcVdcFTteqSJYbohmXNQUFpd5ba6eAK0nFZXQEaOQ9LqklZXSa2D"
    "3FaXl6r2uVaXV8+R4hocAEtldd25tkhF5JjzrlVTPXPBUpksLdeT9ss6tfAJeNA1f9NzNn"
    "6xNMPMe+Zm+v3IL1jI1KEB3J3QaWl3lypall32trcS2mH7uOnmODqnskw5g4NdRnr4Dtl2"
    "Czd6DPCUfbKjgkfo57vIsnXVRfLOVRexjasCmZNyZ3MUyT4znWPZ4E/LOxDP53h4+WTzQ0"
    "ctWS+brHc0xNH8sv0v7bs7lnvDPRjidoeaUjc3PEGHdzjEvdbgvtdhJ70jdq7pFvSOaH33"
    "/btW55rX6B1y6XbPFWYHXPZ705PlR+zc3X3vrtt3znrH0Wkvy9u3g3wg0sX+GlgA6WJ/Fc"
    "0syR5J9pQdUmoTaUildhExc69YjkoWuGr5RfeHlTSapNGOENeCaTThGBJvhi5GA0L/ZGyE"
    "IG12gGNGhsW40VEzS1M8i6XsqxBXBAwlP19NYyctr0QmZpKVdkL7XQrwBDzQMVK3+S5hDg"
    "9jBWm/XywuY4GlTrvCwgYTOLdOQIcAqmQxro4Rho9obotJyR3fbzMf6d0sOxW5lqgWt4eZ"
    "+8YUeQvJeb4o5yn13OL1XO+1iCF6pU8SY1aCUscUtPJbrXZ6ell7d3rx4fzs8vL8wzs/ei"
    "V+KS2M5ar9mUWyVIMmdjy0RRrCRUdfCTcJSklPK94h6AjS0e5mpZOTZT8XwmsRCXImkDX0"
    "pKvIgUkI9GYPSaSKUrtJbrtX7ZtWHTifQzxoXN20BnXgfA7xdav/+6B7VwfuwRB3B19avT"
    "rgH+VwTzDtGW/FW4clJW9dat46YlFkJgQjhoictFMJwWDozzOZqxykSUmh3cybhDtXqcLA"
    "bvQxUlf0RW09ISwMBouUqKaRLoZXVkF+4Uz8Cy/uECIeWr/wbdl1XAWYXjXdPdo1wPKaOW"
    "ccFDUxw/KsGvkG92s+RrCzPa2LLLFzFwuMTTID7z+ChzFiGc1jRA40DHeH+wCf48q6hM4Q"
    "O4zOwxRaUx6c1v/SeFs7vwCEPRkT5QLsR0BMsK5CA7DE91XwMDepMkEWluLKYtVYaIglqK"
    "DAE9MPdZsh9ji/WEPskUbQAroNltCqAos4a5VMNCNPFEgKnFPexWZkIvhIJdwfncwzpZA6"
    "ERIqhFZ2JioiVpVckeSKXvNEHdozNvRuxGBNI4xiopI1kqxRWfp1cpd+dQRoYav2+Dz+LB"
    "IjXEOpOYx2v3/PIzb55xBTQ3Nw31doF+x85rGYoe88/LLbu3bDL/lROXgMqIpfg2R6by1R"
    "5gbakt47ywLwWTLA8e3UuMqcE19yrEH6tfMsUfq0VHIPPo/F6XPAFJMYW4874RrKjHul+6"
    "3DmVD2McSN69t2pw74xxB371q9xqDLLrtHQ3zT/dxm20D268A/HOKv7dY3Vo3zWY6RyInx"
    "V5jtu207RqoosfdBLhUovufY5Jn9xqlA9prX0WtmyIaMSoh3muRtNoMy+99k82Wsqp1spy"
    "lX92zTFIfnPgsyySL6CENzlRhTHxaN7jS/cje7LcXIXETrXrnvjt+w9D27ouN877v/pvmt"
    "e9PtfL4SvGtX3wetRuRdy4/9MyE/oDdqV5hLv7H0G+8Z2oP2G7fxE9FVVBFla3QvVVPTNA"
    "YKbfQQD6YIfO4PgCvkeXV1DRBTQ+YJ6CPDQCZ35I4WK3ZkIh4Nzxyc9hStwBKZ6CPAxJ4y"
    "1yZP9wECTmBB4v993VToQx3TwR6rLAfECkFuz1iIlmJvRNRNmujD5I+ZczwLyuzXn1nKoa"
    "ya4rzMn9Wj6HQeLwpqJMryIkuQZVSzDcRYXkStvfgbkBXmuGSZCcItAU/z9Hh4XybCfRlj"
    "ZLzRJYZzonstKCLdazIp5us0mC2uBOShpNYSkpB6BiHFVa48uPsCEvZnwD43oIoUMlasxX"
    "xu5FpmIhA9wom5loX2Tma9oxOzDX/ynx3DOS2SKyB0TDPznmO41IklmLrTcPckJOhbg27l"
    "Bt2SoD8XdD036LoEfRvQY9TodklLOEsTb7Cc6Ur+vSA27HpVHRT5kJVBDdJZO89V4vKeTb"
    "ZYhPN4ScyoV6KagSBV1EDhTESpAS3bJy3d5MWcu/R5EcB4kY884bFJlt7iEIOoj84KkEeE"
    "5s45b/1KKOmIkCndy103b4aTSIaWj04qEXtXCJmUzJSyvqFswTDF5I5ptnkWzfSseaS4EY"
    "/PIA2VD1Gi8S50PXW0+8FKKjBQNMNez+uldFy8Dh5UE2k67QlsDRxfdGewRW4PCwut872P"
    "oMHmxaq71RY7xXruCFrIHYP4ar4JYT4bjCbQ1p+QaF/ofd6eL0gkS7eepbNOb7zAmgUsOk"
    "YaGpjCJwRs+IgwYI3L3VKB+wFN15gnij71EzKdBPcY/aTf+TODOVzxpYBj3bQS1/ZlHWzL"
    "ta6rDJpKwb4nr6PlNE8DUvsbSt8dvNYeSn9s5UXdk5CIb4c4G/XyIe5JSMT3bpkmZYrNaZ"
    "punye2DIN9IVliC9bSWjzDU5KO1vLyP23S0JBfMFtaB1bcy3xA60ZYe0uwsaKKkTZhMTQP"
    "cMY0Pq7VWPoEI+0jVaMgHTMfwIwqM1wncffdoUVZFA21Hx9p8yZkfdjxDfMk1oylO2C1sE"
    "9+u+xxPDIXwT5UKrnAuPgICK/Db7PEx5Mts4uw8rnX6AzqgH8M8d09Y0T6rTrwjoaYLzd2"
    "Vx2z5TWf7jt8aQ37HOJmt9drNQftbqcO1sfRke1llts4A2U+zWstc0zvw95zRxhQSJSlIR"
    "8QktBv7/LlM7NwxEowqT2BMg9T28Z0vsuUOfNdSubMd3KXqNcZFlcuBrC8DSv3ZHk2rMVb"
    "2/v1nzge+CTL3PfPb7LM/ZiADJ4T7CxhAWNi8jUt6iN9PmY186qq3PHqZjt0LvlpAgG0HW"
    "/tjMy8JIBht0hxdXOfhwn/l5hzuFLof3ZWCezc655yhFgFHsFNzXzHO0KnC37buNeEPhC9"
    "K/OXOO4Sx2FTHWLHhUIfnrGItCLmJFHUKVIf6czj1oOcHYBNRPueqvNFQNajBXruswI4od"
    "3xI29tpzS9FUaIO2Ay+lZCyQ9DPfiZWwJHduAI/TyZS/Fw+QtPPRoJYnKT0Q5LyTk3tiqY"
    "j1FCPSYl0DkkdYSWQfFJtzzI+PctoPbkjhDsD1nA/pAM9ocY2HxKzMFz+uWPiVkojOSUPN"
    "lLkTUL00RYzbfVSUDmCMeK0wxDxWniSHEaHSgmlq2Y7mb3EaoGqfoMGmKQg2JRnsaRO3Hl"
    "DxDwFISvW832bePmzVnVWeBj/TB0x9AMzomR9Q5QzdN/3eJH2HU/ZJnlkic5cYq5bZ1Pa+"
    "kyI11p9lqNQbvzuQ68I55TssPzSXaG+FOjzfO7OZ9DfNdo02/s7xA3rhqd6y5PJ+cflsPx"
    "5Jv8yQkskl8QoXAhGQJLFK99kSUp60VyTtaLWEpWAc2yFephcYn7Rtw9mmobLVIgLEPett"
    "Mlw3RhDtsoLng0TVCYhcTpRcFc3KcaoJEcrexLHQ2ip7XLCx9M9iUNxz5VJW/iYIYJ27hi"
    "nupDjQkX4EY9nHyNB+dFlc7yV9HMLKncFm0cEJOvcZnbVwZDyGAIGQyRKRiix9XpSlI0hH"
    "u5ujkcwlyXzLCS1CntBBL4XvwpiyiApqkjDZCFXQVM0Tf5egBdW++XiKA69XaIJLRziZaK"
    "Fl5/zgACkX2+N19/Mm1QpIP0CGmCZGd/ieiasg2Eu2ZspLvvpdx90hg6VmW5JOksvJk5cS"
    "vscIFULcQfYnNshN0ASzSaEvLobl7tREaq9BkA27TaUQ+8Z/iFaQlOGGOVJ3vg4Y0jxIvz"
    "0yJFpPgb5NREmGfN8bdRoWdGHEZCGeOuH6ni7GpeLXBtSLKWMyKaILgjbR8UT0LugxIc1/"
    "Psg5K8ZFOM+LOWaZaMc4qojll6+EVyB784FMd2uVAvXGH3Z5xtA0FKH1ha6bWarfZXdyc/"
    "fjTEd71us9XnG/n5h0Pc/tzp8l0A3YMhvm3cfOr2btk5/3CI7zu/d7rfOgrb+LhXB6GvQ8"
    "yepdm4G9zzqoLfhvhbj442SuO2e89WRge/edea971eq9P87l31vjvxKcrgW7vZcqJUnGN2"
    "vvc7/yH8M6rWvEyUCrRtNJvbud2aQTnp2AwAyrP9IdMUbb48oIqZGM6w1DGMh2nGXOuPQW"
    "jSj2V0D835XvFomvcw7q4iHsM83aZeS0l7unT2dDiyRUX601a8SURUNnSpG3puEpUaulu1"
    "dFRW+pPL1tIlocgayNTVaUXAjblXqmmkGFyX2USGJTfsM/KSiiyu5BT3GXMIuh29vMRNId"
    "F8ySzNEzItYd6sZFs2IFJmu2pLE7Z2fp7F2Dg/T7Y22LWIuUFfqhwIu8WPEN3dZKUh2EYi"
    "r17ydlIBEbmhVM4NpV50Mvvn/wF7oBaD"
)
