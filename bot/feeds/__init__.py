"""From an address to what is new there."""
