"""Flash purchases: many orders of a room in one statement, without a quote each."""

import django.db.models.deletion
from django.db import migrations, models

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
# Instead of a foreign key that is looked at row by row: checkout, order and lines are written by
# two functions alone, each time all three, and the app can neither add nor take away one of them.
_ONLY_WHOLE = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'laotie_app') THEN
        REVOKE INSERT, DELETE, TRUNCATE ON trade_checkout, trade_order, trade_order_line
            FROM laotie_app;
    END IF;
END $$;
"""

# Made with the unique column for searches by its beginning, which nobody makes: a tenth of the
# index work of an order.
_UNUSED = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT indexrelid::regclass AS name FROM pg_index i
                   JOIN pg_class c ON c.oid = i.indexrelid
                  WHERE indrelid = 'trade_order'::regclass
                    AND c.relname LIKE 'trade\\_order\\_number\\_%\\_like'
    LOOP
        EXECUTE format('DROP INDEX %s', found.name);
    END LOOP;
END $$;
"""


def _without_key(to: str, **how: bool) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
        db_constraint=False,
        **how,
    )


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
        # Now with its owner's rights; processes of the release before call it as they did.
        migrations.RunSQL(
            sql.text("trade", "place_batch"), migrations.RunSQL.noop, hints={"expands": True}
        ),
        # `order_of_checkout` is the same index again.
        migrations.AlterField("order", "group", _without_key("trade.checkout", db_index=False)),
        migrations.AlterField("orderline", "order", _without_key("trade.order", db_index=False)),
        migrations.RunSQL(_UNUSED, migrations.RunSQL.noop, hints={"expands": True}),
        migrations.RunSQL(_ONLY_WHOLE, migrations.RunSQL.noop, hints={"expands": True}),
    ]
