(** * B2a: the error of the feedback construction, from its mismatches alone

    Knots x_k = x_0 + k h, k = 0..N.  The network g(x) = v_0 + s x-part + sum_{k<N} kink_k relu(x - x_k) has
    at x_k the slope sum_{j<k} kink_j on its left.  If

      kink_k = (f(x_{k+1}) - g(x_k))/h - sum_{j<k} kink_j + theta_k,

    then g(x_{k+1}) = f(x_{k+1}) + h theta_k whatever happened before, and on [x_0, x_N]

      |f - g| <= M2 h^2/8 + max(|g(x_0) - f(x_0)|, h max |theta_k|)

    if the derivative of f is M2-Lipschitz there (as it is where |f''| <= M2). *)

From Coq Require Import Reals Lra Lia Arith.
From Icebound Require Import Relu Chord.
Local Open Scope R_scope.

(** ** One knot, one interval *)

(* lemma: B2a-mismatch *)
(* statement: If g is affine on [x, x + h], h > 0, with the slope s + D there, and D = (y - g(x))/h
   - s + theta, then g(x + h) = y + h theta. *)
Theorem B2a_mismatch (g : R -> R) (x h s D y theta : R) :
  0 < h -> (forall t, x <= t <= x + h -> g t = g x + (s + D) * (t - x)) ->
  D = (y - g x) / h - s + theta -> g (x + h) = y + h * theta.
Proof. intros Hh Hg HD; rewrite Hg, HD by lra; field; lra. Qed.

(** ** The network *)

Section Feedback.

Variables (N : nat) (X kink theta : nat -> R) (v0 : R) (f : R -> R).
Hypothesis increasing : forall k, (k < N)%nat -> X k < X (S k).

Fixpoint sum_below (n : nat) (term : nat -> R) : R :=
  match n with
  | O => 0
  | S k => sum_below k term + term k
  end.

Definition g (x : R) : R := v0 + sum_below N (fun k => kink k * relu (x - X k)).

(** The slope that the kinks at X_0, ..., X_{k-1} add up to. *)
Definition slope (k : nat) : R := sum_below k kink.

Lemma knots_ordered i j : (i <= j <= N)%nat -> X i <= X j.
Proof.
  intros [Hij HjN]; induction Hij as [|j Hij IH]; [lra|].
  pose proof (increasing j ltac:(lia)); specialize (IH ltac:(lia)); lra.
Qed.

(** To the left of X_m only the first m kinks are active, to the right all of them are on. *)
Lemma sum_active m x y :
  (m <= N)%nat -> (forall k, (k < m)%nat -> X k <= x /\ X k <= y) ->
  sum_below m (fun k => kink k * relu (y - X k))
  = sum_below m (fun k => kink k * relu (x - X k)) + slope m * (y - x).
Proof.
  unfold slope; induction m as [|m IH]; intros Hm Hactive; cbn [sum_below]; [ring|].
  rewrite IH by (auto with arith; lia).
  destruct (Hactive m) as [Hx Hy]; [lia|].
  rewrite !relu_on by lra; ring.
Qed.

Lemma sum_inactive m n x :
  (m <= n)%nat -> (forall k, (m <= k < n)%nat -> x <= X k) ->
  sum_below n (fun k => kink k * relu (x - X k)) = sum_below m (fun k => kink k * relu (x - X k)).
Proof.
  intros Hmn; induction Hmn as [|n Hmn IH]; intros Hoff; [reflexivity|]; cbn [sum_below].
  rewrite IH by (intros; apply Hoff; lia).
  rewrite relu_off by (specialize (Hoff n ltac:(lia)); lra); ring.
Qed.

(** g is affine between neighbouring knots, with the kinks so far as its slope. *)
Lemma g_between k x :
  (k < N)%nat -> X k <= x <= X (S k) -> g x = g (X k) + slope (S k) * (x - X k).
Proof.
  intros Hk Hx; unfold g.
  assert (Hoff : forall y, y <= X (S k) ->
    sum_below N (fun j => kink j * relu (y - X j))
    = sum_below (S k) (fun j => kink j * relu (y - X j))).
  { intros y Hy; apply sum_inactive; [lia|]; intros j Hj.
    pose proof (knots_ordered (S k) j ltac:(lia)); lra. }
  rewrite (Hoff x), (Hoff (X k)) by lra.
  rewrite (sum_active (S k) (X k) x); [ring | lia|]; intros j Hj.
  pose proof (knots_ordered j k ltac:(lia)); lra.
Qed.

(** The rule: every knot makes up for the slope that is lacking, up to theta. *)
Hypothesis rule : forall k, (k < N)%nat ->
  kink k = (f (X (S k)) - g (X k)) / (X (S k) - X k) - slope k + theta k.

Lemma feedback_at_knots k :
  (k < N)%nat -> g (X (S k)) = f (X (S k)) + (X (S k) - X k) * theta k.
Proof.
  intros Hk; pose proof (increasing k Hk).
  replace (X (S k)) with (X k + (X (S k) - X k)) at 1 by ring.
  apply (B2a_mismatch g (X k) (X (S k) - X k) (slope k) (kink k)); [lra | | apply rule, Hk].
  intros t Ht; apply (g_between k t Hk); lra.
Qed.

Variables (f' : R -> R) (M2 h theta_max : R).
Hypothesis steps : forall k, (k < N)%nat -> X (S k) - X k <= h.
Hypothesis mismatch : forall k, (k < N)%nat -> Rabs (theta k) <= theta_max.

Notation worst := (Rmax (Rabs (g (X O) - f (X O))) (h * theta_max)).

Lemma error_at_knots k : (k <= N)%nat -> Rabs (g (X k) - f (X k)) <= worst.
Proof.
  destruct k as [|k]; intros Hk; [apply Rmax_l|].
  rewrite feedback_at_knots by lia.
  pose proof (increasing k ltac:(lia)); pose proof (steps k ltac:(lia)).
  replace (f (X (S k)) + (X (S k) - X k) * theta k - f (X (S k)))
    with ((X (S k) - X k) * theta k) by ring.
  rewrite Rabs_mult, (Rabs_right (X (S k) - X k)) by lra.
  apply Rle_trans with (h * theta_max); [|apply Rmax_r].
  apply Rmult_le_compat; [lra | apply Rabs_pos | lra | apply mismatch; lia].
Qed.

Lemma containing_interval x :
  X O <= x <= X N -> (0 < N)%nat -> exists k, (k < N)%nat /\ X k <= x <= X (S k).
Proof.
  intros [Hlow Hhigh] HN.
  assert (H : forall m, (m <= N)%nat -> x <= X m ->
    (0 < m)%nat -> exists k, (k < m)%nat /\ X k <= x <= X (S k)).
  { induction m as [|m IH]; intros Hm Hxm Hpositive; [lia|].
    destruct (Rle_or_lt (X m) x) as [Hright|Hleft]; [exists m; auto with arith|].
    destruct m as [|m]; [lra|].
    destruct IH as (k & Hk & Hxk); [lia | lra | lia | exists k; auto with arith]. }
  destruct (H N) as (k & Hk & Hx); auto; exists k; auto.
Qed.

Hypothesis derivative : forall x, X O <= x <= X N -> derivable_pt_lim f x (f' x).
Hypothesis curvature : lipschitz_on f' M2 (X O) (X N).

Lemma sup_error x :
  (0 < N)%nat -> X O <= x <= X N -> Rabs (f x - g x) <= M2 * h ^ 2 / 8 + worst.
Proof.
  intros HN Hx; destruct (containing_interval x Hx HN) as (k & Hk & Hxk).
  pose proof (increasing k Hk) as Hwidth; pose proof (steps k Hk) as Hstep.
  pose proof (knots_ordered 0 k ltac:(lia)); pose proof (knots_ordered (S k) N ltac:(lia)).
  assert (Hpiece : Rabs (f x - g x) <= M2 * (X (S k) - X k) ^ 2 / 8 + worst).
  { apply affine_error with f'; try assumption.
    - intros; apply derivative; lra.
    - intros u v Hu Huv Hv; apply curvature; lra.
    - exists (slope (S k)), (g (X k) - slope (S k) * X k); intros t Ht.
      rewrite (g_between k t Hk Ht); ring.
    - apply error_at_knots; lia.
    - apply error_at_knots; lia. }
  assert (HM2 : 0 <= M2).
  { assert (Rabs (f' (X (S k)) - f' (X k)) <= M2 * (X (S k) - X k)) by (apply curvature; lra).
    pose proof (Rabs_pos (f' (X (S k)) - f' (X k))); nra. }
  assert (Hsquare : (X (S k) - X k) ^ 2 <= h ^ 2) by nra.
  assert (M2 * (X (S k) - X k) ^ 2 / 8 <= M2 * h ^ 2 / 8) by nra.
  lra.
Qed.

End Feedback.

(* lemma: B2a-network *)
(* statement: Let x_0 < ... < x_N, N >= 1, with steps h_k = x_(k+1) - x_k <= h, and g(x) = v + the
   sum of D_k relu(x - x_k) over k < N with D_k = (f(x_(k+1)) - g(x_k))/h_k - (D_0 + ... + D_(k-1))
   + theta_k and |theta_k| <= theta. Then g(x_(k+1)) = f(x_(k+1)) + h_k theta_k for every k < N, and
   |f - g| <= M2 h^2/8 + max(|g(x_0) - f(x_0)|, h theta) on [x_0, x_N] if f is differentiable there
   and |f'(t) - f'(s)| <= M2 |t - s|. *)
Theorem B2a_network (N : nat) (X kink theta : nat -> R) (v0 : R) (f f' : R -> R)
  (M2 h theta_max : R) :
  (0 < N)%nat ->
  (forall k, (k < N)%nat -> X k < X (S k) /\ X (S k) - X k <= h) ->
  (forall k, (k < N)%nat -> kink k
     = (f (X (S k)) - g N X kink v0 (X k)) / (X (S k) - X k) - slope kink k + theta k) ->
  (forall k, (k < N)%nat -> Rabs (theta k) <= theta_max) ->
  (forall x, X O <= x <= X N -> derivable_pt_lim f x (f' x)) ->
  lipschitz_on f' M2 (X O) (X N) ->
  (forall k, (k < N)%nat ->
     g N X kink v0 (X (S k)) = f (X (S k)) + (X (S k) - X k) * theta k)
  /\ forall x, X O <= x <= X N ->
     Rabs (f x - g N X kink v0 x)
     <= M2 * h ^ 2 / 8 + Rmax (Rabs (g N X kink v0 (X O) - f (X O))) (h * theta_max).
Proof.
  intros HN Hsteps Hrule Htheta Hf HM2.
  assert (Hincreasing : forall k, (k < N)%nat -> X k < X (S k)) by (intros; apply Hsteps; lia).
  split.
  - intros k Hk; apply feedback_at_knots; assumption.
  - intros x Hx; apply (sup_error N X kink theta v0 f Hincreasing Hrule f'); auto.
    intros; apply Hsteps; assumption.
Qed.
