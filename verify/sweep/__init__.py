"""Sweeps: a grid of claims, each computed once, each with its certificates or its measurement.

===============  ==================================================================================
``keys``         what may stand in a table of claims: kinds of values, ranges, exact numbers
``requests``     requests of the families, checked before any work
``families``     the families: their keys, and how one claim is computed
``figures``      the figures of a claim, flat, for tables
``config``       the configuration file, read and multiplied out
``fingerprint``  the version of the code that results depend on
``cells``        one claim, computed in a folder of its own
``store``        the database, which only the driver writes
``engine``       the driver: what is left to do, done, lost, tried again
``pool``         processes on this machine
``cluster``      a Dask cluster
``export``       CSV and Parquet
===============  ==================================================================================
"""
