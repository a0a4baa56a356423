"""The store: raw responses by content hash, observations with two clocks, documents."""
