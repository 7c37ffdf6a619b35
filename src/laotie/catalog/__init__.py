"""What is for sale, at which price, when, where and for whom.

Owns: products with their SKUs and pictures, offers, and the history of list prices.
Promises: two offers of one SKU never overlap in one place; what an offer promised is never
    changed, only ended; a price a buyer saw can be compared by its version; pictures are our own
    re-encoding, without what came with the upload.
May import: kernel, events, accounts, links.
Publishes: ProductPublished, ProductWithdrawn, OfferOpened, OfferClosed.
"""
