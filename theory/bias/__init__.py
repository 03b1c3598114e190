"""Statements about frozen random weights with learned biases (notes B; arXiv 2407.00957).

===================  ==============================================================================
``matching``         B1: how many random frozen units match a given network by their biases alone
``matching_target``  B1 on the line: an explicit network to match, and its width
``feedback``         B2a: the error of the feedback construction, from its mismatches
``bins``             B2b: bins of kink sizes that make the mismatches of a draw small
``recurrent``        B4: how wide a frozen recurrent network must be to track a small one
``outputs``          B2-outputs: cubes of vector kinks, for networks with several outputs
``residual``         B5: x + g(x) is the same problem with h(x) - x
``masks``            B3: a hard mask on hidden units is a special vector of biases
``knots``            B6: no relu network of this width does better, by triples; its class form
``signs``            B6', B7: what the signs of given output weights rule out
``kink_budget``      B8: the kinks of a given draw must provide the variation of f'
===================  ==============================================================================

``verify.checks`` re-derives B1, B6, B6', B7 and B8 from their witnesses without any of this.
"""
