"""Lemmas whose proof is a Coq development: whole constructions, for every length.

They join the single steps of the other modules: what those say of one knot, one interval or one
block, these say of a network, by induction.
"""

from __future__ import annotations

from theory.lemmas.lemma import Lemma, Method


def _developed(
    id: str, name: str, used_by: tuple[str, ...], statement: str, argument: str
) -> Lemma:
    return Lemma(
        id=id,
        name=name,
        statement=statement,
        used_by=used_by,
        method=Method.COQ,
        argument=argument,
    )


LEMMAS = (
    _developed(
        "P1-slopes",
        "a balanced step, piece by piece",
        ("P1", "P3", "P4"),
        "For real b1 < b2 < b3 < b4 with b1 + b4 = b2 + b3, J = (b4 - b1)^2 - (b3 - b2)^2, "
        "R = (b4 - b1)/2 and r = (b3 - b2)/2, the step s with p = (-b1, b2, b3, -b4) and "
        "q = (b4, -b3, -b2, b1) is -J/2 for x <= b1, has the slopes 2 R, 2 (R - r), 2 R on "
        "[b1, b2], [b2, b3], [b3, b4], and is J/2 for x >= b4.",
        "The relus decided on each piece.",
    ),
    _developed(
        "P2-signs",
        "any sign on the left and any sign on the right",
        ("P2", "P3", "P4"),
        "For real b1 < b2 < b3 < b4 with b1 + b4 = b2 + b3, J = (b4 - b1)^2 - (b3 - b2)^2 and any "
        "two signs u, v there are p and q, together the values +-b_i, each once, such that the sum "
        "of p_i relu(x - b_i) + q_i relu(b_i - x) over i is u J/2 for x <= b1 and v J/2 for "
        "x >= b4.",
        "Step and constant quad, as they are or negated.",
    ),
    _developed(
        "P2-every-width",
        "no value is left over at any width",
        ("P2",),
        "For every n, d > 0 and any two signs for each of floor(n/4) quads, the left-overs of "
        "P2-residues on the n mod 4 smallest of the locations 0, d, ..., (n - 1) d and quads with "
        "these signs on the others, four neighbours each, use each of the values +-i d, i < n, "
        "once, and both the p and the q add up to 0.",
        "Induction on the number of quads.",
    ),
    _developed(
        "P6-all-orderings",
        "how many orderings there are at most",
        ("P6-counting",),
        "For every n >= 2 a list of (2n)!/2 vectors holds all orderings of the values +-b_i, "
        "b_i = i/(n-1), i = 0, ..., n - 1, as coefficients p and q.",
        "0 occurs twice: inserted twice, each pair of places once, into orderings of the rest.",
    ),
    _developed(
        "P6-permutations",
        "some zigzag is far from every ordering",
        ("P6-counting",),
        "For n >= 2, L > 0 and N = floor(log2((2n)!/2)) + 1 there is a zigzag with slopes +-L on N "
        "cells of length 1/N, 0 at 0, that is at least L/N away at some end of a cell from every "
        "sum of p_i relu(x - b_i) + q_i relu(b_i - x), b_i = i/(n-1), i = 0, ..., n - 1, in which "
        "p and q together are the values +-b_i in any order.",
        "P6-all-orderings and P6-counting.",
    ),
    _developed(
        "P8-invariant",
        "the knots stay within half a unit for ever",
        ("P8", "P8-closed", "P9", "P3'"),
        "If |E_0| <= 1/2, |E_1| <= 1/2 and |x_i| <= 1 for every i, then the recursion "
        "y = 2 E_(i+1) - E_i + x_i, k_i = clip(round(y), -2, 2), E_(i+2) = y - k_i, round to the "
        "nearest integer with ties toward 0, has |E_i| <= 1/2 and |k_i| <= 2 for every i.",
        "Induction; P8-feedback is the step.",
    ),
    _developed(
        "P8-levels",
        "integer heights close to any levels of small curvature",
        ("P8", "P8-closed", "P9", "P3'"),
        "If a_0 = 0 and |a_(i+2) - 2 a_(i+1) + a_i| <= 1 for every i, there are integers k_i with "
        "|k_i| <= 2 such that Z_0 = 0, Z_1 = round(a_1), Z_(i+2) = 2 Z_(i+1) - Z_i + k_i have "
        "|a_i - Z_i| <= 1/2 for every i.",
        "P8-invariant with E_i = a_i - Z_i and P8-recursion.",
    ),
    _developed(
        "P8-realisation-all",
        "the realisation lemma for every width",
        ("P8", "P8-closed", "P3'"),
        "For every n >= 2 and all integers k_1, ..., k_(n-2) in {-2, ..., 2} there are "
        "permutations P, N of 0, ..., n - 1 with P_i - N_i = k_i for 0 < i < n - 1; if all these "
        "k_i are even, P_0 - N_0 and P_(n-1) - N_(n-1) are odd.",
        "Blocks of sum 0 are split off by induction until one of five remainders is left, which "
        "P8-paths and explicit layouts realise.",
    ),
    _developed(
        "B2a-chord",
        "the error of the chord for a Lipschitz derivative",
        ("B2a", "P8", "P9", "B1"),
        "If f is differentiable on [a, b], a < b, and |f'(t) - f'(s)| <= M2 |t - s| there, then "
        "for a <= x <= b |f(x) - chord(x)| <= M2 (b - a)^2/8, chord the line through (a, f(a)) "
        "and (b, f(b)).",
        "+-f + M2 x^2/2 have rising derivatives, so they lie below their chords.",
    ),
    _developed(
        "B2a-network",
        "feedback over all knots of a network",
        ("B2a", "B2b"),
        "Let x_0 < ... < x_N, N >= 1, with steps h_k = x_(k+1) - x_k <= h, and g(x) = v + the sum "
        "of D_k relu(x - x_k) over k < N with D_k = (f(x_(k+1)) - g(x_k))/h_k - (D_0 + ... + "
        "D_(k-1)) + theta_k and |theta_k| <= theta. Then g(x_(k+1)) = f(x_(k+1)) + h_k theta_k for "
        "every k < N, and |f - g| <= M2 h^2/8 + max(|g(x_0) - f(x_0)|, h theta) on [x_0, x_N] if "
        "f is differentiable there and |f'(t) - f'(s)| <= M2 |t - s|.",
        "B2a-mismatch at every knot, B2a-interpolation and B2a-chord between them.",
    ),
    _developed(
        "B6-networks",
        "no relu network of this width does better",
        ("B6", "B6'"),
        "Let g(x) = c_0 + the sum of c_k relu(w_k x + b_k) over n units, any c, w, b, and let "
        "n + 1 triples x1 < x2 < x3 with pairwise disjoint (x1, x3) all have "
        "|f(x2) - ((x3 - x2) f(x1) + (x2 - x1) f(x3))/(x3 - x1)| >= 2 E. Then |f(x) - g(x)| >= E "
        "at one of the points.",
        "One interval holds no knot (as in B6-pigeonhole), g is affine there, B6-three-points.",
    ),
    _developed(
        "R4-finite-measure",
        "weak duality for a finite measure and a class of units",
        ("R4",),
        "Let mu be weights >= 0 on finitely many inputs, <f, phi> the sum of mu f phi and |f| the "
        "root of <f, f>, and |<u_v, phi>| <= M, M >= 0, for every parameter v of a class. Then "
        "every network g = c_1 u_(v_1) + ... + c_N u_(v_N) of any width with "
        "|c_1| + ... + |c_N| <= B has <f, phi> - B M <= |f - g| |phi|.",
        "R4-weak-duality in the space of functions on the inputs.",
    ),
)
