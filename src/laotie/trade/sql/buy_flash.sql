-- Purpose: place flash purchases in arrival order, one order each, and give a verdict on each.
-- Index:   trade_stock_pkey, trade_offer_stock_pkey, checkout_key_once, accounts_person_pkey,
--          address_one_default, order_line_of_buyer, and those of `catalog_offers_now`.
-- Rows:    one; arrays as long as the batch (1 to 256).
-- Bench:   bench/orders_hot.py
--
-- Locks come first, in one order for everybody: stock by SKU, then offers. Every later statement
-- has a snapshot of its own (READ COMMITTED), so a key that was committed while this batch waited
-- for a lock is seen: its twin is told of the order, not that all is sold.
--
-- p_buyer, p_key, p_terms_at, p_group, p_order: one place per wish: who, under which key, for which
--          of the terms, and the ids that checkout and order get if it is accepted.
-- p_earlier: the place of the same buyer's wish before it in this batch (0: none); empty where
--          nobody wishes twice.
-- p_terms: what each kind of wish was priced at, a `trade_flash_terms` each; `standing` is the
--          verdict where there is no price.
-- p_stock_at, p_offer_at: for each of the terms, its place in p_sku and p_offer (0: counts nothing).
-- p_sku, p_offer: rows to lock, each once and in order; all of them are there.
--
-- letters: one per wish: A accepted, D replay of an accepted key, X key used for something else,
--          R sold out, L limit per buyer, U may not buy, H no default address, F that address has
--          no copy for orders yet, V the terms no longer hold; or the standing of the terms.
-- total_fen: for A and D. kept_group, kept_order, kept_pay_by: for D, null where there is none.
-- remaining: for R and L, how many could be had; null where there is none.
CREATE OR REPLACE FUNCTION trade_buy_flash(
    p_buyer uuid[], p_key text[], p_terms_at integer[], p_group uuid[], p_order uuid[],
    p_earlier integer[], p_terms text[], p_stock_at integer[], p_offer_at integer[],
    p_sku uuid[], p_offer uuid[], p_now timestamptz, p_pay_by timestamptz, p_day text,
    OUT letters text, OUT total_fen bigint[], OUT kept_group uuid[], OUT kept_order uuid[],
    OUT kept_pay_by timestamptz[], OUT remaining integer[]
) LANGUAGE plpgsql
-- Orders come into being here and in `place_batch.sql` alone: the app itself may not insert them.
SECURITY DEFINER SET search_path = public, pg_temp
-- A plan that was made while the tables were small must still be right when they have grown, and
-- is made once for each connection.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    -- Asked once, not once per event.
    log_generation constant integer := event_generation_now();
    log_at         constant timestamptz := laotie_now();
    terms          constant trade_flash_terms[] := p_terms::trade_flash_terms[];
    s_left integer[];  s_cap integer[];  s_used integer[];
    o_left integer[];  o_cap integer[];  o_used integer[];
    t_standing "char"[]; t_units integer[]; t_sku uuid[]; t_offer uuid[]; t_digest text[];
    t_fen bigint[];  t_freight bigint[];  t_ways jsonb[];  has_ways boolean;  has_caps boolean;
    v "char"[];  w_kept boolean[];  w_sku_may integer[];  w_offer_may integer[];
    w_region text[];  w_sealed bytea[];  w_masked jsonb[];  w_freight bigint[];
    t integer;  k integer;  o integer;  b integer;  may integer;
    has_sku integer := 0;  has_offer integer := 0;
    repeats constant boolean := cardinality(p_earlier) > 0;
    accepted integer := 0;
BEGIN
    SELECT array_agg(x.left_over), array_agg(x.limit_per_buyer) INTO s_left, s_cap
      FROM (SELECT s.on_hand - s.reserved AS left_over, s.limit_per_buyer FROM trade_stock s
             WHERE s.sku_id = ANY (p_sku) ORDER BY s.sku_id FOR NO KEY UPDATE) x;
    IF cardinality(p_offer) > 0 THEN
        SELECT array_agg(x.left_over), array_agg(x.limit_per_buyer) INTO o_left, o_cap
          FROM (SELECT f.quantity - f.sold AS left_over, f.limit_per_buyer FROM trade_offer_stock f
                 WHERE f.offer_id = ANY (p_offer) ORDER BY f.offer_id FOR NO KEY UPDATE) x;
    END IF;
    ASSERT coalesce(cardinality(s_left), 0) = cardinality(p_sku);
    ASSERT coalesce(cardinality(o_left), 0) = cardinality(p_offer);
    has_caps := coalesce(array_length(array_remove(s_cap || o_cap, NULL), 1), 0) > 0;

    SELECT array_agg(coalesce(x.standing::"char", CASE WHEN EXISTS (
               SELECT FROM catalog_offers_now(ARRAY[x.sku_id], x.room_id, p_now) c
                WHERE c.offer_id = x.offer_id AND c.version = x.version
                  AND c.price_fen = x.unit_price_fen) THEN 'A' ELSE 'V' END::"char")),
           array_agg(x.units), array_agg(x.sku_id), array_agg(x.offer_id), array_agg(x.digest),
           array_agg(x.goods_fen), array_agg(x.freight_fen),
           array_agg(x.freight_by_region), bool_or(x.freight_by_region IS NOT NULL)
      INTO t_standing, t_units, t_sku, t_offer, t_digest, t_fen, t_freight, t_ways, has_ways
      FROM unnest(terms) x;

    -- What can be said of each wish before looking at goods, and what its buyer may still have.
    -- Every row is looked for by its key: OFFSET 0 lets no plan read a table whole instead.
    SELECT array_agg(x.letter), array_agg(x.fen), array_agg(x.freight), array_agg(x.region_code),
           array_agg(x.sealed), array_agg(x.masked), array_agg(x.sku_may), array_agg(x.offer_may),
           CASE WHEN bool_or(x.kept_id IS NOT NULL) THEN array_agg(x.kept_id) END,
           CASE WHEN bool_or(x.kept_id IS NOT NULL) THEN array_agg(x.kept_order) END,
           CASE WHEN bool_or(x.kept_id IS NOT NULL) THEN array_agg(x.pay_by) END
      INTO v, total_fen, w_freight, w_region, w_sealed, w_masked, w_sku_may, w_offer_may,
           kept_group, kept_order, kept_pay_by
      FROM (SELECT CASE
                   WHEN kept.id IS NOT NULL AND kept.digest = t_digest[p.at] THEN 'D'
                   WHEN kept.id IS NOT NULL THEN 'X'
                   WHEN who.is_grown_up IS NOT TRUE THEN 'U'
                   WHEN t_standing[p.at] <> 'A' THEN t_standing[p.at]
                   WHEN who.region_code IS NULL THEN 'H'
                   WHEN who.sealed IS NULL THEN 'F'
                   ELSE 'A' END::"char" AS letter,
                   coalesce(kept.total_fen, t_fen[p.at] + way.fen) AS fen, way.fen AS freight,
                   who.region_code, who.sealed, who.masked,
                   s_cap[p_stock_at[p.at]] - had.of_sku AS sku_may,
                   o_cap[p_offer_at[p.at]] - had.of_offer AS offer_may,
                   kept.id AS kept_id, kept.pay_by,
                   CASE WHEN kept.id IS NOT NULL THEN (
                       SELECT h.id FROM trade_order h WHERE h.group_id = kept.id LIMIT 1)
                   END AS kept_order
              FROM unnest(p_buyer, p_key, p_terms_at) WITH ORDINALITY p(buyer, key, at, ord)
              LEFT JOIN LATERAL (SELECT c.id, c.digest, c.total_fen, c.pay_by FROM trade_checkout c
                                  WHERE c.buyer_id = p.buyer AND c.key = p.key OFFSET 0) kept ON true
              LEFT JOIN LATERAL (SELECT * FROM accounts_order_address(p.buyer) OFFSET 0) who ON true
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN has_ways
                          THEN coalesce((t_ways[p.at] ->> who.region_code)::bigint, t_freight[p.at])
                          ELSE t_freight[p.at] END AS fen) way
              LEFT JOIN LATERAL (
                   SELECT coalesce(sum(l.quantity - l.released_quantity), 0)::integer AS of_sku,
                          coalesce(sum(l.quantity - l.released_quantity)
                                   FILTER (WHERE l.offer_id = t_offer[p.at]), 0)::integer AS of_offer
                     FROM trade_order_line l
                    -- Here and not at the join, which would read the rows before it drops them.
                    WHERE has_caps AND l.buyer_id = p.buyer AND l.sku_id = t_sku[p.at]) had ON true
             ORDER BY p.ord) x;

    -- Greedy, in arrival order, in memory: exact for any quantity.
    s_used := array_fill(0, ARRAY[cardinality(p_sku)]);
    o_used := array_fill(0, ARRAY[cardinality(p_offer)]);
    FOR i IN 1..cardinality(v) LOOP
        IF repeats THEN
            -- What the same buyer got just now: of the same key it is the answer, else it counts.
            has_sku := 0;
            has_offer := 0;
            t := p_terms_at[i];
            b := p_earlier[i];
            WHILE b > 0 LOOP
                IF v[b] = 'A' THEN
                    IF p_key[b] = p_key[i] THEN
                        v[i] := CASE WHEN t_digest[p_terms_at[b]] = t_digest[t] THEN 'D' ELSE 'X' END;
                        IF kept_group IS NULL THEN
                            kept_group := array_fill(NULL::uuid, ARRAY[cardinality(v)]);
                            kept_order := kept_group;
                            kept_pay_by := array_fill(NULL::timestamptz, ARRAY[cardinality(v)]);
                        END IF;
                        kept_group[i] := p_group[b];
                        kept_order[i] := p_order[b];
                        kept_pay_by[i] := p_pay_by;
                        total_fen[i] := total_fen[b];
                    ELSIF t_sku[p_terms_at[b]] = t_sku[t] THEN
                        has_sku := has_sku + t_units[p_terms_at[b]];
                        IF t_offer[p_terms_at[b]] = t_offer[t] THEN
                            has_offer := has_offer + t_units[p_terms_at[b]];
                        END IF;
                    END IF;
                END IF;
                b := p_earlier[b];
            END LOOP;
        END IF;
        IF v[i] = 'A' THEN
            t := p_terms_at[i];
            k := p_stock_at[t];
            o := p_offer_at[t];
            IF s_used[k] + t_units[t] > s_left[k] OR o_used[o] + t_units[t] > o_left[o] THEN
                v[i] := 'R';
                may := s_left[k] - s_used[k];
                IF may >= t_units[t] THEN
                    may := o_left[o] - o_used[o];
                END IF;
            ELSIF has_caps AND t_units[t] > least(w_sku_may[i] - has_sku, w_offer_may[i] - has_offer) THEN
                v[i] := 'L';
                may := greatest(least(w_sku_may[i] - has_sku, w_offer_may[i] - has_offer), 0);
            ELSE
                s_used[k] := s_used[k] + t_units[t];
                IF o > 0 THEN
                    o_used[o] := o_used[o] + t_units[t];
                END IF;
                accepted := accepted + 1;
                CONTINUE;
            END IF;
            IF remaining IS NULL THEN
                remaining := array_fill(NULL::integer, ARRAY[cardinality(v)]);
            END IF;
            remaining[i] := may;
        END IF;
    END LOOP;
    letters := array_to_string(v::text[], '');
    IF accepted = 0 THEN
        RETURN;
    END IF;

    UPDATE trade_stock SET reserved = reserved + u.units
      FROM unnest(p_sku, s_used) u(id, units) WHERE sku_id = u.id AND u.units > 0;
    IF cardinality(p_offer) > 0 THEN
        UPDATE trade_offer_stock SET sold = sold + u.units
          FROM unnest(p_offer, o_used) u(id, units) WHERE offer_id = u.id AND u.units > 0;
    END IF;
    -- From here on no table is read, so that the many kinds of a batch may be joined by hash.
    PERFORM set_config('enable_hashjoin', 'on', true);
    -- No ON CONFLICT: a key that races in on other goods raises, the batch rolls back and is tried again.
    WITH a AS MATERIALIZED (
        SELECT w.group_id, w.order_id, w.buyer, w.key, w.region, w.sealed, w.masked, w.freight, w.fen, x.*,
               x.earner_id IS NOT NULL AND w.buyer IS DISTINCT FROM x.host_id AS earns
          FROM unnest(v, p_group, p_order, p_buyer, p_key, p_terms_at, w_region, w_sealed, w_masked,
                      w_freight, total_fen)
               w(v, group_id, order_id, buyer, key, at, region, sealed, masked, freight, fen)
          JOIN unnest(terms) WITH ORDINALITY x
            ON x.ordinality = w.at
         WHERE w.v = 'A'),
    checkouts AS (
        INSERT INTO trade_checkout (id, buyer_id, key, digest, state, total_fen, placed_at, pay_by)
        -- In one order for everybody: batches with the same keys for other goods cannot deadlock.
        SELECT a.group_id, a.buyer, a.key, a.digest, 'OPEN', a.fen, p_now, p_pay_by FROM a
         ORDER BY a.buyer, a.key),
    orders AS (
        INSERT INTO trade_order (
            id, number, group_id, shop_id, buyer_id, room_id, creator_id, state, goods_fen,
            merchant_coupon_fen, platform_coupon_fen, freight_fen, total_fen, tech_bps, channel_bps,
            rule_version, region_code, address_sealed, address_masked, placed_at)
        SELECT a.order_id, p_day || lpad(nextval('trade_order_number')::text, 9, '0'), a.group_id,
               a.shop_id, a.buyer, a.room_id, a.creator_id, 'PENDING_PAYMENT', a.goods_fen, 0, 0,
               a.freight, a.fen, a.tech_bps, a.channel_bps, a.rule_version, a.region, a.sealed,
               a.masked, p_now FROM a),
    lines AS (
        -- A creator who buys from themselves earns nothing.
        INSERT INTO trade_order_line (
            order_id, line_no, buyer_id, sku_id, product_id, offer_id, quantity, unit_price_fen,
            goods_fen, merchant_coupon_fen, platform_coupon_fen, freight_fen, creator_id,
            creator_bps, plan_id, plan_version, creator_rule, title, spec, picture_url)
        SELECT a.order_id, 1, a.buyer, a.sku_id, a.product_id, a.offer_id, a.units, a.unit_price_fen,
               a.goods_fen, 0, 0, a.freight,
               CASE WHEN a.earns THEN a.earner_id END, CASE WHEN a.earns THEN a.earner_bps ELSE 0 END,
               CASE WHEN a.earns THEN a.plan_id END, CASE WHEN a.earns THEN a.plan_version END,
               CASE WHEN a.earns THEN a.earner_rule ELSE '' END, a.title, a.spec, a.picture_url
          FROM a)
    INSERT INTO event_log (generation, at, name, version, subject, body)
    SELECT log_generation, log_at, 'trade.order_placed', 1, a.order_id::text, jsonb_build_object(
               'order_id', a.order_id, 'group_id', a.group_id, 'shop_id', a.shop_id,
               'buyer_id', a.buyer, 'room_id', a.room_id, 'total_fen', a.fen, 'placed_at', p_now)
      FROM a;
END $$;
