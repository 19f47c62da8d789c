"""Getting corpora: what there is to fetch, fetching it, and unpacking it safely."""
