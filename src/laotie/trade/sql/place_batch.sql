-- Purpose: place many checkouts at once, in arrival order, and give a verdict on each.
-- Index:   trade_stock_pkey, trade_offer_stock_pkey, trade_coupon_claim_pkey, checkout_key_once,
--          trade_quote_line_pkey, order_line_of_buyer.
-- Rows:    one; arrays as long as the batch (1 to 256).
-- Bench:   bench/checkout_web.py
--
-- Locks come first, in one order for everybody: stock by SKU, then offers, then coupons. Every
-- later statement has a snapshot of its own (READ COMMITTED), so a key that was committed while
-- this batch waited for a lock is seen: its twin is told of the order, not that all is sold.
--
-- p_revision, p_buyer, p_key, p_digest: one place per checkout; each buyer at most once.
-- p_room, p_sku, p_offer, p_price_version, p_price: what goods cost now, in a room or (null) outside;
--          a null offer is the list price.
--
-- verdict: A accepted, D replay of an accepted key, X key used for something else, R sold out,
--          L limit per buyer, P price or offer changed, Q quote too old or used, C coupon gone,
--          H no address, N no such quote of this buyer.
-- line_sku, remaining: for R and L, which goods, and how many could still be had.
CREATE OR REPLACE FUNCTION trade_place_batch(
    p_revision uuid[], p_buyer uuid[], p_key text[], p_digest text[],
    p_room uuid[], p_sku uuid[], p_offer uuid[], p_price_version integer[], p_price bigint[],
    p_now timestamptz, p_pay_by timestamptz, p_day text,
    OUT verdict "char"[], OUT group_id uuid[], OUT line_sku uuid[], OUT remaining integer[]
) LANGUAGE plpgsql
-- Orders come into being here and in `buy_flash.sql` alone: the app itself may not insert them.
SECURITY DEFINER SET search_path = public, pg_temp
-- A plan that was made while the tables were small must still be right when they have grown, and
-- is made once for each connection.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    n      constant integer := cardinality(p_revision);
    -- Asked once, not once per event.
    log_generation constant integer := event_generation_now();
    log_at         constant timestamptz := laotie_now();
    s_id   uuid[];     s_left integer[];  s_limit integer[];  s_used integer[];
    o_id   uuid[];     o_left integer[];  o_limit integer[];  o_used integer[];
    l_ord  integer[];  l_sku uuid[];      l_stock integer[];  l_offer integer[];
    l_units integer[]; l_holds boolean[]; l_may integer[];
    m integer; j integer := 1; first integer; k integer; o integer; units integer;
    accepted integer := 0; claimed integer; taken integer;
BEGIN
    SELECT array_agg(x.sku_id), array_agg(x.left_over), array_agg(x.limit_per_buyer)
      INTO s_id, s_left, s_limit
      FROM (SELECT s.sku_id, s.on_hand - s.reserved AS left_over, s.limit_per_buyer FROM trade_stock s
             WHERE s.sku_id = ANY (ARRAY(SELECT ql.sku_id FROM trade_quote_line ql
                                          WHERE ql.revision_id = ANY (p_revision)))
             ORDER BY s.sku_id FOR NO KEY UPDATE) x;
    SELECT array_agg(x.offer_id), array_agg(x.left_over), array_agg(x.limit_per_buyer)
      INTO o_id, o_left, o_limit
      FROM (SELECT f.offer_id, f.quantity - f.sold AS left_over, f.limit_per_buyer FROM trade_offer_stock f
             WHERE f.offer_id = ANY (ARRAY(SELECT ql.offer_id FROM trade_quote_line ql
                                            WHERE ql.revision_id = ANY (p_revision)))
             ORDER BY f.offer_id FOR NO KEY UPDATE) x;
    PERFORM FROM trade_coupon_claim cc
      WHERE cc.id = ANY (ARRAY(SELECT qc.claim_id FROM trade_quote_coupon qc
                                WHERE qc.revision_id = ANY (p_revision)))
      ORDER BY cc.id FOR NO KEY UPDATE;

    -- What can be said of each checkout before looking at goods.
    SELECT array_agg(CASE
             WHEN kept.id IS NOT NULL AND kept.digest = p.digest THEN 'D'
             WHEN kept.id IS NOT NULL THEN 'X'
             WHEN q.id IS NULL OR q.buyer_id <> p.buyer THEN 'N'
             WHEN used.id IS NOT NULL OR q.expires_at <= p_now THEN 'Q'
             WHEN q.address_sealed IS NULL THEN 'H'
             WHEN EXISTS (SELECT FROM trade_quote_coupon qc
                            JOIN trade_coupon_claim cc ON cc.id = qc.claim_id
                            JOIN trade_coupon c ON c.id = cc.coupon_id
                           WHERE qc.revision_id = q.id
                             AND (cc.state <> 'CLAIMED' OR cc.person_id <> p.buyer
                                  OR p_now < c.use_from OR p_now >= c.use_until)) THEN 'C'
             ELSE 'A' END::"char" ORDER BY p.ord),
           array_agg(coalesce(kept.id, q.quote_id) ORDER BY p.ord)
      INTO verdict, group_id
      FROM unnest(p_revision, p_buyer, p_key, p_digest) WITH ORDINALITY p(revision, buyer, key, digest, ord)
      LEFT JOIN trade_checkout kept ON kept.buyer_id = p.buyer AND kept.key = p.key
      LEFT JOIN trade_quote q ON q.id = p.revision
      LEFT JOIN trade_checkout used ON used.id = q.quote_id;

    -- Every line in arrival order, with its place among the locked rows and what the buyer may still have.
    SELECT array_agg(x.ord), array_agg(x.sku_id), array_agg(x.stock_at), array_agg(x.offer_at),
           array_agg(x.quantity), array_agg(x.holds), array_agg(x.may), count(*)
      INTO l_ord, l_sku, l_stock, l_offer, l_units, l_holds, l_may, m
      FROM (SELECT p.ord::integer, ql.sku_id, s.at::integer AS stock_at, f.at::integer AS offer_at, ql.quantity,
                   EXISTS (SELECT FROM unnest(p_room, p_sku, p_offer, p_price_version, p_price)
                                       c(room, sku, offer, version, price)
                            WHERE c.sku = ql.sku_id AND c.version = ql.price_version
                              AND c.price = ql.unit_price_fen AND c.room IS NOT DISTINCT FROM q.room_id
                              AND c.offer IS NOT DISTINCT FROM ql.offer_id) AS holds,
                   (SELECT least(s.cap - coalesce(sum(ol.quantity - ol.released_quantity), 0),
                                 f.cap - coalesce(sum(ol.quantity - ol.released_quantity)
                                                  FILTER (WHERE ol.offer_id = ql.offer_id), 0))::integer
                      FROM trade_order_line ol
                     WHERE ol.buyer_id = p.buyer AND ol.sku_id = ql.sku_id
                       AND (s.cap IS NOT NULL OR f.cap IS NOT NULL)) AS may
              FROM unnest(p_revision, p_buyer) WITH ORDINALITY p(revision, buyer, ord)
              JOIN trade_quote q ON q.id = p.revision
              JOIN trade_quote_line ql ON ql.revision_id = p.revision
              LEFT JOIN unnest(s_id, s_limit) WITH ORDINALITY s(id, cap, at) ON s.id = ql.sku_id
              LEFT JOIN unnest(o_id, o_limit) WITH ORDINALITY f(id, cap, at) ON f.id = ql.offer_id
             ORDER BY p.ord, ql.order_id, ql.line_no) x;

    -- Greedy, in arrival order, in memory: exact for any quantity, all or nothing per checkout.
    s_used := array_fill(0, ARRAY[coalesce(cardinality(s_id), 0)]);
    o_used := array_fill(0, ARRAY[coalesce(cardinality(o_id), 0)]);
    line_sku := array_fill(NULL::uuid, ARRAY[n]);
    remaining := array_fill(NULL::integer, ARRAY[n]);
    FOR i IN 1..n LOOP
        first := j;
        WHILE j <= m AND l_ord[j] = i LOOP
            IF verdict[i] = 'A' THEN
                k := l_stock[j];
                o := l_offer[j];
                units := l_units[j];
                IF NOT l_holds[j] THEN
                    verdict[i] := 'P';
                ELSIF k IS NULL OR s_used[k] + units > s_left[k] THEN
                    verdict[i] := 'R';
                    remaining[i] := coalesce(s_left[k] - s_used[k], 0);
                ELSIF o_used[o] + units > o_left[o] THEN
                    verdict[i] := 'R';
                    remaining[i] := o_left[o] - o_used[o];
                ELSIF units > l_may[j] THEN
                    verdict[i] := 'L';
                    remaining[i] := greatest(l_may[j], 0);
                ELSE
                    s_used[k] := s_used[k] + units;
                    IF o IS NOT NULL THEN
                        o_used[o] := o_used[o] + units;
                    END IF;
                END IF;
                IF verdict[i] <> 'A' THEN
                    line_sku[i] := l_sku[j];
                    FOR back IN first..j - 1 LOOP
                        s_used[l_stock[back]] := s_used[l_stock[back]] - l_units[back];
                        IF l_offer[back] IS NOT NULL THEN
                            o_used[l_offer[back]] := o_used[l_offer[back]] - l_units[back];
                        END IF;
                    END LOOP;
                END IF;
            END IF;
            j := j + 1;
        END LOOP;
        IF verdict[i] = 'A' THEN
            accepted := accepted + 1;
        END IF;
    END LOOP;
    IF accepted = 0 THEN
        RETURN;
    END IF;

    -- No ON CONFLICT: a key that races in on other goods raises, the batch rolls back and is tried again.
    INSERT INTO trade_checkout (id, buyer_id, key, digest, state, total_fen, placed_at, pay_by)
    SELECT q.quote_id, q.buyer_id, p.key, p.digest, 'OPEN', q.total_fen, p_now, p_pay_by
      FROM unnest(p_revision, p_key, p_digest, verdict) p(revision, key, digest, v)
      JOIN trade_quote q ON q.id = p.revision WHERE p.v = 'A';
    WITH placed AS (
        INSERT INTO trade_order (
            id, number, group_id, shop_id, buyer_id, room_id, creator_id, state, goods_fen,
            merchant_coupon_fen, platform_coupon_fen, freight_fen, total_fen, tech_bps, channel_bps,
            rule_version, region_code, address_sealed, address_masked, placed_at)
        SELECT qo.order_id, p_day || lpad(nextval('trade_order_number')::text, 9, '0'), q.quote_id,
               qo.shop_id, q.buyer_id, q.room_id, q.creator_id, 'PENDING_PAYMENT', qo.goods_fen,
               qo.merchant_coupon_fen, qo.platform_coupon_fen, qo.freight_fen, qo.total_fen, qo.tech_bps,
               qo.channel_bps, qo.rule_version, q.region_code, q.address_sealed, q.address_masked, p_now
          FROM unnest(p_revision, verdict) p(revision, v)
          JOIN trade_quote q ON q.id = p.revision
          JOIN trade_quote_order qo ON qo.revision_id = q.id WHERE p.v = 'A'
        RETURNING id, trade_order.group_id, shop_id, buyer_id, room_id, total_fen)
    INSERT INTO event_log (generation, at, name, version, subject, body)
    SELECT log_generation, log_at, 'trade.order_placed', 1, placed.id::text, jsonb_build_object(
               'order_id', placed.id, 'group_id', placed.group_id, 'shop_id', placed.shop_id,
               'buyer_id', placed.buyer_id, 'room_id', placed.room_id, 'total_fen', placed.total_fen,
               'placed_at', p_now)
      FROM placed;
    INSERT INTO trade_order_line (
        order_id, line_no, buyer_id, sku_id, product_id, offer_id, quantity, unit_price_fen, goods_fen,
        merchant_coupon_fen, platform_coupon_fen, freight_fen, post_id, creator_id, creator_bps,
        plan_id, plan_version, creator_rule, title, spec, picture_url)
    SELECT ql.order_id, ql.line_no, p.buyer, ql.sku_id, ql.product_id, ql.offer_id, ql.quantity,
           ql.unit_price_fen, ql.goods_fen, ql.merchant_coupon_fen, ql.platform_coupon_fen,
           ql.freight_fen, ql.post_id, ql.creator_id, ql.creator_bps, ql.plan_id, ql.plan_version,
           ql.creator_rule, ql.title, ql.spec, ql.picture_url
      FROM unnest(p_revision, p_buyer, verdict) p(revision, buyer, v)
      JOIN trade_quote_line ql ON ql.revision_id = p.revision WHERE p.v = 'A';
    UPDATE trade_stock SET reserved = reserved + u.units
      FROM unnest(s_id, s_used) u(id, units) WHERE sku_id = u.id AND u.units > 0;
    UPDATE trade_offer_stock SET sold = sold + u.units
      FROM unnest(o_id, o_used) u(id, units) WHERE offer_id = u.id AND u.units > 0;
    SELECT count(*) INTO claimed
      FROM unnest(p_revision, verdict) p(revision, v)
      JOIN trade_quote_coupon qc ON qc.revision_id = p.revision WHERE p.v = 'A';
    IF claimed > 0 THEN
        UPDATE trade_coupon_claim cc SET state = 'USED', group_id = q.quote_id
          FROM unnest(p_revision, verdict) p(revision, v)
          JOIN trade_quote q ON q.id = p.revision
          JOIN trade_quote_coupon qc ON qc.revision_id = q.id
         WHERE p.v = 'A' AND cc.id = qc.claim_id AND cc.state = 'CLAIMED';
        GET DIAGNOSTICS taken = ROW_COUNT;
        IF taken <> claimed THEN
            RAISE EXCEPTION 'a coupon was counted on twice' USING ERRCODE = '23505';
        END IF;
    END IF;
END $$;
