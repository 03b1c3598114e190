"""Floating-point constructions, draws and training; of these only ``float_pieces`` proves errors.

What this package finds, ``verify`` certifies.  It imports ``theory``, never ``verify``.

==================  ===============================================================================
``networks``        networks as frozen records
``float_pieces``    slopes and values of a relu network in floating point, rounding bounded
``draws``           frozen parameters from a seed, reproducible without numpy
``fingerprint``     sha256 of frozen parameters, taken before and after training
``permutation``     constructions and training when only the order of the weights is learned
``bias``            constructions and training when only the hidden biases are learned
``ridgelet``        fits and samples for band-limited random networks
``dynamics``        recurrent networks on dynamical systems, trained by their biases
==================  ===============================================================================
"""
