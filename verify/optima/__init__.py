"""Exact optima over all permutations of a small width (note P7).

===========  ======================================================================================
``request``  what a user asks, checked before work starts
``screen``   float lower bounds with a proved margin, for many networks at once
``sup``      the optimum in the sup norm, enclosed
``polish``   one network: its best read-out, and a ball-arithmetic bound from below
``moments``  integrals of a target against the hats of equidistant knots
``l2``       the optimum in L2, in closed form and enclosed
``network``  integers and a read-out as a stored network, certified
``witness``  points and triples with which a checker enumerates itself
``milp``     mixed-integer programs for moderate widths, measured
``bounds``   what stands beside an optimum: lower bounds and constructions
``optimum``  all of it for one request
===========  ======================================================================================
"""
