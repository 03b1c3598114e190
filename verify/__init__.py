"""Certificates: making them, checking them, and the command line around both.

==================  ===============================================================================
``checker``         the independent checker, ``python -m verify.checker FILE``
``checks``          one file per kind of certificate; part of the checker
``certify``         certified sup-norm error of a network
``knots``           the points behind the lower bound B6
``certificates``    results as certificates
``network_files``   networks as ``.npz`` and ``.safetensors``
``files``           files written whole or not at all
``results``         result records of every family, and their JSON
``reference``       published training figures, to stand beside our own
``sandwich``        lower bound, construction and training put side by side
``cli``             the command ``icebound``, also ``python -m verify``
``pictures``        what the command draws
``progress``        how long work reports itself
``display``         certified numbers in few digits, rounded in the safe direction
``doctor``          the self-test of ``icebound doctor``
``claims``          the claims table of the README, from the registry
``strategies``      hypothesis strategies for targets, networks and certificates
``testing``         assertions for tests of theorems and certificates
==================  ===============================================================================

The checker is the trusted base: ``checker`` and ``checks`` import nothing but the standard library
and python-flint, which is why this file imports nothing at all.
"""
