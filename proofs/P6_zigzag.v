(** * P6 and P10: what no coefficients on n equidistant locations can do

    g(x) = alpha + gam sum_i p_i relu(x - b_i) + q_i relu(b_i - x), b_i = i/(n - 1), has n - 2 knots
    inside (0, 1), whatever alpha, gam, p and q.  So no g comes closer than E to an f that is
    alternately E above and E below a line at n + 1 points of [0, 1]; the zigzag with n cells and
    slopes +-L is, with E = L/(2n). *)

From Coq Require Import Reals List Lra Lia Arith.
From Icebound Require Import Relu Pieces P6 Alternation P6_orderings.
Import ListNotations.
Local Open Scope R_scope.

(** ** Networks of pairs on a grid *)

Lemma pairs_continuous us : continuity (network us).
Proof.
  induction us as [|u us IH]; [apply continuity_const; intros a b; reflexivity|].
  assert (Hrelu : forall s c b, continuity (fun x => c * relu (s * x + b))).
  { intros s c b; apply (continuity_scal (comp relu (fun x => s * x + b))).
    apply continuity_comp; [apply continuity_line | apply continuity_relu]. }
  apply (continuity_plus (pair_value u)); [|exact IH].
  intros x; apply (continuity_pt_locally_ext
    (fun x => right u * relu (1 * x + - location u) + left u * relu (-1 * x + location u))
    _ 1 x); [lra| |].
  - intros y _; unfold pair_value; do 2 f_equal; f_equal; ring.
  - apply continuity_plus; apply Hrelu.
Qed.

(** The knots of the grid that lie inside (0, 1). *)
Definition inner_knots (n : nat) : list R := map (fun i => INR i * / INR (n - 1)) (seq 1 (n - 2)).

Lemma readout_pieces n us alpha gam :
  (2 <= n)%nat -> map location us = grid n (/ INR (n - 1)) ->
  piecewise_affine (fun x => alpha + gam * network us x) (inner_knots n) 0 1.
Proof.
  intros Hn Hgrid; split.
  - apply (continuity_plus (fct_cte alpha)); [apply continuity_const; intros a b; reflexivity|].
    apply continuity_scal, pairs_continuous.
  - intros l r Hl Hlr Hr Hno.
    assert (Hlast : 0 < INR (n - 1)) by (apply lt_0_INR; lia).
    assert (Haffine : affine_on (network us) l r).
    { apply pairs_affine; [exact Hlr|]; intros u Hu Hinside.
      apply (in_map location) in Hu; rewrite Hgrid in Hu; apply in_map_iff in Hu.
      destruct Hu as (i & Hi & Hin); apply in_seq in Hin; rewrite <- Hi in Hinside.
      destruct (Nat.eq_dec i 0) as [->|Hfirst]; [simpl in Hinside; lra|].
      destruct (Nat.eq_dec i (n - 1)) as [->|Hend]; [rewrite Rinv_r in Hinside; lra|].
      apply (Hno (INR i * / INR (n - 1))); [|exact Hinside].
      apply (in_map (fun j => INR j * / INR (n - 1))), in_seq; lia. }
    apply affine_plus; [exists 0, alpha; intros; ring | apply affine_scale; exact Haffine].
Qed.

(* lemma: P10-alternation *)
(* statement: Let n >= 2, E > 0 and 0 <= x_0 < ... < x_n <= 1 be such that f - l, l affine, is
   alternately >= E and <= -E at these points. Then every alpha + gam times the sum of p_i relu(x -
   b_i) + q_i relu(b_i - x), b_i = i/(n-1), i = 0, ..., n - 1, any real alpha, gam, p and q, differs
   from f by at least E at one of them. *)
Theorem P10_alternation (n : nat) (f : R -> R) (slope intercept side E alpha gam : R)
  (us : list pair) (x : nat -> R) :
  (2 <= n)%nat -> 0 < E -> side = 1 \/ side = -1 ->
  (forall j, (j < n)%nat -> x j < x (S j)) -> 0 <= x O -> x n <= 1 ->
  (forall j, (j <= n)%nat -> E <= turned side j * (f (x j) - (slope * x j + intercept))) ->
  map location us = grid n (/ INR (n - 1)) ->
  exists j, (j <= n)%nat /\ E <= Rabs (f (x j) - (alpha + gam * network us (x j))).
Proof.
  intros Hn HE Hside Hascending Hfirst Hlast Hfar Hgrid.
  assert (Hm : S (S (length (inner_knots n))) = n)
    by (unfold inner_knots; rewrite map_length, seq_length; lia).
  pose proof (alternation_bound f (fun t => alpha + gam * network us t) (inner_knots n) 0 1 side
    slope intercept E x) as Hbound; cbv zeta in Hbound; rewrite Hm in Hbound.
  apply Hbound; try assumption; apply readout_pieces; assumption.
Qed.

(** ** The zigzag *)

Fixpoint alternating (up : bool) (n : nat) : list bool :=
  match n with
  | O => []
  | S m => up :: alternating (negb up) m
  end.

Lemma alternating_length up n : length (alternating up n) = n.
Proof. revert up; induction n as [|n IH]; intros up; simpl; auto. Qed.

Lemma alternating_height up n j :
  (j <= n)%nat -> height (alternating up n) j = direction up * ((1 + turned (-1) j) / 2).
Proof.
  revert up j; induction n as [|n IH]; intros up [|j] Hj; try lia; cbn [alternating height turned].
  - field.
  - field.
  - rewrite IH by lia; destruct up; simpl; field.
Qed.

Lemma turned_square side j : side = 1 \/ side = -1 -> turned side j * turned side j = 1.
Proof. intros Hside; induction j as [|j IH]; cbn [turned]; [destruct Hside as [->| ->]|]; lra. Qed.

(* lemma: P6-zigzag *)
(* statement: For n >= 2 and L > 0 some zigzag with slopes +-L on n cells of length 1/n, 0 at 0, is
   at least L/(2 n) away at some end of a cell from every alpha + gam times the sum of p_i relu(x -
   b_i) + q_i relu(b_i - x), b_i = i/(n-1), i = 0, ..., n - 1, any real alpha, gam, p and q. *)
Theorem P6_zigzag (n : nat) (L : R) :
  (2 <= n)%nat -> 0 < L ->
  exists f, is_zigzag L n f /\ forall us alpha gam,
    map location us = grid n (/ INR (n - 1)) ->
    exists j, (j <= n)%nat
      /\ L / (2 * INR n)
         <= Rabs (f (INR j / INR n) - (alpha + gam * network us (INR j / INR n))).
Proof.
  intros Hn HL; assert (Hreal : 0 < INR n) by (apply lt_0_INR; lia).
  pose proof (alternating_length true n) as Hlength.
  exists (zigzag L (alternating true n)); split.
  { rewrite <- Hlength at 1; apply zigzag_is_zigzag; lia. }
  intros us alpha gam Hgrid.
  apply (P10_alternation n (zigzag L (alternating true n)) 0 (L / (2 * INR n)) (-1) _ alpha gam us
    (fun j => INR j / INR n)); try assumption; try lra.
  - apply Rdiv_lt_0_compat; lra.
  - intros j Hj; rewrite S_INR; unfold Rdiv; apply Rmult_lt_compat_r; [|lra].
    apply Rinv_0_lt_compat; exact Hreal.
  - simpl; unfold Rdiv; rewrite Rmult_0_l; lra.
  - right; field; lra.
  - intros j Hj; rewrite (zigzag_at_node L n ltac:(lia)) by (assumption || lia).
    rewrite alternating_height by exact Hj; unfold direction.
    pose proof (turned_square (-1) j ltac:(auto)) as Hsquare.
    right; transitivity (L / (2 * INR n) * (turned (-1) j * turned (-1) j)).
    + rewrite Hsquare; ring.
    + field; lra.
Qed.
