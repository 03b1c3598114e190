(** * Alternation: a function with few pieces cannot change its sign often

    g is continuous and affine on every interval that has none of n given knots inside.  If g takes
    both signs in turn at n + 3 ascending points, it has a zero between any two neighbours, n + 2 of
    them; two neighbouring zeros have no knot between them, so g is 0 there, also at a point where
    it is not.  So no such g comes closer than E to an f that is alternately E above and E below a
    line at n + 3 points. *)

From Coq Require Import Reals List Lra Lia Arith.
From Icebound Require Import Relu Pieces Pigeonhole B6.
Import ListNotations.
Local Open Scope R_scope.

(** Continuous, and affine inside [lo, hi] wherever no knot is. *)
Definition piecewise_affine (g : R -> R) (knots : list R) (lo hi : R) : Prop :=
  continuity g
  /\ forall l r, lo <= l -> l < r -> r <= hi ->
     (forall t, In t knots -> ~ (l < t < r)) -> affine_on g l r.

(** ** The principle *)

Section Alternation.

Variables (h : R -> R) (knots : list R) (lo hi side : R) (x : nat -> R).
Let m := S (S (length knots)).
Hypothesis pieces : piecewise_affine h knots lo hi.
Hypothesis ascending : forall j, (j < m)%nat -> x j < x (S j).
Hypotheses (x_first : lo <= x O) (x_last : x m <= hi).

(** h(x_j) has the sign of side if j is even, of -side if j is odd. *)
Fixpoint turned (j : nat) : R := match j with O => side | S i => - turned i end.

Hypothesis alternates : forall j, (j <= m)%nat -> 0 < turned j * h (x j).

Lemma x_ordered i j : (i <= j <= m)%nat -> x i <= x j.
Proof.
  intros [Hij Hjm]; induction Hij as [|j Hij IH]; [lra|].
  specialize (ascending j ltac:(lia)); specialize (IH ltac:(lia)); lra.
Qed.

Lemma zero_between j : (j < m)%nat -> exists z, x j < z < x (S j) /\ h z = 0.
Proof.
  intros Hj; pose proof (alternates j ltac:(lia)) as H0.
  pose proof (alternates (S j) ltac:(lia)) as H1; cbn [turned] in H1.
  destruct (IVT_cor h (x j) (x (S j))) as (z & Hz & Hzero).
  - apply pieces.
  - pose proof (ascending j Hj); lra.
  - nra.
  - assert (z <> x j) by (intros ->; rewrite Hzero in H0; lra).
    assert (z <> x (S j)) by (intros ->; rewrite Hzero in H1; lra).
    exists z; split; [lra | exact Hzero].
Qed.

Lemma choose_zeros n : (n <= m)%nat ->
  exists z : nat -> R, forall j, (j < n)%nat -> x j < z j < x (S j) /\ h (z j) = 0.
Proof.
  induction n as [|n IH]; intros Hn; [exists (fun _ => 0); intros; lia|].
  destruct (IH ltac:(lia)) as (z & Hz); destruct (zero_between n ltac:(lia)) as (w & Hw).
  exists (fun j => if Nat.eq_dec j n then w else z j); intros j Hj.
  destruct (Nat.eq_dec j n) as [->|Hjn]; [exact Hw | apply Hz; lia].
Qed.

Lemma no_alternation : False.
Proof.
  destruct (choose_zeros m (le_n m)) as (z & Hz).
  assert (Hwindow : forall i j, (i < j)%nat -> (S j < m)%nat -> z (S i) <= z j).
  { intros i j Hij Hj; destruct (Nat.eq_dec (S i) j) as [->|Hne]; [lra|].
    pose proof (Hz (S i) ltac:(lia)); pose proof (Hz j ltac:(lia)).
    pose proof (x_ordered (S (S i)) j ltac:(lia)); lra. }
  destruct (place_without_any nat R (fun t j => (S j < m)%nat /\ z j < t < z (S j))
    (fun i j => i <> j)) with (ts := knots) (ps := seq 0 (S (length knots))) as (j & Hj & Hno).
  - intros t j; destruct (lt_dec (S j) m), (Rlt_dec (z j) t), (Rlt_dec t (z (S j))); tauto.
  - intros t i j Hij [Hi Hti] [Hj Htj].
    destruct (Nat.lt_trichotomy i j) as [H|[H|H]]; [|contradiction|].
    + specialize (Hwindow i j H Hj); lra.
    + specialize (Hwindow j i H Hi); lra.
  - apply NoDup_apart, seq_NoDup.
  - rewrite seq_length; lia.
  - apply in_seq in Hj; unfold m in *.
    destruct (Hz j ltac:(lia)) as [Hzj Hzero]; destruct (Hz (S j) ltac:(lia)) as [Hzj' Hzero'].
    pose proof (x_ordered 0 j ltac:(lia)).
    pose proof (x_ordered (S (S j)) (S (S (length knots))) ltac:(lia)) as Hlast.
    destruct (proj2 pieces (z j) (z (S j))) as (slope & intercept & Haffine);
      [lra | lra | unfold m in *; lra | |].
    { intros t Ht Hinside; apply (Hno t Ht); split; [lia | exact Hinside]. }
    pose proof (alternates (S j) ltac:(lia)) as Hsign.
    rewrite (Haffine (x (S j))) in Hsign by lra.
    rewrite (Haffine (z j)) in Hzero by lra; rewrite (Haffine (z (S j))) in Hzero' by lra.
    assert (slope = 0) by (apply Rmult_eq_reg_r with (z (S j) - z j); lra).
    subst slope; replace intercept with 0 in Hsign by lra; lra.
Qed.

End Alternation.

Lemma continuity_line slope intercept : continuity (fun t => slope * t + intercept).
Proof.
  apply (continuity_plus (mult_real_fct slope id) (fct_cte intercept)).
  - apply continuity_scal, derivable_continuous, derivable_id.
  - apply continuity_const; intros a b; reflexivity.
Qed.

(** For g close to f, g minus the line takes the signs of f minus the line. *)
Lemma alternation_bound (f g : R -> R) (knots : list R) (lo hi side slope intercept E : R)
  (x : nat -> R) :
  let m := S (S (length knots)) in
  piecewise_affine g knots lo hi ->
  (forall j, (j < m)%nat -> x j < x (S j)) -> lo <= x O -> x m <= hi ->
  0 < E -> side = 1 \/ side = -1 ->
  (forall j, (j <= m)%nat -> E <= turned side j * (f (x j) - (slope * x j + intercept))) ->
  exists j, (j <= m)%nat /\ E <= Rabs (f (x j) - g (x j)).
Proof.
  intros m [Hcontinuous Hpieces] Hascending Hfirst Hlast HE Hside Hfar.
  destruct (all_below_dec (fun j => Rabs (f (x j) - g (x j)) < E) (fun j => Rlt_dec _ _) (S m))
    as [Hclose|(j & Hj & Hj')].
  2: { exists j; split; [lia | apply Rnot_lt_le; exact Hj']. }
  exfalso; apply (no_alternation (fun t => g t - (slope * t + intercept)) knots lo hi side x);
    try assumption.
  - split.
    + apply continuity_minus; [exact Hcontinuous | apply continuity_line].
    + intros l r Hl Hlr Hr Hno.
      destruct (Hpieces l r Hl Hlr Hr Hno) as (s & i & Haffine).
      exists (s - slope), (i - intercept); intros t Ht; rewrite Haffine by exact Ht; ring.
  - intros j Hj; specialize (Hclose j ltac:(lia)); specialize (Hfar j Hj).
    assert (Hturned : turned side j = 1 \/ turned side j = -1).
    { clear - Hside; induction j as [|j [IH|IH]]; cbn [turned]; try rewrite IH; lra. }
    apply Rabs_def2 in Hclose; destruct Hturned as [->| ->] in Hfar |- *; lra.
Qed.

(** ** One-hidden-layer relu networks *)

Definition knots_of (us : list unit) : list R :=
  flat_map (fun u => if Req_EM_T (inner u) 0 then [] else [- bias u / inner u]) us.

Lemma continuity_relu : continuity relu.
Proof.
  intros z eps Heps; exists eps; split; [exact Heps|]; intros y [_ Hy]; simpl in *.
  unfold R_dist in *; eapply Rle_lt_trans; [|exact Hy].
  unfold relu, Rmax; destruct (Rle_dec y 0), (Rle_dec z 0); unfold Rabs;
    repeat destruct Rcase_abs; lra.
Qed.

Lemma continuity_unit u : continuity (unit_value u).
Proof.
  apply (continuity_scal (comp relu (fun x => inner u * x + bias u))).
  apply continuity_comp; [apply continuity_line | apply continuity_relu].
Qed.

Lemma continuity_network intercept us : continuity (relu_network intercept us).
Proof.
  induction us as [|u us IH]; [apply continuity_const; intros a b; reflexivity|].
  apply (continuity_plus (unit_value u)); [apply continuity_unit | exact IH].
Qed.

(* lemma: B6-knots *)
(* statement: On the line x -> sum_k c_k relu(w_k x + b_k) + affine, n units, is continuous and
   affine between at most n knots -b_k/w_k, w_k not 0. *)
Theorem B6_knots (slope intercept : R) (us : list unit) :
  (length (knots_of us) <= length us)%nat
  /\ forall lo hi,
     piecewise_affine (fun x => slope * x + relu_network intercept us x) (knots_of us) lo hi.
Proof.
  split.
  - induction us as [|u us IH]; [apply le_n|]; unfold knots_of in *; cbn [flat_map length].
    rewrite app_length; destruct (Req_EM_T (inner u) 0); simpl; lia.
  - intros lo hi; split.
    + apply (continuity_plus (mult_real_fct slope id)); [|apply continuity_network].
      apply continuity_scal, derivable_continuous, derivable_id.
    + intros l r _ Hlr _ Hno; apply affine_plus.
      * exists slope, 0; intros; ring.
      * apply network_affine; [exact Hlr|]; intros u Hu [Hw (t & Ht & Hzero)].
        apply (Hno t); [|exact Ht]; apply in_flat_map; exists u; split; [exact Hu|].
        destruct (Req_EM_T (inner u) 0) as [H|_]; [contradiction|]; left.
        apply Rmult_eq_reg_l with (inner u); [field_simplify; lra | exact Hw].
Qed.

(* lemma: B6-alternation *)
(* statement: Let g(x) = a x + c_0 + the sum of c_k relu(w_k x + b_k) over n units, E > 0, and f -
   l, l affine, be alternately >= E and <= -E at n + 3 ascending points. Then |f - g| >= E at one of
   them. *)
Theorem B6_alternation (f : R -> R) (a c0 slope intercept side E : R) (us : list unit)
  (x : nat -> R) :
  let m := S (S (length us)) in
  0 < E -> side = 1 \/ side = -1 -> (forall j, (j < m)%nat -> x j < x (S j)) ->
  (forall j, (j <= m)%nat -> E <= turned side j * (f (x j) - (slope * x j + intercept))) ->
  exists j, (j <= m)%nat /\ E <= Rabs (f (x j) - (a * x j + relu_network c0 us (x j))).
Proof.
  intros m HE Hside Hascending Hfar.
  destruct (B6_knots a c0 us) as [Hcount Hpieces].
  destruct (alternation_bound f (fun t => a * t + relu_network c0 us t) (knots_of us) (x O)
    (x (S (S (length (knots_of us))))) side slope intercept E x) as (j & Hj & Herror);
    try assumption; try lra.
  - apply Hpieces.
  - intros j Hj; apply Hascending; unfold m; lia.
  - intros j Hj; apply Hfar; unfold m; lia.
  - exists j; split; [unfold m; lia | exact Herror].
Qed.
