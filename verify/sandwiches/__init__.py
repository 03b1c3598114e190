"""Sandwiches: certified lower bound <= constructed error <= predicted error, beside training.

==================  ===============================================================================
``request``         what a user asks of the permutation family, checked before work starts
``weights``         a user's own frozen vector, checked against what the theorems cover
``lower``           lower bounds: B6 for the target, P6 and P10 for its class
``constructions``   which constructions apply, and the best one, certified
``wide``               P8 with half the unit, on demand
``training``        LaPerm or search on the same class, its best network certified
``ridge_sums``      sums of ridge functions: one network per direction, errors added
``permutation``     all of them side by side, and the files they leave
``bias_request``       what a user asks of the bias family
``bias_weights``       a user's own frozen W and C, read and written
``bias_constructions``  the construction B2 on one draw, certified, and what B2b says of it
``bias_training``      biases trained on the same draw, certified
``bias``               lower bounds, construction and training on one draw, and their files
``ridgelet_request``  what a user asks of the band-limited family
``ridgelet_construction``  width-n networks from the fitted measure, certified
``ridgelet_training``  output weights on one frozen draw, and its Tikhonov path
``ridgelet``           all of them side by side, and the files they leave
``ridgelet_network_file``  ridge networks as ``.npz``
``band_sweep``         the same for many bands at a fixed budget
==================  ===============================================================================
"""
