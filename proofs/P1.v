(** * P1: four locations make one step, using each of their eight values exactly once

    For b1 < b2 < b3 < b4 put p = (-b1, b2, b3, -b4), q = (b4, -b3, -b2, b1),
    e = b1 + b4 - b2 - b3 and J = (b4 - b1)^2 - (b3 - b2)^2.  The network

      step(x) = sum_i p_i relu(x - b_i) + q_i relu(b_i - x)

    is the line 2 (b1 b4 - b2 b3) - e x left of b1 and b1^2 - b2^2 - b3^2 + b4^2 - e x right of b4:
    one drift -e x and the jump J > 0.  With e = 0 it is odd about its centre, never decreases, has
    the slopes 2 R, 2 (R - r), 2 R on its gaps, where R = (b4 - b1)/2 and r = (b3 - b2)/2, and runs
    from -J/2 to J/2. *)

From Coq Require Import Reals List Permutation Lra Psatz.
From Icebound Require Import Relu.
Import ListNotations.
Local Open Scope R_scope.

Definition step (b1 b2 b3 b4 : R) : list pair :=
  [Pair b1 (- b1) b4; Pair b2 b2 (- b3); Pair b3 b3 (- b2); Pair b4 (- b4) b1].

(** The same with q = -p: a line, see P2. *)
Definition constant (b1 b2 b3 b4 : R) : list pair :=
  [Pair b1 (- b1) b1; Pair b2 b2 (- b2); Pair b3 b3 (- b3); Pair b4 (- b4) b4].

Definition drift (b1 b2 b3 b4 : R) : R := b1 + b4 - b2 - b3.

Definition jump (b1 b2 b3 b4 : R) : R := (b4 - b1) ^ 2 - (b3 - b2) ^ 2.

Ltac open_network := unfold step, network, pair_value; cbn [location right left map].

Section Step.

Variables b1 b2 b3 b4 : R.
Hypotheses (H12 : b1 < b2) (H23 : b2 < b3) (H34 : b3 < b4).

Notation s := (network (step b1 b2 b3 b4)).
Notation e := (drift b1 b2 b3 b4).
Notation J := (jump b1 b2 b3 b4).

Lemma step_permutes : permutes_its_locations (step b1 b2 b3 b4).
Proof.
  unfold permutes_its_locations, coefficients, signed_locations, step;
    cbn [map app location right left].
  permutation_of_lists.
Qed.

Lemma constant_permutes : permutes_its_locations (constant b1 b2 b3 b4).
Proof.
  unfold permutes_its_locations, coefficients, signed_locations, constant;
    cbn [map app location right left].
  rewrite ?Ropp_involutive; permutation_of_lists.
Qed.

Lemma step_left x : x <= b1 -> s x = 2 * (b1 * b4 - b2 * b3) - e * x.
Proof. intros; open_network; relus; unfold drift; ring. Qed.

Lemma step_right x : b4 <= x -> s x = b1 ^ 2 - b2 ^ 2 - b3 ^ 2 + b4 ^ 2 - e * x.
Proof. intros; open_network; relus; unfold drift; ring. Qed.

Lemma jump_positive : 0 < J.
Proof. unfold jump; nra. Qed.

(** The step on its gaps, from the value at the nearest location to the left. *)
Lemma step_first_gap x : b1 <= x <= b2 -> s x = s b1 + (b2 + b3 - 2 * b1) * (x - b1).
Proof. intros; open_network; relus; ring. Qed.

Lemma step_middle_gap x : b2 <= x <= b3 -> s x = s b2 + 2 * (b2 - b1) * (x - b2).
Proof. intros; open_network; relus; ring. Qed.

Lemma step_last_gap x : b3 <= x <= b4 -> s x = s b3 + (b2 + b3 - 2 * b1) * (x - b3).
Proof. intros; open_network; relus; ring. Qed.

End Step.

(* lemma: P1-values *)
(* statement: For s = 1 and s = -1 the entries of p = s (-b1, b2, b3, -b4) and q = s (b4, -b3, -b2,
   b1), and those of p and q = -p, are b1, ..., b4, -b1, ..., -b4, each once. *)
Theorem P1_values s b1 b2 b3 b4 :
  s = 1 \/ s = -1 ->
  permutes_its_locations (map (scaled s) (step b1 b2 b3 b4))
  /\ permutes_its_locations (map (scaled s) (constant b1 b2 b3 b4)).
Proof. intros; split; apply permutes_scaled; auto using step_permutes, constant_permutes. Qed.

(* lemma: P1-jump *)
(* statement: For real b1 < b2 < b3 < b4 the line b1^2 - b2^2 - b3^2 + b4^2 - e x exceeds the line 2
   (b1 b4 - b2 b3) - e x by J = (b4 - b1)^2 - (b3 - b2)^2, and J > 0. *)
Theorem P1_jump b1 b2 b3 b4 :
  b1 < b2 -> b2 < b3 -> b3 < b4 ->
  let e := drift b1 b2 b3 b4 in
  (forall x, (b1 ^ 2 - b2 ^ 2 - b3 ^ 2 + b4 ^ 2 - e * x) - (2 * (b1 * b4 - b2 * b3) - e * x)
             = (b4 - b1) ^ 2 - (b3 - b2) ^ 2)
  /\ 0 < (b4 - b1) ^ 2 - (b3 - b2) ^ 2.
Proof. intros H12 H23 H34; split; [intros; ring | apply jump_positive; assumption]. Qed.

(* lemma: P1-drift *)
(* statement: For real b1 < b2 < b3 < b4, e = b1 + b4 - b2 - b3 and every real x, s(x) = -b1 relu(x
   - b1) + b2 relu(x - b2) + b3 relu(x - b3) - b4 relu(x - b4) + b4 relu(b1 - x) - b3 relu(b2 - x) -
   b2 relu(b3 - x) + b1 relu(b4 - x) is 2 (b1 b4 - b2 b3) - e x if x <= b1, and b1^2 - b2^2 - b3^2 +
   b4^2 - e x if x >= b4. *)
Theorem P1_drift b1 b2 b3 b4 :
  b1 < b2 -> b2 < b3 -> b3 < b4 ->
  (forall x, x <= b1 ->
     network (step b1 b2 b3 b4) x = 2 * (b1 * b4 - b2 * b3) - drift b1 b2 b3 b4 * x)
  /\ (forall x, b4 <= x ->
     network (step b1 b2 b3 b4) x
     = b1 ^ 2 - b2 ^ 2 - b3 ^ 2 + b4 ^ 2 - drift b1 b2 b3 b4 * x).
Proof. intros; split; intros; [apply step_left | apply step_right]; lra. Qed.

(** ** Without drift *)

Section NoDrift.

Variables b1 b2 b3 b4 : R.
Hypotheses (H12 : b1 < b2) (H23 : b2 < b3) (H34 : b3 < b4).
Hypothesis no_drift : drift b1 b2 b3 b4 = 0.

Notation s := (network (step b1 b2 b3 b4)).
Notation J := (jump b1 b2 b3 b4).

(** e = 0 says that both pairs have the same centre. *)
Lemma last_location : b4 = b2 + b3 - b1.
Proof. unfold drift in no_drift; lra. Qed.

Lemma flat_left x : x <= b1 -> s x = - J / 2.
Proof.
  intros; rewrite step_left by lra; rewrite no_drift, last_location; unfold jump; field.
Qed.

Lemma flat_right x : b4 <= x -> s x = J / 2.
Proof.
  intros; rewrite step_right by lra; rewrite no_drift, last_location; unfold jump; field.
Qed.

(** x < y never decreases inside one piece; the five pieces are joined one after the other. *)
Ltac on_pieces x :=
  destruct (Rle_or_lt x b1); [|destruct (Rle_or_lt x b2); [|destruct (Rle_or_lt x b3);
    [|destruct (Rle_or_lt x b4)]]].

Lemma step_monotone x y : x <= y -> s x <= s y.
Proof.
  pose proof last_location as Hlast; intros Hxy.
  on_pieces x; on_pieces y; try lra; open_network; relus; nra.
Qed.

(** b1 + b4 - x is the mirror image of x in the centre (b1 + b4)/2. *)
Lemma step_odd x : s (b1 + b4 - x) = - s x.
Proof.
  pose proof last_location as Hlast.
  on_pieces x; open_network; relus; rewrite Hlast; ring.
Qed.

End NoDrift.

Lemma drift_zero b1 b2 b3 b4 : b1 + b4 = b2 + b3 -> drift b1 b2 b3 b4 = 0.
Proof. unfold drift; lra. Qed.

(* lemma: P1-monotone *)
(* statement: For real b1 < b2 < b3 < b4 with b1 + b4 = b2 + b3, s(x) = -b1 relu(x - b1) + b2 relu(x
   - b2) + b3 relu(x - b3) - b4 relu(x - b4) + b4 relu(b1 - x) - b3 relu(b2 - x) - b2 relu(b3 - x) +
   b1 relu(b4 - x) never decreases: x <= y implies s(x) <= s(y); and s(b1 + b4 - x) = -s(x) for
   every x. *)
Theorem P1_monotone b1 b2 b3 b4 :
  b1 < b2 -> b2 < b3 -> b3 < b4 -> b1 + b4 = b2 + b3 ->
  let s := network (step b1 b2 b3 b4) in
  (forall x y, x <= y -> s x <= s y) /\ (forall x, s (b1 + b4 - x) = - s x).
Proof.
  intros H12 H23 H34 Hbalanced; apply drift_zero in Hbalanced.
  split; intros; [apply step_monotone | apply step_odd]; assumption.
Qed.

(* lemma: P1-slopes *)
(* statement: For real b1 < b2 < b3 < b4 with b1 + b4 = b2 + b3, J = (b4 - b1)^2 - (b3 - b2)^2, R =
   (b4 - b1)/2 and r = (b3 - b2)/2, s(x) = -b1 relu(x - b1) + b2 relu(x - b2) + b3 relu(x - b3) - b4
   relu(x - b4) + b4 relu(b1 - x) - b3 relu(b2 - x) - b2 relu(b3 - x) + b1 relu(b4 - x) is -J/2 for
   x <= b1 and J/2 for x >= b4, and has the slopes 2 R on [b1, b2], 2 (R - r) on [b2, b3] and 2 R on
   [b3, b4]. *)
Theorem P1_slopes b1 b2 b3 b4 :
  b1 < b2 -> b2 < b3 -> b3 < b4 -> b1 + b4 = b2 + b3 ->
  let s := network (step b1 b2 b3 b4) in
  let J := jump b1 b2 b3 b4 in
  let outer := (b4 - b1) / 2 in
  let inner := (b3 - b2) / 2 in
  (forall x, x <= b1 -> s x = - J / 2)
  /\ (forall x, b1 <= x <= b2 -> s x = s b1 + 2 * outer * (x - b1))
  /\ (forall x, b2 <= x <= b3 -> s x = s b2 + 2 * (outer - inner) * (x - b2))
  /\ (forall x, b3 <= x <= b4 -> s x = s b3 + 2 * outer * (x - b3))
  /\ (forall x, b4 <= x -> s x = J / 2).
Proof.
  intros H12 H23 H34 Hdrift; apply drift_zero in Hdrift; cbv zeta.
  pose proof (last_location _ _ _ _ Hdrift) as Hlast.
  repeat split; intros.
  - apply flat_left; assumption.
  - rewrite step_first_gap by lra; rewrite Hlast; field.
  - rewrite step_middle_gap by lra; rewrite Hlast; field.
  - rewrite step_last_gap by lra; rewrite Hlast; field.
  - apply flat_right; assumption.
Qed.

(* lemma: P1-equidistant *)
(* statement: For b_i = b + i d, i = 0, ..., 3: J = (b3 - b0)^2 - (b2 - b1)^2 = 8 d^2, and with
   stride k, b_i = b + i k d, J = 8 k^2 d^2; b0 + b3 = b1 + b2. *)
Theorem P1_equidistant b d k :
  drift b (b + d) (b + 2 * d) (b + 3 * d) = 0
  /\ jump b (b + d) (b + 2 * d) (b + 3 * d) = 8 * d ^ 2
  /\ drift b (b + k * d) (b + 2 * k * d) (b + 3 * k * d) = 0
  /\ jump b (b + k * d) (b + 2 * k * d) (b + 3 * k * d) = 8 * k ^ 2 * d ^ 2.
Proof. unfold drift, jump; repeat split; ring. Qed.
