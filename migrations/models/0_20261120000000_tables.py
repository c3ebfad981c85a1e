from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE "feed_head" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "tenant_id" UUID NOT NULL,
    "feed" VARCHAR(20) NOT NULL,
    "last_position" BIGINT NOT NULL,
    CONSTRAINT "uid_feed_head_tenant__836fd7" UNIQUE ("tenant_id", "feed")
);
COMMENT ON TABLE "feed_head" IS 'The last position given in a company''s feed (`scan`, `lifecycle`); see `models.kernel.feed`.';
CREATE TABLE "idempotency_key" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "tenant_id" UUID NOT NULL,
    "operation" VARCHAR(40) NOT NULL,
    "key" VARCHAR(200) NOT NULL,
    "input_hash" BYTEA NOT NULL,
    "answer" JSONB,
    "created_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_idempotency_tenant__2cf8a7" UNIQUE ("tenant_id", "operation", "key")
);
CREATE INDEX "idx_idempotency_created_98dcfd" ON "idempotency_key" ("created_at");
COMMENT ON TABLE "idempotency_key" IS 'The answer to a request that carried an Idempotency-Key, kept for 24 hours.';
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
CREATE TABLE "throttle" (
    "key" BYTEA NOT NULL PRIMARY KEY,
    "used" INT NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_throttle_expires_51c23d" ON "throttle" ("expires_at");
COMMENT ON TABLE "throttle" IS 'How much of an allowance a subject has used up in a window; the subject is an HMAC, never an address.';
CREATE TABLE "tenant" (
    "id" UUID NOT NULL PRIMARY KEY,
    "company_name" VARCHAR(200) NOT NULL,
    "address" VARCHAR(500),
    "support_email" VARCHAR(254),
    "website" VARCHAR(300),
    "epr_registration_number" VARCHAR(60),
    "bis_r_number" VARCHAR(10),
    "iec_code" VARCHAR(10),
    "gstin" VARCHAR(15),
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "tenant" IS 'A company. Companies may share a name. `gstin` is the Indian tax number used on invoices.';
CREATE TABLE "user_account" (
    "id" UUID NOT NULL PRIMARY KEY,
    "email" VARCHAR(254) NOT NULL UNIQUE,
    "password_hash" VARCHAR(200),
    "role" VARCHAR(20) NOT NULL,
    "brand_ids" UUID[] NOT NULL,
    "invited_at" TIMESTAMPTZ,
    "removed_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "tenant_id" UUID NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_user_accoun_tenant__c5cdad" ON "user_account" ("tenant_id", "id");
COMMENT ON COLUMN "user_account"."role" IS 'OWNER: OWNER\nADMIN: ADMIN\nOPERATOR: OPERATOR\nLOGISTICS: LOGISTICS\nVIEWER: VIEWER';
COMMENT ON TABLE "user_account" IS 'A member of one company. `email` is kept in lower case and unique over all companies.';
CREATE TABLE "password_reset" (
    "token_hash" BYTEA NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "user_id" UUID NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_password_re_user_id_389026" ON "password_reset" ("user_id");
COMMENT ON TABLE "password_reset" IS 'A password reset that was asked for, as the SHA-256 of its token; single use.';
CREATE TABLE "session" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "user_id" UUID NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_session_user_id_23ddbc" ON "session" ("user_id");
CREATE INDEX "idx_session_expires_823c67" ON "session" ("expires_at");
COMMENT ON TABLE "session" IS 'A sign-in on one device: the family of its refresh tokens. `ended_at` ends them all at once.';
CREATE TABLE "refresh_token" (
    "token_hash" BYTEA NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "session_id" UUID NOT NULL REFERENCES "session" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_refresh_tok_session_e0eedc" ON "refresh_token" ("session_id");
COMMENT ON TABLE "refresh_token" IS 'One refresh token, as the SHA-256 of it. `used_at` is set when it was exchanged; using it again is theft.';
CREATE TABLE "brand" (
    "id" UUID NOT NULL PRIMARY KEY,
    "name" VARCHAR(120) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "tenant_id" UUID NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_brand_tenant__edc3e1" UNIQUE ("tenant_id", "name")
);
CREATE INDEX "idx_brand_tenant__e51621" ON "brand" ("tenant_id", "id");
COMMENT ON TABLE "brand" IS 'A brand under which a company sells.';
CREATE TABLE "product" (
    "id" UUID NOT NULL PRIMARY KEY,
    "model_name" VARCHAR(120) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "brand_id" UUID NOT NULL REFERENCES "brand" ("id") ON DELETE RESTRICT,
    "tenant_id" UUID NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_product_brand_i_b6c7d0" UNIQUE ("brand_id", "model_name")
);
CREATE INDEX "idx_product_tenant__f9ac7d" ON "product" ("tenant_id", "id");
COMMENT ON TABLE "product" IS 'A battery model of a brand. `model_name` is copied to its batches.';
CREATE TABLE "batch" (
    "id" UUID NOT NULL PRIMARY KEY,
    "batch_name" VARCHAR(120) NOT NULL,
    "batch_number" VARCHAR(60),
    "model_name" VARCHAR(120),
    "status" VARCHAR(20) NOT NULL,
    "market_region" VARCHAR(20) NOT NULL,
    "production_date" DATE,
    "quantity" INT,
    "facility_ref" VARCHAR(120),
    "chemistry" VARCHAR(60),
    "nominal_voltage_v" DECIMAL(9,3),
    "rated_capacity_ah" DECIMAL(12,3),
    "manufacturer" VARCHAR(200),
    "weight_kg" DECIMAL(12,3),
    "country_of_origin" VARCHAR(60),
    "pli_compliant" BOOL,
    "domestic_value_add" DECIMAL(5,2),
    "cell_source" VARCHAR(20),
    "carbon_footprint_kg_per_kwh" DECIMAL(12,3),
    "carbon_footprint_url" VARCHAR(500),
    "attributes" JSONB NOT NULL,
    "total_passports" INT NOT NULL,
    "downloaded_passports" INT NOT NULL,
    "version" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "brand_id" UUID REFERENCES "brand" ("id") ON DELETE RESTRICT,
    "product_id" UUID REFERENCES "product" ("id") ON DELETE RESTRICT,
    "tenant_id" UUID NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_batch_product_1a83dc" UNIQUE ("product_id", "batch_number")
);
CREATE INDEX "idx_batch_tenant__3de5cc" ON "batch" ("tenant_id", "id");
CREATE INDEX "idx_batch_product_430ca7" ON "batch" ("product_id", "id");
COMMENT ON COLUMN "batch"."status" IS 'ACTIVE: ACTIVE\nARCHIVED: ARCHIVED';
COMMENT ON COLUMN "batch"."market_region" IS 'INDIA: INDIA\nEU: EU\nUS: US\nGLOBAL: GLOBAL';
COMMENT ON COLUMN "batch"."cell_source" IS 'DOMESTIC: DOMESTIC\nIMPORTED: IMPORTED\nMIXED: MIXED';
COMMENT ON TABLE "batch" IS 'A production batch: what its passports have in common.';
CREATE TABLE "issuance" (
    "id" UUID NOT NULL PRIMARY KEY,
    "issued_by" UUID NOT NULL,
    "created" INT NOT NULL,
    "issued_at" TIMESTAMPTZ NOT NULL,
    "batch_id" UUID NOT NULL REFERENCES "batch" ("id") ON DELETE RESTRICT,
    "tenant_id" UUID NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_issuance_tenant__172c1b" ON "issuance" ("tenant_id", "issued_at");
COMMENT ON TABLE "issuance" IS 'One upload that issued passports: how many, by whom, into which batch.';
CREATE TABLE "passport" (
    "id" UUID NOT NULL PRIMARY KEY,
    "serial_number" VARCHAR(64) NOT NULL,
    "manufacture_date" DATE NOT NULL,
    "status" VARCHAR(20) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "batch_id" UUID NOT NULL REFERENCES "batch" ("id") ON DELETE RESTRICT,
    "tenant_id" UUID NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    "predecessor_id" UUID UNIQUE REFERENCES "passport" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_passport_tenant__e4574d" UNIQUE ("tenant_id", "serial_number")
);
CREATE INDEX "idx_passport_batch_i_6f93a6" ON "passport" ("batch_id", "id");
COMMENT ON COLUMN "passport"."status" IS 'INACTIVE: INACTIVE\nACTIVE: ACTIVE\nSHIPPED: SHIPPED\nINSTALLED: INSTALLED\nRETURNED: RETURNED\nRECALLED: RECALLED\nSUSPENDED: SUSPENDED\nRETIRED: RETIRED\nRECYCLED: RECYCLED\nREPURPOSED: REPURPOSED';
COMMENT ON TABLE "passport" IS 'One battery''s passport. `id` is the uuid in its QR code; the serial number is unique in the company.';
CREATE TABLE "scan" (
    "id" UUID NOT NULL PRIMARY KEY,
    "tenant_id" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "batch_id" UUID NOT NULL,
    "city" VARCHAR(120),
    "country" VARCHAR(120),
    "device_type" VARCHAR(20) NOT NULL,
    "scanned_at" TIMESTAMPTZ NOT NULL,
    "passport_id" UUID NOT NULL REFERENCES "passport" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_scan_tenant__07835d" UNIQUE ("tenant_id", "position")
);
CREATE INDEX "idx_scan_batch_i_b3e7ad" ON "scan" ("batch_id", "position");
CREATE INDEX "idx_scan_passpor_2fee22" ON "scan" ("passport_id", "position");
COMMENT ON COLUMN "scan"."device_type" IS 'MOBILE: MOBILE\nTABLET: TABLET\nDESKTOP: DESKTOP\nOTHER: OTHER';
COMMENT ON TABLE "scan" IS 'One scan of a QR code. `position` numbers the company''s scans without gaps. No address is kept.';
CREATE TABLE "lifecycle_event" (
    "id" UUID NOT NULL PRIMARY KEY,
    "tenant_id" UUID NOT NULL,
    "feed_position" BIGINT NOT NULL,
    "batch_id" UUID NOT NULL,
    "position" INT NOT NULL,
    "event_type" VARCHAR(20) NOT NULL,
    "action" VARCHAR(40) NOT NULL,
    "actor" VARCHAR(254) NOT NULL,
    "actor_role" VARCHAR(20) NOT NULL,
    "status_from" VARCHAR(20),
    "status_to" VARCHAR(20),
    "metadata" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "previous_hash" BYTEA,
    "hash" BYTEA NOT NULL,
    "passport_id" UUID NOT NULL REFERENCES "passport" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_lifecycle_e_passpor_8efcb8" UNIQUE ("passport_id", "position"),
    CONSTRAINT "uid_lifecycle_e_tenant__29d3c2" UNIQUE ("tenant_id", "feed_position")
);
CREATE INDEX "idx_lifecycle_e_batch_i_2b5ff8" ON "lifecycle_event" ("batch_id", "feed_position");
COMMENT ON COLUMN "lifecycle_event"."event_type" IS 'ISSUED: ISSUED\nSTATUS_CHANGED: STATUS_CHANGED\nRECORDED: RECORDED';
COMMENT ON COLUMN "lifecycle_event"."actor_role" IS 'OWNER: OWNER\nADMIN: ADMIN\nOPERATOR: OPERATOR\nLOGISTICS: LOGISTICS\nVIEWER: VIEWER';
COMMENT ON COLUMN "lifecycle_event"."status_from" IS 'INACTIVE: INACTIVE\nACTIVE: ACTIVE\nSHIPPED: SHIPPED\nINSTALLED: INSTALLED\nRETURNED: RETURNED\nRECALLED: RECALLED\nSUSPENDED: SUSPENDED\nRETIRED: RETIRED\nRECYCLED: RECYCLED\nREPURPOSED: REPURPOSED';
COMMENT ON COLUMN "lifecycle_event"."status_to" IS 'INACTIVE: INACTIVE\nACTIVE: ACTIVE\nSHIPPED: SHIPPED\nINSTALLED: INSTALLED\nRETURNED: RETURNED\nRECALLED: RECALLED\nSUSPENDED: SUSPENDED\nRETIRED: RETIRED\nRECYCLED: RECYCLED\nREPURPOSED: REPURPOSED';
COMMENT ON TABLE "lifecycle_event" IS 'One event of a passport''s chain, never changed and never deleted.';
CREATE TABLE "quota_account" (
    "credited" BIGINT NOT NULL,
    "used" BIGINT NOT NULL,
    "tenant_id" UUID NOT NULL PRIMARY KEY REFERENCES "tenant" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "quota_account" IS 'A company''s quota: `credited` in all less `used` is the balance, which the database keeps from going negative.';
CREATE TABLE "quota_entry" (
    "id" UUID NOT NULL PRIMARY KEY,
    "position" INT NOT NULL,
    "kind" VARCHAR(20) NOT NULL,
    "amount" BIGINT NOT NULL,
    "balance" BIGINT NOT NULL,
    "cause" VARCHAR(100) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "tenant_id" UUID NOT NULL REFERENCES "tenant" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_quota_entry_tenant__59eaab" UNIQUE ("tenant_id", "position"),
    CONSTRAINT "uid_quota_entry_tenant__c36db6" UNIQUE ("tenant_id", "kind", "cause")
);
COMMENT ON COLUMN "quota_entry"."kind" IS 'GRANT: GRANT\nPURCHASE: PURCHASE\nISSUE: ISSUE\nREFUND: REFUND\nCORRECTION: CORRECTION';
COMMENT ON TABLE "quota_entry" IS 'One entry of the append-only ledger. `amount` is signed; `cause` makes it unique among its kind.';
CREATE TABLE "aerich" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" JSONB NOT NULL
);"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        """


MODELS_STATE = (
    "eJztXX9z2rjW/ioa/ml3hmZSEtIuvfPOQMK2vJtALpB2e5cdI2wBfmMkaptQZt/97leSbf"
    "xLNjYBYohmOrVj68jmObJ0zqOjo79LM6Ihwzr7DSHtC4JaqQb+LmE4Q/Qkdq8MSnA+9++w"
    "CzYcGbzwmJZSpl6xkWWbULXpjTE0LEQvachSTX1u6wSz4v0pAga0bDAnls4ugon+hDDQMY"
    "BAJbM5xKs3FmC1grdDS4V4WAZDQx8jdaUaaPjLJ2AhBIbuOz4iEyPjjBUfnrE30IhKX0HH"
    "k0M8bIH1Hwuk2GSC7Cky6SP//LNkIwyxregcEFa29Ndf9EzHGvqJLFaG/Tl/VMY6MsLAuz"
    "LsumKv5vxaQ5+0sP0bL8t+30hRibGYYb/8fGVPCV4L6NhmVycIIxPaiD3BNhdMFXhhGK7a"
    "PO04v8Av4rxlQEZDY7gwmEKZtPMC/rWSorQ7faXX7CtKKaZsTyKgEveSSjBrKPRVLQ7AhL"
    "3Cu18rlYuLD5Xzi6uP1csPH6ofzz/Ssvx947c+/OO8jI+WUxXHrPW51e6zFyK0NTrtlF34"
    "h8tAGzpSXBk++mHFhZTw8NC6EasgJBTRxGKha2dMNKoPD/00hXgXfI34X9QBVJKC7vWXev"
    "ftxdUv/BcTy56Y/CYHiUPsQ8qbfwzN6yk0xWh65SNA0hc7QghLM/hTMRCe2FP6Z+U8BdKv"
    "9S5HtXL+S7jVtt07FX4rDC7r2RSvZ8vXccREN/chuwL8/Oj7ENZ9jx8DXQi7MILq4xKamh"
    "K7QyokqWz81qwyi16BGE44lux3sxd2R6OWhmZzQvsfdfU7WokG8EiJ1GFc98sqj27hTIM5"
    "xNYSmcAmdEg1EW0HdLi1p9AGKjRNnQ6sEIPAi7yjb1IGj2hugzExQeUSTMnCtMRj9w7r3j"
    "xUkzlr6+73wCCIDtt/l3zNlFQTsQ9DgXaJFUM/57QXtKj0WnGuMtzW6n1ZJV6Y4sr/+Eea"
    "AtIUKPo4thtTIPR5ZbUHQkInaBRcZjEKLpONgsuYUeD23VkBdoufILSV82wGV5rFFUNXx/"
    "OFrUyhNRX1zhiaq4TeOSQXQXu0spF1hHin9bq3nQareWZZPwwX70arXe9+f3tX/4MjPlu5"
    "t2477c9e+WAf0vjeb9Yj+DsGQRz7/+112mLkfYkI6pqu2uD/gaFbWUxddwg8AugZFCHovQ"
    "a9Rj7Q1q8FuLMKGhHcA9ZODPsbesfWZ0iMf1gyqgNX9Mw7Oa2voN+6a/b69bv7kD5u6v0m"
    "u1MJfQXe1bdXER2tKwHfWv0vgP0J/tNpN6NqW5fr/6fE3gkubKJgslSgFsTEu+xdKoo301"
    "nYI/KzJPBi3DvlNO+F+GU2Oi096uoANB4j1baYazFCa3eCVgPg2GYuB/U+VDKb6a7DsTSp"
    "i8GuzoSUoPN8AQO574cJ3Jo0r0WjZaXHcooeyyP98bkMP7f8CVp+uzeq53BlECjAN9nuCI"
    "g8y/AoGtSHtjygbaPZ3Lbi2Pdm0DASe5eg3MmQmxeVD1frXoX9kdaP9O7qt7dex+ED6g4B"
    "Oc04X0qacIUz4cJdlfm4laEeEtyBko/HYzo6HfPZG2SaROAJ96mpljLns5baatw/Ip02/+"
    "inj0Uh/sErHh2gpBf8Sj6vgnjB/Sl1/Wz+k2N+8PpeOc0TtoOlNvrCX8gSzBbqFJAxm0uj"
    "BhVZQqwiAIG1GP0f9VrBFFpgYVF/dTF34maWtImR5SfutXqFdIuJf7mrX5cBRk/Up2W1aR"
    "rzMONO8cGemtM7pi6xTmX35iELufk02ljMzm/NF7+om3wwtjjZR2YNKq6ARBfCK34492H/"
    "LEXl/eWHy48XV5drN2J9Jc2XiLsRgW8l51gYlpRjoRwLxWPhPbSsJTG1LrKQLRoQwwVSR8"
    "W5W1Qx12U3jo114EkBLuVys3Rgghb1lFiISZme8hGp96X+rlK9YgOazoneR4Q/AYu2EgOx"
    "cSw+Bu689pxjHRUzWajCXgY6/oZbTJOG5eSwt5thT7otJ9tVyxH51amZWaVb6DggJsm9gu"
    "vXzBl4GBCRYYeiAO0wunFofyMm0if4d+TYJS36HoyPEADqmp4PbjXHCal/1f+UTbhcG3LB"
    "BkV/O/3FyHamk+u96/pN07H8Du8RdNGYKnraZ1ZiSeAQhO6n+gOmU1Kx10U3ugMdjIAr5l"
    "jgYvP8DAzdrnbI+Clm2S+nbMmZY9yjn+oUYvrrPlHDnaqKXYcTqgpWmFY2tuOuwkGfnNON"
    "sBy/QXoS0pOQnsQJmSDSxDxh/QY67RxWZlhKGprphqaL1g5szZ5f03ECu9HcDLesIlmcHv"
    "YCYzOglmQ7M9AKshDOFm0Y76hFRtg/BDT0pKuoxk29MZzpxsqjgEPmoEUtP0Q17Jh+9Izb"
    "czM2rwqgTWtShfzzfh/2AnQ06+IOOJubr/fcfa+52Rgt/Wu8wCrPe8GfxP67/J9S4bpRaX"
    "K+epNEktevQ83uyJFbyQE56VsUWcOSvpb09Uv7EwWlr/s8P0RJ4Eu4d1JdCdsvk8GTcJOb"
    "nYFrfqIjC8zgClhTaLIwS/Z8ashPLFvHQ5cABi2s6RADG/6kbz4bIdOJwCQsX9oToc6BIJ"
    "Rzr0/a7ENI4/xljXNH9wr/O4Z38uLDqNwJLkLcS/oJN7Y5D9QBkVNY8hEGuZoJ5GoKyNU4"
    "yNZiPiemraAZ1I08UMcETw/wSvUyS6uuXia3anYvDPgSjSzdztWBBEROD+SLTK36IqVVX8"
    "RbNZqbiokmOnssez3FGXjzgJ5Sxekp4SqLDq6SVXAV08BItxRzC9ijcqeH9fssWL9Pxvp9"
    "PE8TUimCWq4+JSgjMd6MMTfp8wC8FjhBdKtZ0K0mo1uNoit570ToT4oum2tbqjksKdVcOD"
    "UXZBkV5/oEnJPHASYzTpxGg6pKFtl5pxnidA4Z8znlNTc05D4R5394el4dA4Ow1L4qtFia"
    "Xw04rQ4QvorXMFxRXcw57eEpAzzAw5FJCym6Zg2Boc/4Wqsp8p5mE/oXoRXxUtYnwPLLrO"
    "hdiC1W2RmoAxPNaN2aJ/KI0NypwyTLMrCIu8qL/jfA9PIKaLrmlmJP42RZNuYrNNUdyjy7"
    "r1BMSakdglLLzTo8j20oVojrAciG9UpQcUxxMs4xwdOzYvfCWZrESHDDmtSnjU1YhTD3ZI"
    "vMD5c639rNbg3wwwDXb+5a7RrghwHu3De79X6H3XbPBvi287nV67euezWwPh3gr63mN1aN"
    "c4yOedm0l0l5OTaYWA+Hcf3VTRMmhN6HpCKaO72kd6xL//OvWJroJ307qz4sKUMdimbUh3"
    "o2x9jbQsthSanlImtZEjGvQs1yx499xy75ASzPjF7yo2WOE9aN8UvhbYmCEUxd2s67rev+"
    "S4UwNaCtTksCNsm5UU6jk0brIllS75hEWziuPJercdKEkyTMEWPz7BaYwifESB6WO51gYY"
    "6dLarhTJBNbGgo6zJDwFkwh8vxJXXLWrAFtUONLDFL90x7+4DMlOW5g5gvpOCLJGxvP0rG"
    "OzGdDrAnycr8uwvYBJQFiAmue1/BlOrEZ42YsL0kQNPHY2TSH6IbLMBqXYFuAW3BYq2ekM"
    "lon/U7O+t+U7bBclFyGxwHyptvTN0Da5e0U2TxRviVJKV1zJSW26ByxoiFpYrMAGw7Z5jJ"
    "YX+f4rG/F7jswY83P9onHGSw+4AOPsblbtdhqdPDeS/NmpqE9iIh7nEzjehLH64bKdWv+6"
    "2vzZw9tStVA85xgBkm9OSGXnHPikENzli2eJuHgyXt6LdZL7FKitzLl1rtm1a9BvhhgJsP"
    "NdB8GOCHXg089Ab4822nUb+tAedYDCX51q/CWAYxf5Ew2xEXTSMwjq/TSsGa8RERJH8sqK"
    "Gr24L0zYnZg4MiW2UQLhhgu04gPIaqblB86Oc/zjN+RuXkCJppBFWp/8kid3PtDhoSOj2g"
    "d28SYjLTMTSUJ2LYcIKUJ0Gfi1R9Bg0x4EL5aMfrVHDmVnR8SkjrepvXrbv67dtfyxccde"
    "uHoTvMV3DfrsgEMyfZVTinHQPtFqBgVj8Vc6H8K8T8fSUH6DOIF7QnthdmPj8zKnd6ncpe"
    "giiWSJ9MbeVxkrNth+Rkm05v05wuNVcKGSvE1Cf5gtuFwqfXunc/ZM4NXeF0uC6cHWoQYi"
    "CIE7yUqGw00SMVPj7EUxBudDq3oRnVRiu6b9XDXaNJrcNIqxfsA0hmyLJ1VXmCBtvcTxNw"
    "4al9i7iCV9jJVMuV7H0MMgzFIgtT3TooLlJFgfuY0k2HTcy3rmvAOxvg1t19p9tnjJZ3Ns"
    "B3rT/YBX4oBnWiQnNEUR0TYs/pi7AhVJkjU3lc5jUvN9T0Cr+XfINyFL6FmSs8Okm+wJ/N"
    "lkPzXhbDQ5u+wmjh5ksOg568+XFY6vD7HwdmTUcL3bB1bJ2xx77ExOledkWOhCfkoCUFki"
    "ezPfLOuElROEcOjJPEJdBRoN1QlRzYBiQOB+f7I4FTxqpu00MfXayqXDT8KtTsLaSJKzk5"
    "Ri0o84xItYIZus+JS4tNh+dENCwlMY0YojJsXobNH1HYfKx/3QGwDa+eo+wANsIaHFIyoO"
    "r2lzvA9d6v6TSRDQ8txVrowdu0aKGH19hTFnqsi2RY6MELgwVVFF/SoE4B9BJ6AAsZhjD/"
    "RzYh4VqHUCfBf9vBljjIZQgvugwhb6C2XHqQM8JMkg+vwSuV5MOrULN07KRjVxQ7ubjroT"
    "0XRWAoB7yXZFM54CxlMpahbSNzBXhNbMUwdEzhMzD0l5Xx/HcqmetIYznr2FpnvrpPnEpv"
    "F1UKDe2g2xhY8yat7ddhbb/Y4siidXLS8i7AEHMSJpm0vF+Fml9w2u+I1CrnqKQrUzxYj3"
    "6O6lhxzTBJ9TIeYsuyFkw1XaQSUzijEilRTvMXdbdsNoexgxFYzHlyKJ5ByklX5eevqq0z"
    "VJXBaAWWUzIrA4oxcSdVuI8Xdxp3V+2z0pzzp8rdvY/aS3SVOBKsSk8BOygkh2axMxgHND"
    "GkNiBxuJDafXrcO46q9XuaGKYbkjkHBaXXVWyviydAy+l1BWRkPyS9Lul1FdQ7yO11ealq"
    "n+t1efWcKK7BDrBQXte964uURBNz3r1y6sxcsFQmT8udSXvjpxY+A0NdW296zvovlmaYzZ"
    "65mX4/8RsWMnVoAHcndFra3aWKlmW3ve2thH7YIR66OY7OqSxTzuBgk5EzfMfsu4WVHgM8"
    "ZZ/sqOAJzvNdZdm66ip556qr2MZVgcxJubM5imSfmc6xaPCn5R2I53M8vnyy+aGjnqyXTd"
    "Y7G+Boftnel9b9Pcu94Z4McKtNXanbW56gwzsd4G6z/9Bts4veGbt27Rb0zmh9D737ZvuG"
    "1+idculW1xVmJ1z2+7Uny8/YtfuH7n2n51z1zqPDXpavbw/5QOQU+2tgAeQU+6tQsyR7JN"
    "lTdEipT6QhlfpFxMy9YjkqucNVyy+6P6yk0SSNdoK47phGE/YhcTV0MOoT+l9GJQRpsyPs"
    "MzIsxo32mllU8SyWsqdCXBIwlPx6OY2dtLwSmZhJVtoJ7XcpwDMwpH2kbvNdwhwexgrSfm"
    "8sLmOBpU6bwsIGEzi3zkCbAGpkMa6OEYaPaG6LSck9P28zH+k9LDsV6UuUd7eHmfvF7PIR"
    "kvN8Uc5T2rm7t3O9zyKGaEOfJMasBKVOKWjl10rl4uJD5fzi6mP18sOH6sfzdfRK/FZaGE"
    "uj9ZlFspSDLnY8tEU6wruOvhJuEpSSnla8Q9AJpKPdz0onJ8t+LoR9EQlyJpA19KSryIFJ"
    "CPTmGZJIFYWeJrnrNFq3zRpwjgPcrzdum/0acI4DfNPs/d7v3NeAezLAnf6XZrcG+KEY0x"
    "PMesZb8dZhSclbF5q3jngUmQnBiCMiB+1UQjAY+vNM5ioHaVJQaDfzJuHGVagwsFt9jNQV"
    "/VCbTwgLg8EiJcpppIvhlVXQunAm/oUXdwgRD603fFt2HZcBpndNd492DbC8Zs4VB0VNzL"
    "A8q0a+wb3Pxwh2tqd1kSV2nmKBsUlm4P0nMBwjltE8RuRAw3B3uA/wOa6sS+gMsMPoDKfQ"
    "mvLgtN6X+rtK9QoQ9mZMlAuwHwExwboKDcAS35fBcG5SY4IsLMWVxaqx0BBLUEGBJ+Y61G"
    "2G2Ou8sQbYI42gBXQbLKFVBhZx1iqZaEaeKJAUOKe8i83IRPCRSrg/OplnSiF1IiRUCK3s"
    "TFRErCy5IskVveaBOrRnbOjbiMGaRhjFRCVrJFmjorTr5Cb96gjQna3a4+P4s0iMcA2F5j"
    "Bavd4Dj9jkxwGmjmb/oafQJtj+zGMxQ3/z8MtO98YNv+RnxeAxoCr+DJLpPV+iyArakt67"
    "zALwZTLA8e3UuMmcE19yqkH6lWqWKH1aKrkFV2Nx+hwwxSTG1v1OuIYi417qfGtzJpQdBr"
    "h+c9dq1wA/DHDnvtmt9zvstns2wLedzy22DWSvBtanA/y11fzGqnGOxeiJnBh/hfm+2+ox"
    "UkWBZx/kUoHdtxybPLPdOBXIVvM6Ws0M2ZBRCfFGk7zNZlDm8JtsvoxXtZftNOXqnm1UcX"
    "zTZ0EmWUQfYWiuEmPqw6LRneZX7ma3heiZd6HdhvvtrBVLv7MG7ee739df2lq7t53254bg"
    "W2t87zfrkW8tP/bPhPyIvqh9YS7njeW88YGhPep5438viA3rKp8ZLQlmjUP3y2lzxj9YSQ"
    "UGimZI8+/PonLxGhhSM0PTaRNg0598vtVg85vDhYX8VB8jaLBGVXazLLJLzDgcQQuBR4Tm"
    "7kTuhLDpT4wm0NafkGhLgEM/fnMWyMSZzGLNsRVhncuOJzE9zeebbAtKncym5weeZGMfVz"
    "7UPQmJeHbEY8P5dgvtktaQ5lxjt/0K0iJ0Pbvfx+f5g3iTx34nDeFNLzJ80wCO1gWzBXyx"
    "4l5MFK0bYe0dwcaKjpvaBJksdGnGDAI+eFrUMkTaJzrKQvoFD8EMPiIeuORm5KJF6YjJEn"
    "g9UvUmxIPt+YF5ltzFAqFYLezIHxcLhJJRSi86wMvQg92HHngNfhvy35Mt9LTf52693a8B"
    "fhjg+wdGwPaaNeCdDTAPRHDjERjx/ttDm5Pu7DjA151ut3ndb3XaNeCfF4OIdzrKfJaXL3"
    "NK38PBo8oM74vIjnxASEK/NfTOyCzssRIcPE+gyN3UtmvqzjOtqTtPWVN3LvPHvc4ZpmLx"
    "UcVVrMzW9GxYj3jX3DoydXVaEnjl7p1ymkcO/TKbnPFkTJ/BOYs+7kT7RPhRC0wTV4GFpX"
    "h24yIlu6FPyLRyRv4GRE7QCqlUq5liU6spsanVmG9DP6ocCLvFTxDd/dh4BNtINDYlR3AF"
    "RGQAV84ArmdR988dzP75LwdwxyI="
)
