"""What the ORM cannot say: checks, the server's role, append-only tables, feed numbering."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

_CHECKS = """
ALTER TABLE tenant
    ADD CONSTRAINT tenant_company_name_given CHECK (btrim(company_name) <> ''),
    ADD CONSTRAINT tenant_bis_r_number_format CHECK (bis_r_number ~ '^R-[0-9]{8}$'),
    ADD CONSTRAINT tenant_iec_code_format CHECK (iec_code ~ '^([0-9]{10}|[A-Z]{5}[0-9]{4}[A-Z])$');
ALTER TABLE user_account
    ADD CONSTRAINT user_account_email_lower CHECK (email = lower(email) AND email LIKE '%@%'),
    ADD CONSTRAINT user_account_role_known
        CHECK (role IN ('OWNER', 'ADMIN', 'OPERATOR', 'LOGISTICS', 'VIEWER'));
ALTER TABLE batch
    ADD CONSTRAINT batch_batch_name_given CHECK (btrim(batch_name) <> ''),
    ADD CONSTRAINT batch_number_with_product CHECK (product_id IS NULL OR batch_number IS NOT NULL),
    ADD CONSTRAINT batch_brand_with_product CHECK ((product_id IS NULL) = (brand_id IS NULL)),
    ADD CONSTRAINT batch_status_known CHECK (status IN ('ACTIVE', 'ARCHIVED')),
    ADD CONSTRAINT batch_market_region_known CHECK (market_region IN ('INDIA', 'EU', 'US', 'GLOBAL')),
    ADD CONSTRAINT batch_cell_source_known CHECK (cell_source IN ('DOMESTIC', 'IMPORTED', 'MIXED')),
    ADD CONSTRAINT batch_domestic_value_add_percent CHECK (domestic_value_add BETWEEN 0 AND 100),
    ADD CONSTRAINT batch_quantity_positive CHECK (quantity > 0),
    ADD CONSTRAINT batch_nominal_voltage_positive CHECK (nominal_voltage_v > 0),
    ADD CONSTRAINT batch_rated_capacity_positive CHECK (rated_capacity_ah > 0),
    ADD CONSTRAINT batch_weight_positive CHECK (weight_kg > 0),
    ADD CONSTRAINT batch_carbon_footprint_not_negative CHECK (carbon_footprint_kg_per_kwh >= 0),
    ADD CONSTRAINT batch_passports_counted CHECK (total_passports >= 0 AND downloaded_passports >= 0),
    ADD CONSTRAINT batch_version_positive CHECK (version >= 1);
ALTER TABLE passport
    ADD CONSTRAINT passport_serial_number_given CHECK (btrim(serial_number) <> ''),
    ADD CONSTRAINT passport_status_known CHECK (status IN ('INACTIVE', 'ACTIVE', 'SHIPPED', 'INSTALLED', 'RETURNED',
        'RECALLED', 'SUSPENDED', 'RETIRED', 'RECYCLED', 'REPURPOSED'));
ALTER TABLE issuance ADD CONSTRAINT issuance_created_positive CHECK (created > 0);
ALTER TABLE scan
    ADD CONSTRAINT scan_position_positive CHECK (position > 0),
    ADD CONSTRAINT scan_device_type_known CHECK (device_type IN ('MOBILE', 'TABLET', 'DESKTOP', 'OTHER'));
ALTER TABLE feed_head ADD CONSTRAINT feed_head_position_not_negative CHECK (last_position >= 0);
ALTER TABLE throttle ADD CONSTRAINT throttle_used_positive CHECK (used > 0);
ALTER TABLE lifecycle_event
    ADD CONSTRAINT lifecycle_event_position_positive CHECK (position > 0 AND feed_position > 0),
    ADD CONSTRAINT lifecycle_event_chained CHECK ((position = 1) = (previous_hash IS NULL)),
    ADD CONSTRAINT lifecycle_event_hash_sha256 CHECK (octet_length(hash) = 32
        AND (previous_hash IS NULL OR octet_length(previous_hash) = 32));
ALTER TABLE quota_account ADD CONSTRAINT quota_account_never_negative CHECK (used >= 0 AND credited >= used);
ALTER TABLE quota_entry
    ADD CONSTRAINT quota_entry_kind_known CHECK (kind IN ('GRANT', 'PURCHASE', 'ISSUE', 'REFUND', 'CORRECTION')),
    ADD CONSTRAINT quota_entry_sign CHECK (CASE WHEN kind IN ('GRANT', 'PURCHASE') THEN amount > 0
        WHEN kind IN ('ISSUE', 'REFUND') THEN amount < 0 ELSE amount <> 0 END),
    ADD CONSTRAINT quota_entry_balance_never_negative CHECK (balance >= 0),
    ADD CONSTRAINT quota_entry_position_positive CHECK (position > 0);
"""

# Positions are given while the company's lock is held, as the last statement before the commit, so that a reader
# who has seen position n has seen everything before it.
_FEEDS = """
CREATE FUNCTION feed_advance(feed_name text, tenants uuid[], items bigint[])
RETURNS TABLE (tenant uuid, base bigint)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    companies integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(feed_name || t.id::text, 0))
        FROM (SELECT u AS id FROM unnest(tenants) u ORDER BY 1 OFFSET 0) t;
    RETURN QUERY
        UPDATE feed_head f SET last_position = f.last_position + n.items
        FROM unnest(tenants, items) n (id, items)
        WHERE f.tenant_id = n.id AND f.feed = feed_name
        RETURNING f.tenant_id, f.last_position - n.items;
    GET DIAGNOSTICS companies = ROW_COUNT;
    IF companies <> cardinality(tenants) THEN
        RAISE EXCEPTION 'a company has no head in the feed %, or is named twice', feed_name
            USING ERRCODE = 'foreign_key_violation';
    END IF;
END $$;
"""

_APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER lifecycle_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lifecycle_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quota_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON quota_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# The server works as a role that owns nothing: it can neither drop a trigger nor change an event.
_ROLE = """
DO $$ BEGIN
    CREATE ROLE exportready_server NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    IF NOT pg_has_role(current_user, 'exportready_server', 'SET') THEN
        EXECUTE format('GRANT exportready_server TO %I', current_user);
    END IF;
END $$;
GRANT USAGE ON SCHEMA public TO exportready_server;
GRANT SELECT ON aerich TO exportready_server;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, throttle, idempotency_key, session, refresh_token, password_reset
    TO exportready_server;
GRANT SELECT, INSERT, UPDATE ON feed_head, tenant, user_account, brand, product, batch, passport, quota_account
    TO exportready_server;
GRANT SELECT, INSERT ON issuance, scan, lifecycle_event, quota_entry TO exportready_server;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO exportready_server;
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    return _CHECKS + _FEEDS + _APPEND_ONLY + _ROLE


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        REVOKE ALL ON ALL TABLES IN SCHEMA public FROM exportready_server;
        REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM exportready_server;
        REVOKE ALL ON SCHEMA public FROM exportready_server;
        DROP FUNCTION refuse_change() CASCADE;
        DROP FUNCTION feed_advance(text, uuid[], bigint[]);
        DO $$ DECLARE c record; BEGIN
            FOR c IN SELECT conrelid::regclass AS relation, conname FROM pg_constraint
                     WHERE contype = 'c' AND connamespace = 'public'::regnamespace
            LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.relation, c.conname); END LOOP;
        END $$;"""


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
