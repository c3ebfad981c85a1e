"""One queue: the outbox, and the webhook events that wait to be processed, become jobs."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE "job" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(40) NOT NULL,
    "key" VARCHAR(200),
    "payload" JSONB NOT NULL,
    "attempts" SMALLINT NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "parked_at" TIMESTAMPTZ,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_job_kind_752afb" UNIQUE ("kind", "key")
);
CREATE INDEX "idx_job_kind_c21dd8" ON "job" ("kind", "due_at");
COMMENT ON TABLE "job" IS 'Work to be done after the commit that asked for it; see `models.kernel.jobs`.';
ALTER TABLE "job"
    ADD CONSTRAINT "job_payload_is_object" CHECK (jsonb_typeof("payload") = 'object'),
    ADD CONSTRAINT "job_attempts_not_negative" CHECK ("attempts" >= 0),
    ADD CONSTRAINT "job_parked_why" CHECK ("parked_at" IS NULL OR "last_error" IS NOT NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON "job" TO exportready_server;
GRANT USAGE ON SEQUENCE "job_id_seq" TO exportready_server;

-- Nothing is added to the old queues while they are emptied.
LOCK TABLE "outbox", "razorpay_event" IN ACCESS EXCLUSIVE MODE;
INSERT INTO "job" ("kind", "payload", "attempts", "due_at", "parked_at", "last_error", "created_at")
    SELECT "kind", "payload", "attempts", "due_at", "parked_at",
        CASE WHEN "parked_at" IS NULL THEN "last_error" ELSE coalesce("last_error", 'not known') END, "created_at"
    FROM "outbox" ORDER BY "id";
INSERT INTO "job" ("kind", "payload", "attempts", "due_at", "parked_at", "last_error", "created_at")
    SELECT 'razorpay_event', jsonb_build_object('event_id', "id"), "attempts", "due_at",
        CASE WHEN "state" = 'PARKED' THEN "due_at" END,
        CASE WHEN "state" = 'PARKED' THEN coalesce("last_error", 'not known') ELSE "last_error" END, "received_at"
    FROM "razorpay_event" WHERE "state" IN ('RECEIVED', 'PARKED') ORDER BY "received_at", "id";
DROP TABLE "outbox";
UPDATE "razorpay_event" SET "state" = 'RECEIVED' WHERE "state" = 'PARKED';
DROP INDEX "idx_razorpay_ev_state_36f33b";
ALTER TABLE "razorpay_event"
    DROP COLUMN "attempts",
    DROP COLUMN "last_error",
    DROP COLUMN "due_at",
    DROP CONSTRAINT "razorpay_event_state_known",
    ADD CONSTRAINT "razorpay_event_state_known" CHECK ("state" IN ('RECEIVED', 'PROCESSED', 'IGNORED', 'MALFORMED',
        'UNKNOWN_ORDER', 'NOT_CAPTURED', 'WRONG_AMOUNT', 'WRONG_CURRENCY', 'PAID_TWICE'));
COMMENT ON COLUMN "razorpay_event"."state" IS 'RECEIVED: RECEIVED\nPROCESSED: PROCESSED\nIGNORED: IGNORED\nMALFORMED: MALFORMED\nUNKNOWN_ORDER: UNKNOWN_ORDER\nNOT_CAPTURED: NOT_CAPTURED\nWRONG_AMOUNT: WRONG_AMOUNT\nWRONG_CURRENCY: WRONG_CURRENCY\nPAID_TWICE: PAID_TWICE';
COMMENT ON TABLE "razorpay_event" IS 'A webhook event as it came in, under Razorpay''s id of it, and what became of it. A job processes it.';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(40) NOT NULL,
    "payload" JSONB NOT NULL,
    "attempts" SMALLINT NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "parked_at" TIMESTAMPTZ,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_outbox_due_at_398050" ON "outbox" ("due_at");
COMMENT ON TABLE "outbox" IS 'Side effects to be carried out after the commit that wrote them; see `models.kernel.outbox`.';
GRANT SELECT, INSERT, UPDATE, DELETE ON "outbox" TO exportready_server;
GRANT USAGE ON SEQUENCE "outbox_id_seq" TO exportready_server;
LOCK TABLE "job", "razorpay_event" IN ACCESS EXCLUSIVE MODE;
INSERT INTO "outbox" ("kind", "payload", "attempts", "due_at", "parked_at", "last_error", "created_at")
    SELECT "kind", "payload", "attempts", "due_at", "parked_at", "last_error", "created_at"
    FROM "job" WHERE "kind" IN ('mail', 'password_reset', 'invitation') ORDER BY "id";
ALTER TABLE "razorpay_event"
    ADD COLUMN "attempts" SMALLINT NOT NULL DEFAULT 0,
    ADD COLUMN "last_error" TEXT,
    ADD COLUMN "due_at" TIMESTAMPTZ,
    DROP CONSTRAINT "razorpay_event_state_known",
    ADD CONSTRAINT "razorpay_event_state_known" CHECK ("state" IN ('RECEIVED', 'PROCESSED', 'IGNORED', 'MALFORMED',
        'UNKNOWN_ORDER', 'NOT_CAPTURED', 'WRONG_AMOUNT', 'WRONG_CURRENCY', 'PAID_TWICE', 'PARKED'));
UPDATE "razorpay_event" e SET "attempts" = j."attempts", "last_error" = j."last_error", "due_at" = j."due_at",
        "state" = CASE WHEN j."parked_at" IS NOT NULL AND e."state" = 'RECEIVED' THEN 'PARKED' ELSE e."state" END
    FROM "job" j WHERE j."kind" = 'razorpay_event' AND j."payload" ->> 'event_id' = e."id";
UPDATE "razorpay_event" SET "due_at" = "received_at" WHERE "due_at" IS NULL;
ALTER TABLE "razorpay_event"
    ALTER COLUMN "attempts" DROP DEFAULT,
    ALTER COLUMN "due_at" SET NOT NULL;
CREATE INDEX "idx_razorpay_ev_state_36f33b" ON "razorpay_event" ("state", "due_at");
COMMENT ON COLUMN "razorpay_event"."state" IS 'RECEIVED: RECEIVED\nPROCESSED: PROCESSED\nIGNORED: IGNORED\nMALFORMED: MALFORMED\nUNKNOWN_ORDER: UNKNOWN_ORDER\nNOT_CAPTURED: NOT_CAPTURED\nWRONG_AMOUNT: WRONG_AMOUNT\nWRONG_CURRENCY: WRONG_CURRENCY\nPAID_TWICE: PAID_TWICE\nPARKED: PARKED';
COMMENT ON TABLE "razorpay_event" IS 'A webhook event as it came in, under Razorpay''s id of it, and what became of it.';
DROP TABLE "job";"""


MODELS_STATE = (
    "eJztXW1z4riy/isqvsxsFZOaydvMYW7dKpIwM+wmkANkZ/csp4wwIvjESKxtwnDP7n+/al"
    "k2fscmhBiiDwnGVsvmkSx1P91q/bcyZSNi2kdfCBl9I3hUqaH/ViieEn4Qu1ZFFTybra7A"
    "CQcPTVF4zEtpE6/Y0HYsrDv8whibNuGnRsTWLWPmGIxC8d6EIBPbDpox24CT6N54JBQZFG"
    "Gks+kM0+UbG0Gt6O3A1jEdVNHANMZEX+omGfz0GdmEoIF8xgdiUWIeQfHBETzBiOn8EQx6"
    "v4ubzanx55xoDrsnzoRY/JZ//FFxCMXU0QwBCJSt/Pvf/MigI/KD2FAGvs4etLFBzDDwUg"
    "bOa85yJs5dGPdN6nwRZeH3DTWdmfMpXZWfLZ0Jo76AQR04e08osbBD4A6ONYemoHPTlM3m"
    "tY77C1ZF3KcMyIzIGM9NaFCQdh9gda6iaa12T+s2eppWiTW2JxFoEnlKZxQ6Cn9UWwBwD4"
    "/w7h/HxycnH4/fn5x/Ojv9+PHs0/tPvKx43vilj3+7D7NCy61KYNb82mz14IEY741uP4UT"
    "fwsZ7GBXSjTGCv1ww4Ua4e6ueZXcBCGhSEvM58boCESj7eGhn9Ug3olVi6zeqB00SQa6l9"
    "/qnbcn5z+JX8xs594SFwVIAuIVpKL7x9C8nGArGU2vfARI/mB7CGFlin9oJqH3zoR/PX6f"
    "Aemv9Y5A9fj9T+Fe25JXjsWlMLgwsmneyFZs4IiJrh9DtgX4+70fQ2D4Hj8EhhA4McT6ww"
    "JbIy12hR2ztLLxS9PjafQMpvheYAm/Gx5YzkbNEZnOGB9/9OUvZJk0gUdKZE7jxqqs9iAL"
    "55rMMbUXxEIO41OqRXg/4NOtM8EO0rFlGXxixRQFHuQdf5IqeiAzB42ZhY5P0YTNLTt57t"
    "5i3eunajaDvi7fB4AgOm3/t7JqmYpuEXgxNOxUoBj5MeOjoM2l/YaTjSF7q/dmVURhjqv4"
    "8rdSBZQqUPZ5bDuqQOj1yqsPhIQOUCk4zaMUnKYrBacxpUCO3XkBlsUPENrj9/kUriyNK4"
    "auQWdzR5tge5I0OlNsLVNG55BcBO3h0iH2HuKdNepety+g5qlt/2lKvC+arXrn97c39d8E"
    "4tOlvHTdbn31ygfHkIvfe416BH9XIYhj/3O33UpGfiURQX1k6A76C5mGnUfVlVPgHkAPUI"
    "Sg9zq0j3ygr18m4A4VXERwD2g7Meyv+BXHmJJk/MOS0TaQokfewWG9Bb3mTaPbq9/chtrj"
    "qt5rwJXj0FvgnX17HmkjvxL0vdn7huAr+le71Yg2m1+u968KPBOeO0yjbKHhURAT77R3qi"
    "zWzM9sWEkwYeB0Nctu+Y8ssNZW+c6sB7AkhgSNGOW2xdgB04JbGTqbTg1pWGD7gZsVYD0Y"
    "TiL5x+9nJzCNW629T/u0PUZQzwPv1dzKGXGrZgnVWQQZtrjCiyKoEsF78xktDP5mzeH7Ax"
    "hBmC45wtMhsY7QYMQNH+wMQHIxAfrTsRHlRgiXd7jx5KApXvbpkNwbtMZLGCYRd7Dm1K66"
    "D84l4bcQ/iBsLORNgm2SblnBc+eyo7yC7jMqW+rwbCmvhXOrpLL8Aeqke63ul0wF2oG2P8"
    "NLk+GEzpuubgZEnqRvlq0f71rhlDOTHce+O8WmmTp0B+UOhtM+Of547g/Z8CVrkO7e1K+v"
    "vVF5BaicXwtq7ysppbmXTnMPD1XWw0b2WUhwC41cslnikNpYOO2IZbEEAqTH9eAMV58vdQ"
    "gzf1abNn7rZc9FIdrJKx6doBT58Uper5KQH72JxRxH/OQYA+Jfq2bRIE6w1Fou5BtboOlc"
    "n4AxjyniChVbYKoThJE9H/6HcE11gm00t8kIzWduuNSCdzG2+Cx4AK+QYYP4t5v6ZRVR8k"
    "gsUdtoBOZ7nCPZ2V0TGIksCoL8mBlc9tnoh0QbLctbkGylbewmeFEOYmdOgnQCAjpUvAFS"
    "TQiv+O7Mh+engI4/nH48/XRyfuqbEf6ZLFsibkYE3pWCc2FYUs2Fai5MCWuij4aDJfjxkK"
    "bV1cz50AiXWzsj1iEomIvwqWdKgDZ/Y6MFXvKTVYRd8rv7rf7u+OzcI8Ad9kDoEboiJgEp"
    "SazD5AQDSBVZvPcu+AVm8cNHXngUnxF3dteCMyKvy4I4lqdMhzBq7HCSFcBs4JkPy6kpdz"
    "tTrjKZDnaaUNrAq2tmbzqItXF6LGRAREVCJsWMh9GNQ/uFWcS4p78Qd95q8ucAWzkBUKkZ"
    "3clq9hPS1dnVZGnhhT/RBzsU/+0jof8I3Ovdy/pVw9UMdq+t3mLbXjBr1CE2cZIU1nCBTJ"
    "11Jotqll92vd6KPCkkpNxwjQVXHv1Yk0xV8jOyeeuYBNTHBP1027W/gB6qNEalMSpVoiyq"
    "hNIYX0UzAxmxQRsHxJQruuTtqyyCNY2qLIJXaRF0yJg39KQHWmIlwSAIXc+0Byy3pOb4Rd"
    "eaA20I23bFXA08WT0/QgM51IqgcNDsPSYZlHvyQ59gyn/dZ66486aC8/ieN4WMAx87cVNh"
    "p3cuaEbYrt2gLAllSShL4oBUEKViHnD7BgbtAlpmWEopmtmKpkRrC7pmd1XTfgK7Vt0M96"
    "wyaZwe9gnKZqBZ0vXMQC/IQzjbvGO84xoZo2KV4Ig8GjqpCVVvjKeGufQo4JA6aHPNj/AW"
    "dlU/fiT0uSlEAcIyRsZ7VxL//Lw3O/ywiGKj5/ZHzfXKaOV/xnOqi+R84k7w7/R/K6UbRp"
    "XK+epVEkVev45mljNH4UYOyCnboswtrOhrRV+/tD1RUvq6J5LYVRJsCXkl05RwVmVyWBIy"
    "A/MRuhQHBrEhEwmyJ9iCRUFwf67I39uOQQdeCpImHRmYIgf/kPlN3PVCTERSM24cJCw8et"
    "Y7rbchlHL+ssq52/aa+B7DOz1XRlTuAPORPEvWDLkSrwjUAZFDWKAcBvksF8hnGSCfxUG2"
    "57MZsxyNTLFhFoE6Jnh4gB+fnebp1Wen6b0aroUBX5ChbTiFBpCAyOGBfJKrV59k9OqTeK"
    "8mM0uzyL0Bt4XH09yJtwjoGVUcXiOc52mD8/QmOI+1wNCwNWsD2KNyh4f1hzxYf0jH+kM8"
    "mSzROYKjQmNKUEZhvB5jodIXAdgXOEB0z/Kge5aO7lkUXcV7p0J/UHTZbLRhM4clVTOXrp"
    "lLsuhfcH0JnJPHAaYzToJGw7rO5vl5J3etPXiOwafsc0MDYRMJ/kfsIWJQZDLYf0THNhFJ"
    "eN1eh5jIOWOaUtQg9htZZyL59Jy3g1TBg6HFS2vGyB4g05iK1VcT4t3WYfwb4zWKUvZnBP"
    "kRl/wqpjbUeoS++6mD/dVeAXn+eDJHwRGqI4tM+eOM+lRefSBk5t7OYosqsplcIgb/+Nkl"
    "GhkjWUhkHcaQqxiKS5Nfkm0UjS1C0Fu4In+1eKEhzfAjsftU3tf73Yg/709VAdKQiDhRmU"
    "bBDRad4gdiA69HFvBcm/j6Q5t5PFfgqCIAd0EAFuZInsaNlG2K2gE54q9cTY6BTkc6Jnh4"
    "WvezcKwWM1PMxga3wWMOthDmnmyZO3el/b3V6NSQ+OjT+tVNs1VD4qNP27eNTr3XhsvyqE"
    "+v21+b3V7zsltD/mGf/tpsfIdq3M/o1Jyv9XI1XoFd+/zJOt5+dcvCKUsFQlKRlju8lNIw"
    "qP/x79jeO2KK38AKCUuq0IyyGSGhkc1V9DZo5bCkauUyt7Iijl5FM6ttFJ871moVcPPEaK"
    "tVdM9+wro23iq812sw4qrD+3mnedl7qZCrC+zok0oC++VeqGbRX0O/SJ5UQRYbzV1jXsjV"
    "XJ4GiBkwxCAuwEYT/Ajki9i3itHEnEAbVCN4Koc52NT8MgMkWDuXPlpJGrY9hwXAgxFbUN"
    "hMhY/2AZkJZJGG7a3Y2F3UAdKQ5F7QY9CmfepJQpl/dhA4zGxIiXnZ/RVNeJusiCoQdhYM"
    "jYzxmFhy8yuM/AoMG43mEBv2SCwgfvxndtcpZ+wtLFGSHU4A5flHMzfE2ibxFFlsEn6k7d"
    "btGSiKLtt3ukx21YLRcmGpMnMLm3pPc1EBHzK4gA8JZEBwWCiO9gGHW2w/tEXMnoX7dVjq"
    "8HB+lm7NlU1nnhIBup6gXEnvbhip1C97zV8bBUdqKVVD7mefAib84IqfkUflIB2nsMuTIw"
    "Lj0jZgX98usUrKPMpXmq2rZr2GxEefNu5qqHHXp3fdGrrr9unX6/ZF/bqG3M9yNNJKr9aA"
    "v0hmRlL8KHHRLGpk/watDKyB6Ygg+eecq9CGk7DtSuquH0GRjXb+KBlg2974Y4x1w+T48N"
    "d/XGT+jMqpGTTXDKpzyxZimAvt7hoSOjygt68SUjY1KDa1R2Y6+J5ojwljLtGNKTaTAU+U"
    "jw68bgVHsqL9a4Ssobdx2bypX7/9R/VEoG7/aRoupxbczDjiuhb0vY5nfGDgwwJOiBfIxD"
    "xR/hVi/uG4AOhTTOd8JHbmVjE7Myp3eIPKs4RnLIhxP3G0h/uCfTskp/p0dp8WRKy11NhY"
    "Y5ZxXyzMP1H48Hr39qfMmWlogmg3Ev1OF4yZBNMUKyUqG015yYX3D/EMhC/a7euQr/aiGd"
    "1v9u7mosG1w0ivT9i/m02J7Ri69ohN2JR7lMCFZ44tyRW8wkHmrHqcf4whpqnZbG7pG4fb"
    "Raoo8RhTuWqDy795WUPeUZ82b27bnR4wWt5Rn940f4MT4qMc1ImOrSFHdcyYM+MPAlOoNi"
    "OW9rAoql6uqekVvi/FJuUofHOrUOh1mnyJX5sNp+ZnSQuAHf4Iw7nMHB0G/eduu5UMelgq"
    "2sUN3UF/oecMMg14TYdzw3QMah/BbV/CcQoohabs2A7y0c3iq2EPK1QQ3UE+EvhQgJZMkN"
    "zdvsTvn+tF2DI3mRQoUgDjNHEFdBRoGQRTANuAxO7g/LAncKoo2E1G6L2LglXLp19FMwcj"
    "4PLGqAVlnhCpVjJF9ylxaTF3eEFEw1IK04giqgLyVUD+HgXkx8bXLQB74dWzlwPAWliDU0"
    "oOVOV4uQVcb1c1HSay4amlXEtIRJ9OWkLidfaMJSR+kRxLSERhNOcNJRZL6BOEvYwmyCam"
    "mZgAJZ9Q4iqK0CAhftvOFk+oZQgvugyhaKC2WnpQMMJMkQ+vwSpV5MOraGZl2CnDrix6cn"
    "lXWnsmSoKiHLBe0lXlgLGUS1nGjkOsJRI1wVpk7KrCR2iwWlYmEgDqbGaQEeTqg1XUYnVf"
    "8kYW26gyUdEOmo2BNW9K234d2vaLLY4s2yCnNO8STDEHoZIpzftVNPMLuv32qFmVj0qZMu"
    "WDde99VPuKaw4n1ctYiE3bnkPTcHMQ3ie7Q3RmJXpWUkpWs+xHQ8poMymUz5L8xhb8kiWS"
    "Vc1nIi/VwnAmCFPUHJHpjPFuqi/f8e7FDb+qm01+zCx0fIombG7Zn5FNiDQQ7SM/xvHIe4"
    "pB3NJ8/ltCRrAWcyaQvd0iY0jqzm3VlWOIV4ZdsxVxI5XUELdf9Qco7WaYZ3OTPxM23Puu"
    "nvONjdgCUunrD3n9Sg9kmW3oBhSyndm4F8Z9alRl4jSXEFApX72nmbfPaWy5AZX/OD4+Of"
    "l4/P7k/NPZ6cePZ5/e+5GV8UtZIZYXza8QZRnSBb2wy3TbVykcW9fh4I2KgZnOI8jiB0gg"
    "PMvyYjf7V0GTIyCjums01HCC7Y0X+PnCZe6+le/1Zq/Z+lpD8qBPO436lTgjD/r0e8cr05"
    "FlrrjRDKsBW40+/VJvXsOyP/czqjHkexm2ve7PYgtbswguOH+GxHa3LuFAZtIYk1kM/ICQ"
    "gn5j6IllMUvzt73KD39EUDXBk5ug2A6eYanDW9e6/ZQTfN61NiPSw5KKSC81ka78JQfbzD"
    "Eu+mXJvfWkXhEyLx+H16Y+kSb4KzfL/Srtfc1PbF9FwyVaTNi0inj7MxkxLey3OE+3vWqf"
    "tD+iuOtO6TEVArLtEBDZiMME5iYD7KCQ4hXy2kevzTja2pL51UhTUEcICSoVoXQqguI3VU"
    "hF2SFVIRUvEVLh7XD11JAKr54DxTU4AJYqpOJW2iKVpKh771o1M+w+WCqXpSXD5N+sdiQ7"
    "QgNjNJDbzQslHXYng9B4uUGYuy29TSwDm8jdWQdK+7vRi8syOCHZDtvFTdcHM7iV5dpqLN"
    "hlVPj+Pttu4UaPAZ7ORscEy+zE3JSRzrPj/Xn6hvfnsf3uA2nRC2/VkiT7xL1aygZ/BtwJ"
    "m7Xs32ZRG7jfmy1vqyjvqE+jm0d1vzVvb8HDLg/6tNniptS18Lr7h+C47911WnDSO4Jzl7"
    "Kgd8Tru+veNlpXokbvUEg3O1IYDoTs75eerDiCc7d3ndt21z3rHUenvZdx+qv1M5u8eXvH"
    "Aih/0KtoZkX2KLKn7JBym2hEdG4XMatwOsKo5BZTEr5o7Lai0RSNdoC4bplGSxxD4s3Qpq"
    "TH+L+cjRCkzfZwzMiRaS86auZpiiexlF0d00oCQynOV7PYSdsrkYuZhNJu3g5JAR6hAR8j"
    "DSgzkBSgHaT93thCxhbrr9jcQfd4Zh+hFkNcyQKuDghDWH+VTEo+8/3W85HezfJTkSuJ6u"
    "aEJIx9gfo9RvYZbxFmYTmEVIXE7DmtqlTp7avS3psXQzQraD0odUhxMTuOWFe29rYDvBI3"
    "Gc/Y3ip5h/EDCPt/nkxJ7i6dhRBeiSiQc4E8Io+GTlyYEoFe74SJVFFqT8xN+6J53agh97"
    "NPe/WL60avhtzPPr1qdH/ptW9rSB70abv3rdGpIfFRDg9IQLuMtdiaFTEhSUWNl5oajxgt"
    "uTnHiK2jJu1MzjEYXfREcqwAL1NSaNdTM+HOVapIs2tjTPQlf1Ebj4QmxptFSlSzeB3TK6"
    "sRv3AuikcUdzkXD603NtInHNUqovyqBV8o/wkI9kVwz7gojpJJnCfVCIl2ApSPUJBcxidQ"
    "F6TMEXex0dhiU/ThMxqMCeyIGOOKsCkSz4YpIykrOaM+dUmjwQTbExH/1v1Wf3d8do4YPB"
    "mICgH4EZgyaujYRLBxZhUNZhZXJtjc1qQs1c35iECCWw48s/xouimBx3lj96nHS2EbGQ5a"
    "YLuKbOYuh7LIlD1CziAsy0tshhbBDzZkMxLPkU5lZfBGEcYnhFZ+sisiVlVckeKKXvNEHd"
    "R/wu9GDNYswigmqlgjxRqVpV+nd+lXR4BubWGgmMefRGKEayg1h9Hsdu9EUKj47FNuaPbu"
    "uhrvgq2vItwz9F1EeLY7VzLCUxyVg8fAevJrkE7vrSTK3EAb0nuneQA+TQf4NAngpHCDTH"
    "zZoa4DOD7LsxCAl0rvwWexpQACMM1i5sbjTriGMuNeaX9vCSYUPvq0fnXTbNWQ+OjT9m2j"
    "U++14bI86tPr9tdmt9e87NaQf9invzYb36Ea97McI5G7jEAD23fTdoxUUWLvg1qNsP2e47"
    "An9hu3AtVrXkevmRIHA5UQ7zRAg6WsHAvIRD03hu6gv5Bp2PtoC2SAC2iE3DUeqG9v6r9F"
    "8b68bl9EzS+o4EItIHqV7rMgk5xEH1FsLVPD9sOikaYeLh1il2Zk3kbrXsh3x29Y/p5d8H"
    "G+87v/pvmte91ufb1IeNcufu816pF3rTj2T4R8j96o58Jc+Y2V33jH0O6137hJH5mhk0pS"
    "Qkh5qZqZCTJQaK2HuDch6Gu3h6SQ59U1RohZI2IdoS4xTWIJR+5wvoQji7gbrGDh+VyiBb"
    "HIZ0Tl5ikiowgKOIETNg7d1U0TfahjPthTHdJMLAkW9oxNeCl4I6Ju0lQfpnjMguNZUGa3"
    "/sxSDmXVDOdl8cQh284Y8rL70ISjLM/zBFlGNdtAjOV51NqLvwF5YY5Llpkg3BDwLE+Ph/"
    "fHVLg/xhgZb3SJ4ZzqXguKKPeayrv5Og1mWygBRSiplYQipJ5ASAmVqwjuvoCC/Qmwz0ys"
    "E42NNXs+m5mFlpkkiB7gxHych/ZOZ72jE7ODf4ifHcM5K5IrIHRIM/Oud2q6twvuE+RJKN"
    "A3Bt0uDLqtQH8q6EZh0A0F+iagx6jRzfKiCJYm3mAFM6L8c84c3Paq2ivyIS+DGqSznj0d"
    "iuQ9L2GxiODx0phRr0Q1B0Hq7jonC+ciSk1sOz5pKfMjC+7S50UQ8CKfRU5liy28xSGw+7"
    "O7AuSBkJl7zlu/EsprksiU7uSu6/fbSSVDy0cnlYi92wqZlM6UQt/QNmCYYnKHNNs8iWZ6"
    "0jyyvRFPzCB13d0YM2G8C13PHO3+hJIaDhRdO9bVA0vphHgNDXSLjAzeE2ANnFh0Z8Iit8"
    "HcJquU8kNswrxYlbt5wSnouUNsEzkGidV89wx8NpTcY8d4JPFBb7e3FwsS2ULWs3DX6Y3n"
    "dGQjm4+R5ghN8CNBDn4gFEHjCrdU4H5oZIzAE8Wf+pFYbg59Sn7w7+KZ0QwvxVLAsWHZqW"
    "v78g625VrXVQZNZcu+J6+jFTRPA1K7G0rf773WHsqwbBdF3ZNQiG+GOIx6xRD3JBTiO7dM"
    "05LRFjRNN09FW4bBfiuJaLespTVEhqc0Ha3h5X9ap6ERv2C+tA5Q3Mt8wOsmdPSOUXPJFa"
    "PRPcTQDPAUND6h1djGPSWjz1yNwnzMHKApV2aETiK39uFFIYqG248PvHlTsj488w2L5O6M"
    "pTuAWuBT3C5/HI/KRbALlUotMN5+BITX4TdZ4uPJltlFWPnaqbd6NSQ++vT2DhiRbqOGvK"
    "M+FcuN5apjWF7z5a4lltbAZ59etjudxmWv2W7V0Oo4OrK9zHIbd6AspnmtZA7pfdh57ggT"
    "JxJlWcgHhBT0m7t8xcycOGKlmNSeQJmHqU1jOt/nypz5PiNz5nu1EdXrDIsrFwNY3oZV27"
    "48GdbtW9u79Z+4Hvg0y9z3z6+zzP2YgByeE+ouYUFjZok1LfoDfz6wmkVVVeF4ldkO3Ut+"
    "mkCEHddbO2VTLwlg2C2yvbqFz8PC/8esGV5q/A/OaoHNgeUpVwgq8Ahubua73hE+XYjbxr"
    "0m/IH4XcFf4rpLXIdNtU9dFwp/eGAReUXgJNH0CdEf+Mwj6yHuJsMW4X1PN8QiIPvBRh35"
    "rAjf8+74WbS2W5rfihIiHDA5fSvp22Q8cdfhyA4coZ+ncinuL3/hqUfDhJjcdLTDUmrOja"
    "0KFmNUoh6TEegckjpAy2D7Sbc8yMT3DaD25A4Q7E95wP6UDvanGNhiSizAc/rlD4lZ2BrJ"
    "qXiylyJr5pZFqF5sq5OAzAGOFSc5hoqT1JHiJDpQ3NuOBlgkUDVEN6bYTAY5KBblaVy5Iy"
    "m/h4BnIHzVuGze1K/fnlbdBT72n6bhGprBOTGy3gHrRfqvLH6AXfdTnlkufZJLTjG3qfNp"
    "JV1mpCuXnUa912x9rSHvSOSUbIl8kq0+/VJvivxu7mef3tab/Bv879P6Rb111Rbp5PzDcj"
    "iefJM/PYFF+guSKLyVDIElitc+z5OU9Tw9J+t5LCVrAs2yEephcYX7Wtw9mmoTLTJBWIW8"
    "baZLhunCArZRXPBgmmBrFpKgFxPm4i7XAM30aGVf6mAQPTn+eO6DCV+ycOxyVfI6DmaYsI"
    "0r5pk+1JjwFtyo+5Ovce+8qMpZ/iqaGZLKbdDGATH1Gpe5fVUwhAqGUMEQuYIhOkKdrqRF"
    "Q8jL1fXhENaqZI6VpG5pN5DA9+JPIKIAW5ZBRojNnSoCRd8S6wGM0Wq/RIL1ibdDJOOdK2"
    "mp6NbrLxhAkGSf78zXn04bbNNBeoA0Qbqzv0R0TdkGwudmbJS776XcfcoYOlRluSTpLLyZ"
    "OXUr7HCBTC3EH2ILbIRdRwsynDD2IDevdiMjdf4MCDatdtUD7xnegJbghjFWRbIHEd44JK"
    "K4OH2E6ug/bIhmFtP5JC+WNiYpJ7u56aYai+/HUfrKc02SW1zoka6yDNkoIVIja1MTT0Jt"
    "ahIcpItsapK+/jIZ8SetuSwZgRTRA/P08PP0Dn6+L17qcqG+de0bAjM23jXUFy6zoVPpNC"
    "4bzV/ltnziqE9vO+3LRlfsyucf9mnza6sttvSTB316U7/+0u7cwDn/sE/vWr+02t9bGuxi"
    "3Kmh0Nc+hWe5rN/27kRVwW99+r3DRxutftO+g2XOwW/etcu7TqfRuvzdu+p9d4NNtN735m"
    "XDDTlxj6P6xwuFmBCdGI8bGRMRUWVNlM6aCO9n56qhG/lXIrLKyVK2li6J3VgnlqFPKgkG"
    "o7xSzbIU8arMOgsxvWGfkKwvSXNJz/ucM7GW7OjlNYC2EuKSbu08EstOTCaTrhMGRMqsn2"
    "yoCh6fneWZxM/OMjaSP4txsfylKoCwLH6A6D5PqgZGHZJEdafvsRIQUbusFNxl5UUns7//"
    "HxeaZHE="
)
