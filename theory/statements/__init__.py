"""Statements: what every result needs and says, as data.

==================  ===============================================================================
``statement``       the record: id, hypotheses, direction, both sides, source, status
``hypotheses``      assumptions that statements share, decided in three values
``enclose``         bounds as exact numbers or balls, node by node
``registry``        all statements by id, for the tables a user sees and for the tests
==================  ===============================================================================

A result itself is one small file in ``theory.permutation``, ``theory.bias`` or
``theory.ridgelet``.
"""
