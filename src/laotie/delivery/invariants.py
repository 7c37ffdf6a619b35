"""What must always hold about parcels; each statement returns the rows that break it."""

INVARIANTS: dict[str, str] = {
    "delivery.every_parcel_has_something_in_it": """
        SELECT s.id FROM delivery_shipment s
        WHERE NOT EXISTS (SELECT FROM delivery_shipment_line l WHERE l.shipment_id = s.id)
    """,
    "delivery.delivered_is_what_the_track_says": """
        SELECT s.id FROM delivery_shipment s
        WHERE (s.delivered_at IS NOT NULL) IS DISTINCT FROM EXISTS (
            SELECT FROM delivery_track_event t
            WHERE t.shipment_id = s.id AND t.state = 'DELIVERED')
    """,
    "delivery.each_delivery_is_told_once": """
        SELECT s.id FROM delivery_shipment s
        WHERE s.delivered_at IS NOT NULL AND 1 <> (
            SELECT count(*) FROM event_log e
            WHERE e.subject = s.id::text AND e.name = 'delivery.parcel_delivered')
    """,
}
