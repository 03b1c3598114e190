"""The certifier: sup over the domain of |f - g| for a one-hidden-layer relu network g.

It may use any arithmetic that is fast and proved; ``verify.checker`` re-derives what it claims.
"""
