"""Sweeps: configurations, keys, the database, kills of driver and workers, a Dask cluster."""
