(** * B4: how far two recurrent networks drift apart

    r_{t+1} = -alpha r_t + beta relu(u_t) for two networks whose arguments u differ little: relu does
    not increase distances, so the distance e_t of the states has e_{t+1} <= A e_t + q. *)

From Coq Require Import Reals Lra.
From Icebound Require Import Relu.
Local Open Scope R_scope.

Lemma relu_contracts u v : Rabs (relu u - relu v) <= Rabs (u - v).
Proof.
  destruct (Rle_or_lt 0 u), (Rle_or_lt 0 v); relus; unfold Rabs; repeat destruct Rcase_abs; lra.
Qed.

(* lemma: B4-step *)
(* statement: If |r - r1| <= rho and |u - v| <= m, then s = -alpha r + beta relu(u) and s1 = -alpha
   r1 + beta relu(v) have |s - s1| <= |alpha| rho + |beta| m; a unit with r = 0 and u <= 0 stays at
   0. *)
Theorem B4_step (alpha beta r r1 u v rho m : R) :
  Rabs (r - r1) <= rho -> Rabs (u - v) <= m ->
  Rabs ((- alpha * r + beta * relu u) - (- alpha * r1 + beta * relu v))
    <= Rabs alpha * rho + Rabs beta * m
  /\ forall w, w <= 0 -> - alpha * 0 + beta * relu w = 0.
Proof.
  intros Hr Hu; split; [|intros w Hw; rewrite relu_off by exact Hw; ring].
  replace ((- alpha * r + beta * relu u) - (- alpha * r1 + beta * relu v))
    with (- (alpha * (r - r1)) + beta * (relu u - relu v)) by ring.
  eapply Rle_trans; [apply Rabs_triang|]; rewrite Rabs_Ropp, !Rabs_mult.
  apply Rplus_le_compat; apply Rmult_le_compat_l; try apply Rabs_pos; [exact Hr|].
  eapply Rle_trans; [apply relu_contracts | exact Hu].
Qed.

(* lemma: B4-recursion *)
(* statement: rho_t = q (A^t - 1)/(A - 1), A > 0 not 1, satisfies rho_0 = 0 and rho_(t+1) = A rho_t
   + q; so does q t for A = 1. *)
Theorem B4_recursion (A q : R) :
  (0 < A -> A <> 1 ->
   let rho t := q * (A ^ t - 1) / (A - 1) in
   rho O = 0 /\ forall t, rho (S t) = A * rho t + q)
  /\ (A = 1 -> let rho t := q * INR t in rho O = 0 /\ forall t, rho (S t) = A * rho t + q).
Proof.
  split.
  - intros _ HA; split; [simpl; field; lra | intros t; simpl pow; field; lra].
  - intros ->; split; [simpl; ring | intros t; rewrite S_INR; ring].
Qed.

(* lemma: B4-bound *)
(* statement: If A > 0, e_0 <= 0 and e_(t+1) <= A e_t + q for every t, then for every t e_t <= q
   (A^t - 1)/(A - 1) if A is not 1, and e_t <= q t if A = 1. *)
Theorem B4_bound (A q : R) (e : nat -> R) :
  0 < A -> e O <= 0 -> (forall t, e (S t) <= A * e t + q) ->
  forall t, (A <> 1 -> e t <= q * (A ^ t - 1) / (A - 1)) /\ (A = 1 -> e t <= q * INR t).
Proof.
  intros HA Hstart Hstep t; destruct (B4_recursion A q) as [Hgeneral Hone]; split; intros Hcase.
  - destruct (Hgeneral HA Hcase) as [H0 HS]; cbv zeta in *; induction t as [|t IH]; [lra|].
    rewrite HS; specialize (Hstep t); nra.
  - destruct (Hone Hcase) as [H0 HS]; cbv zeta in *; induction t as [|t IH]; [lra|].
    rewrite HS; specialize (Hstep t); nra.
Qed.
