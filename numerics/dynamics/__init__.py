"""Recurrent networks that learn dynamical systems by their biases alone (notes B4, measured side).

===============  ===================================================================================
``systems``      cosine, van der Pol and Lorenz, integrated by SciPy at a stated tolerance
``draws``        normal draws from the SHAKE-256 stream; the frozen matrices of a seed
``config``       what is trained on which system and how
``module``       many networks side by side, and backpropagation through time by the formulas
``training``     training many seeds at once, interruptible, resumed to the same result
``measures``     R^2, free-running horizon, spectra along the orbit, units off
===============  ===================================================================================
"""
