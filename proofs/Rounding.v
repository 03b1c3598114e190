(** * Rounding to the nearest integer, ties toward 0 *)

From Coq Require Import Reals ZArith Lra Lia.
From Icebound Require Import Relu.
Local Open Scope R_scope.

Definition ceiling (r : R) : Z := (- Int_part (- r))%Z.

Definition round (y : R) : Z :=
  if Rle_dec 0 y then ceiling (y - 1 / 2) else (- ceiling (- y - 1 / 2))%Z.

(** The nearest number of -K, ..., K. *)
Definition clip (K k : Z) : Z := Z.max (- K) (Z.min K k).

(** k is an integer nearest to y. *)
Definition nearest (k : Z) (y : R) : Prop := Rabs (y - IZR k) <= 1 / 2.

Lemma ceiling_bounds r : r <= IZR (ceiling r) < r + 1.
Proof. unfold ceiling; rewrite opp_IZR; pose proof (base_Int_part (- r)); lra. Qed.

Lemma round_nearest y : nearest (round y) y.
Proof.
  apply Rabs_le; unfold round; destruct (Rle_dec 0 y).
  - pose proof (ceiling_bounds (y - 1 / 2)); lra.
  - rewrite opp_IZR; pose proof (ceiling_bounds (- y - 1 / 2)); lra.
Qed.

(** At most 2 as long as |y| <= 5/2: there the tie goes to 2 and not to 3. *)
Lemma round_within_two y : Rabs y <= 5 / 2 -> (Z.abs (round y) <= 2)%Z.
Proof.
  intros Hy; apply Rabs_between in Hy; unfold round; destruct (Rle_dec 0 y).
  - destruct (ceiling_bounds (y - 1 / 2)) as [Hlow Hhigh].
    assert (ceiling (y - 1 / 2) < 3)%Z by (apply lt_IZR; lra).
    assert (-1 < ceiling (y - 1 / 2))%Z by (apply lt_IZR; lra).
    lia.
  - destruct (ceiling_bounds (- y - 1 / 2)) as [Hlow Hhigh].
    assert (ceiling (- y - 1 / 2) < 3)%Z by (apply lt_IZR; lra).
    assert (-1 < ceiling (- y - 1 / 2))%Z by (apply lt_IZR; lra).
    lia.
Qed.

(** An integer nearest to y stays a nearest one of -K, ..., K if |y| <= K + 1/2. *)
Lemma clip_nearest K k y :
  (0 <= K)%Z -> Rabs y <= IZR K + 1 / 2 -> nearest k y -> Rabs (y - IZR (clip K k)) <= 1 / 2.
Proof.
  intros HK Hy Hk; unfold nearest in Hk; apply Rabs_between in Hy, Hk; apply Rabs_le.
  assert (Hupper : (k <= K + 1)%Z) by (apply le_IZR; rewrite plus_IZR; lra).
  assert (Hlower : (- (K + 1) <= k)%Z) by (apply le_IZR; rewrite opp_IZR, plus_IZR; lra).
  assert (Hcases : (clip K k = k \/ (k = K + 1 /\ clip K k = K)
                    \/ (k = - (K + 1) /\ clip K k = - K))%Z) by (unfold clip; lia).
  destruct Hcases as [-> | [[-> ->] | [-> ->]]]; rewrite ?opp_IZR, ?plus_IZR in *; lra.
Qed.
