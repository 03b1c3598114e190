"""Constructions and training of networks whose hidden biases alone are learned (notes B).

==================  ===============================================================================
``draw``            one frozen draw of W and C
``network``         the network as a frozen record; units that are switched off
``pools``           free units by kink size, and how a need is met from them
``knots``           where to put the knots, and node targets that balance the chord error
``kink_mass``       how much kink the weights hold against how much f' turns
``parking``         units outside the domain that give value and slope at the middle
``sweep``           the feedback sweep, in exact fixed-point arithmetic
``predict``         the bound B2a of a sweep, before the network is evaluated
``reports``         what a construction returns: network, guarantee, account of both halves
``wide``            the same for very many units, in floating point with its errors bounded
``wide_sweep``      the feedback sweep compiled, for ``wide``
``construction``    B2 as a whole: biases for given weights, with their guarantee
``kink_vectors``     free units of several outputs: sums of vectors near a needed one
``several_outputs``  B2 for several outputs: one vector of biases for all of them
``module``          the torch module whose biases alone are parameters
``line_gradient``   values and gradients in the biases on the line, in linear time
``line_kernel``     the same, compiled
``compiled``        one way to compile
``training``        training of the biases: Adam or L-BFGS on p-norms
``masks``           the best hard mask on frozen biases (B3)
``digits``          small images, several tasks on one frozen network
``recurrent``         frozen recurrent networks, and the matching argument carried out (B4)
``census``          what learned biases do: units switched off, where the knots are
==================  ===============================================================================
"""
