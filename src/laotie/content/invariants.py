"""What must always hold about posts and what they show; each statement returns what breaks it."""

from laotie.content.viewing.watch_time import MOST_A_DAY_MS

INVARIANTS: dict[str, str] = {
    "content.posts_with_goods_are_labelled": """
        SELECT p.id FROM content_post p
        WHERE p.label <> 'AD'
          AND EXISTS (SELECT FROM content_postproduct g WHERE g.post_id = p.id)
    """,
    "content.products_of_a_post_are_numbered_from_one": """
        SELECT post_id FROM content_postproduct
        GROUP BY post_id HAVING max(position) <> count(*) OR min(position) <> 1
    """,
    "content.files_of_a_post_are_its_creators_and_of_its_kind": """
        SELECT h.id FROM content_postwork h
        JOIN content_post p ON p.id = h.post_id JOIN content_work w ON w.id = h.work_id
        WHERE w.creator_id <> p.creator_id
           OR (p.kind, w.kind) NOT IN (('VIDEO', 'VIDEO'), ('STILLS', 'STILL'))
    """,
    "content.public_posts_show_ready_files": """
        SELECT p.id FROM content_post p
        WHERE p.state = 'PUBLISHED' AND (
            NOT EXISTS (SELECT FROM content_postwork h WHERE h.post_id = p.id)
            OR EXISTS (SELECT FROM content_postwork h JOIN content_work w ON w.id = h.work_id
                       WHERE h.post_id = p.id
                         AND (w.state <> 'READY' OR w.is_withheld OR w.removed_at IS NOT NULL)))
    """,
    "content.posts_that_are_down_have_closed_files": """
        SELECT p.id FROM content_post p
        JOIN content_postwork h ON h.post_id = p.id JOIN content_work w ON w.id = h.work_id
        WHERE p.state IN ('TAKEN_DOWN', 'APPEALED', 'UPHELD') AND NOT w.is_withheld
    """,
    "content.buys_of_posts_are_counted": """
        SELECT f.post_id FROM content_postfigures f
        WHERE f.buys <> (SELECT count(*) FROM content_postbuy b
                         WHERE b.post_id = f.post_id AND b.counts)
    """,
    "content.orders_whose_money_went_back_rank_nothing": """
        SELECT b.post_id FROM content_postbuy b
        JOIN content_refundedorder r ON r."order" = b."order" WHERE b.counts
    """,
    "content.followers_are_counted": """
        SELECT creator_id FROM (
            SELECT creator_id, fans, followers FROM content_fancount
            UNION ALL
            SELECT f.creator_id,
                CASE WHEN n.since IS NULL OR f.at >= n.since THEN f.fans ELSE 0 END, f.followers
            FROM content_fanchange f LEFT JOIN content_fancount n USING (creator_id)
            UNION ALL
            SELECT w.creator_id, CASE WHEN w.forged = ''
                AND (n.since IS NULL OR w.followed_at >= n.since) THEN -1 ELSE 0 END, -1
            FROM live_follow w LEFT JOIN content_fancount n USING (creator_id)
        ) AS each
        GROUP BY creator_id HAVING sum(fans) <> 0 OR sum(followers) <> 0
    """,
    "content.blocked_people_do_not_follow": """
        SELECT w.id FROM live_follow w JOIN accounts_creator c ON c.id = w.creator_id
        JOIN content_block b ON (b.person_id, b.other_id) = (w.person_id, c.person_id)
            OR (b.other_id, b.person_id) = (w.person_id, c.person_id)
    """,
    "content.what_answers_is_under_the_same_post_and_one_level_deep": """
        SELECT a.id FROM content_comment a JOIN content_comment c ON c.id = a.answers_id
        WHERE a.post_id <> c.post_id OR c.answers_id IS NOT NULL
           OR (a.state = 'SHOWN' AND c.state NOT IN ('SHOWN', 'HELD'))
    """,
    "content.creators_await_proof_as_long_as_a_change_is_open": """
        SELECT c.id FROM accounts_creator c
        WHERE c.awaits_proof <> EXISTS (SELECT FROM accounts_changeofhands h
                                        WHERE h.creator_id = c.id AND h.proven_at IS NULL)
    """,
    "content.kept_visits_are_counted": """
        SELECT v.post_id FROM content_visit v LEFT JOIN content_postfigures f USING (post_id)
        GROUP BY v.post_id, f.visits, f.other_visits, f.paid_visits
        HAVING count(*) > coalesce(f.visits + f.other_visits + f.paid_visits, 0)
    """,
    # Where an account changed hands, earlier visits are no part of it any more.
    "content.believed_watch_time_is_of_visits": """
        SELECT v.post_id FROM content_visit v JOIN content_post p ON p.id = v.post_id
        JOIN accounts_creator c ON c.id = p.creator_id
        LEFT JOIN content_postfigures f ON f.post_id = v.post_id
        WHERE c.counts_since IS NULL
        GROUP BY v.post_id, f.visits, f.other_visits, f.paid_visits, f.believed_ms
        HAVING coalesce(sum(v.believed_ms), 0) > coalesce(f.believed_ms, 0)
            OR coalesce(sum(v.believed_ms), 0) < f.believed_ms
                AND count(v.believed_ms) = f.visits + f.other_visits + f.paid_visits
    """,
    "content.the_time_of_a_person_is_believed_once": f"""
        SELECT DISTINCT person_id FROM (
            SELECT person_id, ms, at - lag(at) OVER (PARTITION BY person_id ORDER BY at) AS passed,
                sum(ms) OVER (PARTITION BY person_id, (at AT TIME ZONE 'UTC')::date) AS of_day
            FROM (SELECT person_id, at, sum(believed_ms) AS ms FROM content_visit
                  WHERE believed_ms > 0 GROUP BY person_id, at) told
        ) each
        WHERE ms > extract(epoch FROM passed) * 1000 OR of_day > {MOST_A_DAY_MS}
    """,  # noqa: S608 - a number of ours.
    "content.complete_uploads_became_one_work": """
        SELECT u.id FROM content_upload u
        LEFT JOIN content_work w ON w.source_id = u.id AND w.origin = 'UPLOAD'
        WHERE (u.state = 'COMPLETE') <> (w.id IS NOT NULL)
           OR w.creator_id <> u.creator_id OR w.kind <> u.kind
           OR w.for_work_id IS DISTINCT FROM u.for_work_id AND w.id IS NOT NULL
    """,
    "content.covers_and_captions_are_of_their_videos_creator": """
        SELECT w.id FROM content_work w
        LEFT JOIN content_work v ON v.id = w.for_work_id
        LEFT JOIN content_work s ON s.id = w.cover_still_id
        WHERE v.creator_id <> w.creator_id OR v.kind <> 'VIDEO'
           OR s.creator_id <> w.creator_id OR s.kind <> 'STILL'
    """,
    "content.sublicences_are_never_wider": """
        SELECT g.id FROM content_rightsgrant g JOIN content_rightsgrant p ON p.id = g.parent_id
        WHERE g.use <> p.use OR g.occasion_id <> p.occasion_id OR NOT p.may_sublicense
           OR p.territory NOT IN ('WORLD', g.territory)
           OR g.starts_at < p.starts_at OR g.delay_s < p.delay_s
           OR least(g.ends_at, g.revoked_at) > least(p.ends_at, p.revoked_at)
           OR g.is_exclusive AND NOT p.is_exclusive
           OR coalesce(g.longest_clip_s, 100000) > coalesce(p.longest_clip_s, 100000)
    """,
    "content.exclusive_rights_contradict_nothing": """
        WITH RECURSIVE up (id, ancestor) AS (
            SELECT id, parent_id FROM content_rightsgrant WHERE parent_id IS NOT NULL
            UNION ALL
            SELECT up.id, g.parent_id FROM up JOIN content_rightsgrant g ON g.id = up.ancestor
            WHERE g.parent_id IS NOT NULL)
        SELECT one.id FROM content_rightsgrant one
        JOIN content_rightsgrant other ON other.occasion_id = one.occasion_id
            AND other.use = one.use AND other.id <> one.id
        WHERE one.is_exclusive
          AND (one.holder_kind, one.creator_id, one.shop_id)
              IS DISTINCT FROM (other.holder_kind, other.creator_id, other.shop_id)
          AND (one.territory = other.territory OR 'WORLD' IN (one.territory, other.territory))
          AND greatest(one.starts_at, other.starts_at)
              < least(one.ends_at, other.ends_at, one.revoked_at, other.revoked_at)
          AND NOT EXISTS (SELECT FROM up WHERE (up.id, up.ancestor) IN
              ((one.id, other.id), (other.id, one.id)))
    """,
    "content.public_posts_of_events_are_asked_again": """
        SELECT s.post_id FROM content_postoccasion s JOIN content_post p ON p.id = s.post_id
        WHERE p.state = 'PUBLISHED' AND s.look_again_at IS NULL
    """,
    "content.posts_under_review_have_a_case": """
        SELECT p.id FROM content_post p
        WHERE p.state = 'HUMAN_REVIEW' AND NOT EXISTS (
            SELECT FROM content_case c WHERE c.post_id = p.id AND c.state = 'OPEN')
    """,
    "content.appealed_posts_have_an_appeal": """
        SELECT p.id FROM content_post p
        WHERE p.state = 'APPEALED' AND NOT EXISTS (
            SELECT FROM content_case c
            WHERE c.post_id = p.id AND c.state = 'APPEALED' AND c.consequence = 'TAKEN_DOWN')
    """,
    "content.programmes_keep_to_their_budget": """
        SELECT p.id FROM content_programme p LEFT JOIN (
            SELECT programme_id, sum(amount_fen) AS all_fen,
                sum(amount_fen) FILTER (WHERE state = 'PAID') AS paid_fen,
                sum(full_fen) AS full_fen, count(*) FILTER (WHERE state = 'DUE') AS due
            FROM content_reward GROUP BY 1
        ) AS r ON r.programme_id = p.id
        WHERE p.paid_fen <> coalesce(r.paid_fen, 0)
           OR coalesce(r.all_fen, 0) > p.budget_fen
           OR coalesce(r.full_fen, 0) <> coalesce(p.due_fen, 0)
           OR p.state = 'PAID' AND r.due > 0
    """,
    "content.programmes_have_set_aside_what_is_left": """
        SELECT p.id FROM content_programme p LEFT JOIN led_account a
            ON a.book = 'main' AND a.party_kind = 'programme' AND a.party_id = p.id
            AND a.kind = 'available'
        WHERE coalesce(a.posted_fen, 0) <> CASE WHEN p.state IN ('OPEN', 'CLOSED')
            THEN p.budget_fen - p.paid_fen ELSE 0 END
    """,
    "content.rewards_are_of_enrolled_creators_tasks": """
        SELECT r.id FROM content_reward r
        JOIN content_enrolment e ON e.id = r.enrolment_id
        JOIN content_programmetask t ON t.id = r.task_id
        WHERE e.programme_id <> r.programme_id OR t.programme_id <> r.programme_id
           OR r.counted < t.target OR r.full_fen <> t.reward_fen
    """,
    "content.cancelled_programmes_have_nobody": """
        SELECT p.id FROM content_programme p JOIN content_enrolment e ON e.programme_id = p.id
        WHERE p.state IN ('DRAFT', 'CANCELLED')
    """,
    "content.closed_belts_have_nobody": """
        SELECT m.id FROM content_beltmembership m JOIN content_belt b ON b.id = m.belt_id
        WHERE b.state = 'CLOSED' AND m.state IN ('ASKED', 'MEMBER')
    """,
}
