-- Work out the heat of posts anew after their figures moved. Index: content_postfigures_pkey.
UPDATE content_postfigures f SET heat =
    extract(epoch FROM p.published_at)::float8 / 3600 / %(half_life_h)s
    + greatest(-%(watch_most)s, least(%(watch_most)s, ln((
        (f.completions + %(like)s * f.likes + %(buy)s * f.buys
            + %(watch_prior_views)s * %(watch_prior)s)
        / (f.visits + %(watch_prior_views)s) / %(watch_prior)s)::float8) / ln(2::float8)))
FROM content_post p
WHERE p.id = f.post_id AND p.published_at IS NOT NULL AND f.post_id = ANY (%(posts)s::uuid[])
