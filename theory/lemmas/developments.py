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
        "P3-levels",
        "the levels of the steps follow the target at every gap",
        ("P3", "P3-modulus"),
        "If H > 0, |f_0 - G_0| <= H/2 and |f_(q+1) - f_q| <= H for every q, then the recursion "
        "G_(q+1) = G_q + H clip(round((f_(q+1) - G_q)/H), -1, 1) has |f_q - G_q| <= H/2 for every "
        "q.",
        "Induction; P3-feedback is the step.",
    ),
    _developed(
        "P6-zigzag",
        "no coefficients follow the zigzag",
        ("P6",),
        "For n >= 2 and L > 0 some zigzag with slopes +-L on n cells of length 1/n, 0 at 0, is at "
        "least L/(2 n) away at some end of a cell from every alpha + gam times the sum of "
        "p_i relu(x - b_i) + q_i relu(b_i - x), b_i = i/(n-1), i = 0, ..., n - 1, any real alpha, "
        "gam, p and q.",
        "P10-alternation with the line L/(2 n) and the ends of the cells.",
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
        "P8-network",
        "the error for any signs with the right first slope",
        ("P8", "P8-closed"),
        "Let n >= 2, d = 1/(n-1), f be differentiable on [0, 1] with |f'(t) - f'(s)| <= "
        "M2 |t - s|, and gam > 0, gam >= M2. There are permutations P, N of 0, ..., n - 1 and an "
        "integer T nearest to (f(d) - f(0))/(gam d^2) such that every network g that has P_i d and "
        "-N_i d at i d, one on the right-facing and one on the left-facing unit, and the slope T d "
        "on (0, d), uses each of the values +-i d once and has "
        "|f - (f(0) - gam g(0) + gam g)| <= (gam/2 + M2/8) d^2 on [0, 1].",
        "P8-levels give kinks, P8-realisation P and N, B2a-chord and B2a-interpolation the error.",
    ),
    _developed(
        "P8-subsets-all",
        "the subset lemma for every width",
        ("P8", "P8-affine", "P8-closed", "P3'"),
        "For every n >= 17 and all integers k_1, ..., k_(n-2) in {-2, ..., 2} there are "
        "permutations P, N of 0, ..., n - 1 with P_i - N_i = k_i for 0 < i < n - 1 such that every "
        "integer W with 2 n + 5 <= W <= n(n-1) - (2 n + 5) is the sum of some of the P_i + N_i.",
        "A layout of zeros, swaps, triples, quads and paths: all lists that its first 15 weights "
        "can be are tried by computation, behind them sums grow by induction.",
    ),
    _developed(
        "P8-optimal",
        "the optimal rate with read-out",
        ("P8", "P8-closed"),
        "Let n >= 17, d = 1/(n-1), f be differentiable on [0, 1] with |f'(t) - f'(s)| <= "
        "M2 |t - s|, s0 = |f(d) - f(0)|/d, gam > 0, gam >= M2 and gam (n(n-9) - 118) >= "
        "2 s0 (n-1). There are alpha and coefficients p, q, together the values +-i d, i < n, each "
        "once, such that the sum g(x) of p_i relu(x - i d) + q_i relu(i d - x) has "
        "|f - (alpha + gam g)| <= (gam/2 + M2/8) d^2 on [0, 1].",
        "P8-network with signs from P8-subsets-all.",
    ),
    _developed(
        "P10-alternation",
        "what no coefficients on these knots can follow",
        ("P6", "P10"),
        "Let n >= 2, E > 0 and 0 <= x_0 < ... < x_n <= 1 be such that f - l, l affine, is "
        "alternately >= E and <= -E at these points. Then every alpha + gam times the sum of "
        "p_i relu(x - b_i) + q_i relu(b_i - x), b_i = i/(n-1), i = 0, ..., n - 1, any real "
        "alpha, gam, p and q, differs from f by at least E at one of them.",
        "Zeros between neighbours; between two zeros without a knot the network would vanish.",
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
        "B4-bound",
        "how far the recurrent networks drift apart",
        ("B4",),
        "If A > 0, e_0 <= 0 and e_(t+1) <= A e_t + q for every t, then for every t "
        "e_t <= q (A^t - 1)/(A - 1) if A is not 1, and e_t <= q t if A = 1.",
        "Induction; B4-recursion is the case of equality.",
    ),
    _developed(
        "B6-knots",
        "a relu network on the line has few knots",
        ("B6", "B6'", "B6-class", "P6", "P10"),
        "On the line x -> sum_k c_k relu(w_k x + b_k) + affine, n units, is continuous and affine "
        "between at most n knots -b_k/w_k, w_k not 0.",
        "Each unit is affine on either side of its knot; so are sums between all knots.",
    ),
    _developed(
        "B6-alternation",
        "alternation at three points more than knots",
        ("B6", "B6-class"),
        "Let g(x) = a x + c_0 + the sum of c_k relu(w_k x + b_k) over n units, E > 0, and f - l, l "
        "affine, be alternately >= E and <= -E at n + 3 ascending points. Then |f - g| >= E at "
        "one of them.",
        "B6-knots; n + 2 zeros between neighbours, two of them without a knot between.",
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
        "B8-network",
        "the kinks of a network must provide the variation of the slopes",
        ("B8",),
        "Let g(x) = c_0 + the sum of c_k relu(w_k x + b_k) over finitely many units, any biases "
        "b_k, let [a_i, a'_i], i = 0, ..., m, be ascending intervals with disjoint interiors and "
        "lengths h_i > 0, s_i the secant slopes of f over them, and |f - g| <= E at all their "
        "ends. Then the sum of |s_i - s_(i-1)| over i = 1, ..., m minus the sum of |c_k w_k| is at "
        "most E times the sum of 2/h_i + 2/h_(i-1).",
        "A unit is a kink up to an affine part; its secant slopes rise by at most |c_k w_k|.",
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
