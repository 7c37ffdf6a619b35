"""Parcels on their way for an opaque order reference, and what the way costs.

Owns: freight rules, shipments with their lines and tracks, carriers' notices.
Promises: a shipment has one waybill; a parcel never moves backwards; a notice counts once.
May import: accounts.
Publishes: delivery.parcel_shipped, delivery.parcel_delivered.
"""
