"""Flash purchases: many orders of a room in one statement, without a quote each."""

from django.db import migrations

from laotie.kernel import sql

# What one kind of wish costs and who earns on it: the same for every buyer who asks for it.
_TERMS = """
CREATE TYPE trade_flash_terms AS (
    standing text, room_id uuid, sku_id uuid, offer_id uuid, version integer, units integer,
    unit_price_fen bigint, digest text, shop_id uuid, creator_id uuid, host_id uuid,
    product_id uuid, goods_fen bigint, freight_fen bigint, freight_by_region jsonb,
    tech_bps integer, channel_bps integer, rule_version integer, earner_id uuid,
    earner_bps integer, plan_id uuid, plan_version integer, earner_rule text,
    title jsonb, spec jsonb, picture_url text
);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_addresses_for_orders"),
        ("catalog", "0006_offers_now"),
        ("trade", "0007_reviews"),
    ]
    operations = [
        migrations.RunSQL(_TERMS, "DROP TYPE trade_flash_terms", hints={"expands": True}),
        migrations.RunSQL(
            sql.text("trade", "buy_flash"),
            "DROP FUNCTION trade_buy_flash",
            hints={"expands": True},
        ),
    ]
