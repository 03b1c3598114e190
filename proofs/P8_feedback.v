(** * P8, step 1: the feedback keeps every level within half a unit

    Levels a_0, a_1, ... (the values of f at the locations in units of gam d^2) have second
    differences x_i = a_{i+1} - 2 a_i + a_{i-1} with |x_i| <= 1.  The recursion

      y_i = 2 E_i - E_{i-1} + x_i,  k_i = clip(round(y_i), -2, 2),  E_{i+1} = y_i - k_i,

    round to the nearest integer with ties toward 0, keeps |E_i| <= 1/2 if |E_0|, |E_1| <= 1/2; the
    clip never acts.  E_i = a_i - Z_i for the integers Z_i with second differences k_i. *)

From Coq Require Import Reals ZArith Lra Lia Arith.
From Icebound Require Import Relu Rounding.
Local Open Scope R_scope.

(* lemma: P8-feedback *)
(* statement: If |E0| <= 1/2, |E1| <= 1/2 and |x| <= 1 then y = 2 E1 - E0 + x has |y| <= 5/2, and
   the integer k nearest to y, ties toward 0, has |k| <= 2 and |y - k| <= 1/2. *)
Theorem P8_feedback (E0 E1 x : R) :
  Rabs E0 <= 1 / 2 -> Rabs E1 <= 1 / 2 -> Rabs x <= 1 ->
  let y := 2 * E1 - E0 + x in
  Rabs y <= 5 / 2 /\ (Z.abs (round y) <= 2)%Z /\ Rabs (y - IZR (round y)) <= 1 / 2.
Proof.
  intros H0 H1 Hx y.
  assert (Hy : Rabs y <= 5 / 2)
    by (apply Rabs_le; apply Rabs_between in H0, H1, Hx; unfold y; lra).
  split; [exact Hy | split; [apply round_within_two, Hy | apply round_nearest]].
Qed.

(* lemma: P8-recursion *)
(* statement: For levels a_i and integers Z_i with E_i = a_i - Z_i, x = a_2 - 2 a_1 + a_0 and k =
   Z_2 - 2 Z_1 + Z_0: E_2 = 2 E_1 - E_0 + x - k. *)
Theorem P8_recursion (a0 a1 a2 : R) (Z0 Z1 Z2 : Z) :
  let x := a2 - 2 * a1 + a0 in
  let k := (Z2 - 2 * Z1 + Z0)%Z in
  a2 - IZR Z2 = 2 * (a1 - IZR Z1) - (a0 - IZR Z0) + x - IZR k.
Proof. intros x k; unfold x, k; rewrite plus_IZR, minus_IZR, mult_IZR; ring. Qed.

(** ** The recursion *)

Section Feedback.

Variables (x : nat -> R) (E0 E1 : R).

(** (E_i, E_{i+1}); x i is the second difference that enters E_{i+2}. *)
Fixpoint state (i : nat) : R * R :=
  match i with
  | O => (E0, E1)
  | S j =>
      let (before, here) := state j in
      let y := 2 * here - before + x j in
      (here, y - IZR (clip 2 (round y)))
  end.

Definition E (i : nat) : R := fst (state i).

(** The integer that the recursion takes at location i + 1. *)
Definition kink (i : nat) : Z := clip 2 (round (2 * E (S i) - E i + x i)).

Lemma state_errors i : state i = (E i, E (S i)).
Proof. unfold E; simpl; destruct (state i) as [before here]; reflexivity. Qed.

Lemma feedback_step i : E (S (S i)) = 2 * E (S i) - E i + x i - IZR (kink i).
Proof.
  unfold kink; change (E (S (S i))) with (fst (state (S (S i)))).
  cbn [state]; rewrite state_errors; reflexivity.
Qed.

Hypothesis small : forall i, Rabs (x i) <= 1.
Hypotheses (start0 : Rabs E0 <= 1 / 2) (start1 : Rabs E1 <= 1 / 2).

Lemma feedback_one i :
  Rabs (E i) <= 1 / 2 -> Rabs (E (S i)) <= 1 / 2 ->
  (Z.abs (kink i) <= 2)%Z /\ Rabs (E (S (S i))) <= 1 / 2.
Proof.
  intros Hbefore Hhere.
  destruct (P8_feedback _ _ _ Hbefore Hhere (small i)) as (_ & Hround & Hnearest).
  assert (Hk : kink i = round (2 * E (S i) - E i + x i)) by (unfold kink, clip; lia).
  rewrite feedback_step, Hk; auto.
Qed.

Lemma feedback_invariant i : Rabs (E i) <= 1 / 2 /\ Rabs (E (S i)) <= 1 / 2.
Proof.
  induction i as [|i [Hbefore Hhere]]; [split; assumption|].
  split; [assumption | apply feedback_one; assumption].
Qed.

End Feedback.

(* lemma: P8-invariant *)
(* statement: If |E_0| <= 1/2, |E_1| <= 1/2 and |x_i| <= 1 for every i, then the recursion y = 2
   E_(i+1) - E_i + x_i, k_i = clip(round(y), -2, 2), E_(i+2) = y - k_i, round to the nearest integer
   with ties toward 0, has |E_i| <= 1/2 and |k_i| <= 2 for every i. *)
Theorem P8_invariant (x : nat -> R) (E0 E1 : R) :
  (forall i, Rabs (x i) <= 1) -> Rabs E0 <= 1 / 2 -> Rabs E1 <= 1 / 2 ->
  forall i, Rabs (E x E0 E1 i) <= 1 / 2 /\ (Z.abs (kink x E0 E1 i) <= 2)%Z.
Proof.
  intros Hsmall H0 H1 i.
  destruct (feedback_invariant x E0 E1 Hsmall H0 H1 i) as [Hi Hnext].
  split; [assumption | apply (feedback_one x E0 E1); assumption].
Qed.

(** ** Levels *)

(** Heights from Z_0 and Z_1 with the second differences k. *)
Fixpoint heights (k : nat -> Z) (Z0 Z1 : Z) (i : nat) : Z * Z :=
  match i with
  | O => (Z0, Z1)
  | S j => let (before, here) := heights k Z0 Z1 j in (here, (2 * here - before + k j)%Z)
  end.

(** E_i = a_i - Z_i as long as the x_i are the second differences of the levels. *)
Lemma errors_of_levels (a : nat -> R) (x : nat -> R) (m : nat) :
  let T := round (a 1%nat) in
  let k := kink x 0 (a 1%nat - IZR T) in
  a O = 0 -> (forall i, (i < m)%nat -> a (S (S i)) - 2 * a (S i) + a i = x i) ->
  forall i, (i <= m)%nat ->
    a i - IZR (fst (heights k 0 T i)) = E x 0 (a 1%nat - IZR T) i
    /\ a (S i) - IZR (snd (heights k 0 T i)) = E x 0 (a 1%nat - IZR T) (S i).
Proof.
  intros T k Hstart Hx i; induction i as [|i IH]; intros Hi.
  - unfold E; cbn [heights state fst snd]; lra.
  - destruct (IH ltac:(lia)) as [IH1 IH2]; rewrite (feedback_step x 0); cbn [heights].
    destruct (heights k 0 T i) as [before here]; cbn [fst snd] in *; split; [assumption|].
    rewrite plus_IZR, minus_IZR, mult_IZR, <- IH1, <- IH2, <- (Hx i Hi); fold k; ring.
Qed.

(** Levels a_0, ..., a_(m+1). *)
Lemma levels_upto (a : nat -> R) (m : nat) :
  a O = 0 -> (forall i, (i < m)%nat -> Rabs (a (S (S i)) - 2 * a (S i) + a i) <= 1) ->
  exists k : nat -> Z,
    (forall i, Z.abs (k i) <= 2)%Z
    /\ forall i, (i <= m)%nat ->
       let h := heights k 0 (round (a 1%nat)) i in
       Rabs (a i - IZR (fst h)) <= 1 / 2 /\ Rabs (a (S i) - IZR (snd h)) <= 1 / 2.
Proof.
  intros Hstart Hcurved.
  set (x := fun i => if lt_dec i m then a (S (S i)) - 2 * a (S i) + a i else 0).
  set (E1 := a 1%nat - IZR (round (a 1%nat))).
  assert (Hx : forall i, Rabs (x i) <= 1).
  { intros i; unfold x; destruct (lt_dec i m); [apply Hcurved; assumption | rewrite Rabs_R0; lra]. }
  assert (H0 : Rabs 0 <= 1 / 2) by (rewrite Rabs_R0; lra).
  assert (H1 : Rabs E1 <= 1 / 2) by apply round_nearest.
  pose proof (P8_invariant x 0 E1 Hx H0 H1) as Hinvariant.
  exists (kink x 0 E1); split; [intros i; apply Hinvariant|]; intros i Hi; cbv zeta.
  assert (Hx' : forall j, (j < m)%nat -> a (S (S j)) - 2 * a (S j) + a j = x j)
    by (intros j Hj; unfold x; destruct (lt_dec j m); [reflexivity | contradiction]).
  destruct (errors_of_levels a x m Hstart Hx' i Hi) as [Hfst Hsnd]; fold E1 in Hfst, Hsnd.
  rewrite Hfst, Hsnd; split; apply Hinvariant.
Qed.

(* lemma: P8-levels *)
(* statement: If a_0 = 0 and |a_(i+2) - 2 a_(i+1) + a_i| <= 1 for all i, then there are integers k_i
   with |k_i| <= 2 such that the integers Z_0 = 0, Z_1 nearest to a_1, Z_(i+2) = 2 Z_(i+1) - Z_i +
   k_i satisfy |a_i - Z_i| <= 1/2 for all i. *)
Theorem P8_levels (a : nat -> R) :
  (forall i, Rabs (a (S (S i)) - 2 * a (S i) + a i) <= 1) -> a O = 0 ->
  exists k : nat -> Z,
    (forall i, Z.abs (k i) <= 2)%Z
    /\ forall i, Rabs (a i - IZR (fst (heights k 0 (round (a 1%nat)) i))) <= 1 / 2.
Proof.
  intros Hcurved Hstart.
  set (x := fun i => a (S (S i)) - 2 * a (S i) + a i).
  set (E1 := a 1%nat - IZR (round (a 1%nat))).
  assert (H0 : Rabs 0 <= 1 / 2) by (rewrite Rabs_R0; lra).
  assert (H1 : Rabs E1 <= 1 / 2) by apply round_nearest.
  pose proof (P8_invariant x 0 E1 Hcurved H0 H1) as Hinvariant.
  exists (kink x 0 E1); split; [intros i; apply Hinvariant|]; intros i.
  destruct (errors_of_levels a x i Hstart (fun _ _ => eq_refl) i (le_n i)) as [Hfst _].
  fold E1 in Hfst; rewrite Hfst; apply Hinvariant.
Qed.
