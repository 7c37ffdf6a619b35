"""The API for apps and mini-programs, `/api/v1`: JSON to use cases, deciding nothing."""
