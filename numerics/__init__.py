"""Floating-point constructions, frozen draws and training; nothing here is proof.

What this package finds, ``verify`` certifies.  It imports ``theory``, never ``verify``.

==================  ===============================================================================
``networks``        networks as frozen records
``draws``           frozen parameters from a seed, reproducible without numpy
``fingerprint``     sha256 of frozen parameters, taken before and after training
``permutation``     constructions and training when only the order of the weights is learned
``bias``            constructions and training when only the hidden biases are learned
``ridgelet``        fits and samples for band-limited random networks
``dynamics``        recurrent networks on dynamical systems, trained by their biases
==================  ===============================================================================
"""
