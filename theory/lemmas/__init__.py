"""The lemmas behind the theorems, each with a proof that runs and a control that must fail.

================  =================================================================================
``lemma``         the record: statement, use, method, proof, control
``registry``      all lemmas by id
``solver``        quantified inequalities by z3
``identities``    exact identities by sympy
``boxes``         transcendental inequalities by branch and bound over balls
``on_paper``      steps that no machine checks here
``permutation``   lemmas of P1 to P10
``bias``          lemmas of B1 to B8
``ridgelet``      lemmas of R0 to R8
``developments``  lemmas whose proof is a Coq development
================  =================================================================================
"""
