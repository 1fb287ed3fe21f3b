"""How fast Tidings is, measured on the real thing: ``python -m bench`` (docs/benchmarks.md)."""
