"""Certified trajectories of a trained recurrent network beside the true solution (B4').

===============  ==================================================================================
``request``      what is asked for, checked before any work
``run``          the bounds, cell by cell, and the files
``results``      the record and its JSON
``certificate``  the record as a certificate of kind ``trajectory``
``picture``      solution, network and their distance as bands
===============  ==================================================================================
"""
