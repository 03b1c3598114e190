(** * B8: the kinks of a given draw must provide the variation of the slopes

    Over ascending intervals [a_i, b_i], i = 0, ..., m, with disjoint interiors the secant slopes of
    relu(x - t) lie in [0, 1] and do not decrease, so their differences add up to at most 1; for a
    sum of kinks s_k they add up, in absolute value, to at most the sum of |s_k|. *)

From Coq Require Import Reals List Lra Lia.
From Icebound Require Import Relu B6.
Import ListNotations.
Local Open Scope R_scope.

Definition secant (h : R -> R) (a b : R) : R := (h b - h a) / (b - a).

Lemma secant_times h a b : a < b -> secant h a b * (b - a) = h b - h a.
Proof. intros; unfold secant; field; lra. Qed.

Lemma relu_secant_range t a b : a < b -> 0 <= secant (fun x => relu (x - t)) a b <= 1.
Proof.
  intros Hab; pose proof (secant_times (fun x => relu (x - t)) a b Hab) as H; cbv beta in H.
  assert (0 <= relu (b - t) - relu (a - t) <= b - a)
    by (destruct (Rle_or_lt t a), (Rle_or_lt t b); relus; lra).
  split; apply Rmult_le_reg_r with (b - a); lra.
Qed.

Lemma relu_secant_rises t a b c d :
  a < b -> b <= c -> c < d ->
  secant (fun x => relu (x - t)) a b <= secant (fun x => relu (x - t)) c d.
Proof.
  intros Hab Hbc Hcd; destruct (Rle_or_lt t c) as [Hc|Hc].
  - replace (secant (fun x => relu (x - t)) c d) with 1.
    + apply relu_secant_range, Hab.
    + unfold secant; relus; field; lra.
  - replace (secant (fun x => relu (x - t)) a b) with 0.
    + apply relu_secant_range, Hcd.
    + unfold secant; relus; field; lra.
Qed.

Section Intervals.

Variables (m : nat) (a b : nat -> R).
Hypothesis lengths : forall i, (i <= m)%nat -> a i < b i.
Hypothesis ascending : forall i, (i < m)%nat -> b i <= a (S i).

(** The sum over the first n neighbours of |difference of the secant slopes|. *)
Fixpoint variation (h : R -> R) (n : nat) : R :=
  match n with
  | O => 0
  | S i => variation h i + Rabs (secant h (a (S i)) (b (S i)) - secant h (a i) (b i))
  end.

Lemma relu_variation t n :
  (n <= m)%nat ->
  variation (fun x => relu (x - t)) n
  = secant (fun x => relu (x - t)) (a n) (b n) - secant (fun x => relu (x - t)) (a 0%nat) (b 0%nat).
Proof.
  induction n as [|n IH]; intros Hn; cbn [variation]; [ring|].
  rewrite IH by lia; rewrite Rabs_right; [ring|].
  pose proof (relu_secant_rises t (a n) (b n) (a (S n)) (b (S n))
    (lengths n ltac:(lia)) (ascending n ltac:(lia)) (lengths (S n) Hn)); lra.
Qed.

Lemma relu_variation_small t n : (n <= m)%nat -> variation (fun x => relu (x - t)) n <= 1.
Proof.
  intros Hn; rewrite relu_variation by exact Hn.
  pose proof (relu_secant_range t _ _ (lengths n Hn)).
  pose proof (relu_secant_range t _ _ (lengths 0 ltac:(lia))); lra.
Qed.

(** Affine parts do not count, multiples do. *)
Lemma variation_combination c g h f slope intercept n :
  (n <= m)%nat -> (forall x, f x = c * g x + h x + (slope * x + intercept)) ->
  variation f n <= Rabs c * variation g n + variation h n.
Proof.
  intros Hn Hf; induction n as [|n IH]; cbn [variation]; [lra|].
  specialize (IH ltac:(lia)).
  assert (Hsecant : forall i, (i <= m)%nat ->
    secant f (a i) (b i) = c * secant g (a i) (b i) + secant h (a i) (b i) + slope).
  { intros i Hi; specialize (lengths i Hi); unfold secant; rewrite !Hf; field; lra. }
  rewrite !Hsecant by lia.
  match goal with |- _ + Rabs ?value <= _ =>
    replace value with (c * (secant g (a (S n)) (b (S n)) - secant g (a n) (b n))
      + (secant h (a (S n)) (b (S n)) - secant h (a n) (b n))) by ring end.
  pose proof (Rabs_triang (c * (secant g (a (S n)) (b (S n)) - secant g (a n) (b n)))
    (secant h (a (S n)) (b (S n)) - secant h (a n) (b n))) as Htriangle.
  rewrite Rabs_mult in Htriangle; lra.
Qed.

Lemma variation_constant c n : (n <= m)%nat -> variation (fun _ => c) n = 0.
Proof.
  induction n as [|n IH]; intros Hn; cbn [variation]; [reflexivity|].
  rewrite IH by lia; unfold secant, Rdiv.
  replace ((c - c) * / (b (S n) - a (S n)) - (c - c) * / (b n - a n)) with 0 by ring.
  rewrite Rabs_R0; ring.
Qed.

(** c relu(w x + b) is |c w| times a relu(x - t), up to sign and an affine part. *)
Lemma unit_as_kink u :
  exists s t slope intercept, Rabs s = Rabs (outer u * B6.inner u)
    /\ forall x, unit_value u x = s * relu (x - t) + (slope * x + intercept).
Proof.
  destruct u as [c w bias]; unfold unit_value; cbn [outer B6.inner B6.bias].
  destruct (Rtotal_order w 0) as [Hneg|[->|Hpos]].
  - exists (- (c * w)), (- bias / w), (c * w), (c * bias); split; [apply Rabs_Ropp|]; intros x.
    assert (Hx : w * x + bias = w * (x - - bias / w)) by (field; lra).
    destruct (Rle_or_lt 0 (x - - bias / w)).
    + rewrite (relu_off (w * x + bias)), relu_on by nra; rewrite Rmult_0_r.
      transitivity (c * ((w * x + bias) - w * (x - - bias / w))); [rewrite Hx; ring | ring].
    + rewrite (relu_on (w * x + bias)), relu_off by nra; ring.
  - exists 0, 0, 0, (c * relu bias); split; [rewrite Rmult_0_r; reflexivity|]; intros x.
    replace (0 * x + bias) with bias by ring; ring.
  - exists (c * w), (- bias / w), 0, 0; split; [reflexivity|]; intros x.
    assert (Hx : w * x + bias = w * (x - - bias / w)) by (field; lra).
    destruct (Rle_or_lt 0 (x - - bias / w)).
    + rewrite (relu_on (w * x + bias)), relu_on by nra; rewrite Hx; ring.
    + rewrite (relu_off (w * x + bias)), relu_off by nra; ring.
Qed.

Lemma network_variation c0 us :
  variation (relu_network c0 us) m <= total (map (fun u => Rabs (outer u * B6.inner u)) us).
Proof.
  induction us as [|u us IH]; cbn [map total].
  - change (variation (fun _ => c0) m <= 0); rewrite variation_constant by lia; lra.
  - destruct (unit_as_kink u) as (s & t & slope & intercept & Hs & Hunit).
    pose proof (variation_combination s (fun x => relu (x - t)) (relu_network c0 us)
      (relu_network c0 (u :: us)) slope intercept m (le_n m)) as Hsum.
    specialize (Hsum ltac:(intros x; cbn [relu_network]; rewrite Hunit; ring)).
    pose proof (relu_variation_small t m (le_n m)); pose proof (Rabs_pos s); rewrite <- Hs; nra.
Qed.

Variables (f : R -> R) (E : R).

(** The sum over neighbours of 2/h_i + 2/h_{i+1}. *)
Fixpoint blur (n : nat) : R :=
  match n with
  | O => 0
  | S i => blur i + (2 / (b i - a i) + 2 / (b (S i) - a (S i)))
  end.

Lemma secant_error g i :
  (i <= m)%nat -> Rabs (f (a i) - g (a i)) <= E -> Rabs (f (b i) - g (b i)) <= E ->
  Rabs (secant f (a i) (b i) - secant g (a i) (b i)) <= E * (2 / (b i - a i)).
Proof.
  intros Hi Ha Hb; specialize (lengths i Hi).
  replace (secant f (a i) (b i) - secant g (a i) (b i))
    with (((f (b i) - g (b i)) - (f (a i) - g (a i))) * / (b i - a i))
    by (unfold secant; field; lra).
  rewrite Rabs_mult, (Rabs_right (/ _)) by (left; apply Rinv_0_lt_compat; lra).
  replace (E * (2 / (b i - a i))) with (2 * E * / (b i - a i)) by (field; lra).
  apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra|].
  apply Rabs_between in Ha, Hb; apply Rabs_le; lra.
Qed.

Lemma variation_error g n :
  (n <= m)%nat ->
  (forall i, (i <= m)%nat -> Rabs (f (a i) - g (a i)) <= E /\ Rabs (f (b i) - g (b i)) <= E) ->
  variation f n <= variation g n + E * blur n.
Proof.
  intros Hn Hclose; induction n as [|n IH]; cbn [variation blur]; [lra|].
  specialize (IH ltac:(lia)).
  destruct (Hclose n ltac:(lia)) as [Ha Hb]; destruct (Hclose (S n) Hn) as [Ha' Hb'].
  pose proof (secant_error g n ltac:(lia) Ha Hb) as H0.
  pose proof (secant_error g (S n) Hn Ha' Hb') as H1.
  set (p := secant f (a (S n)) (b (S n))) in *; set (p' := secant f (a n) (b n)) in *.
  set (q := secant g (a (S n)) (b (S n))) in *; set (q' := secant g (a n) (b n)) in *.
  assert (Rabs (p - p') <= Rabs (q - q') + Rabs (p - q) + Rabs (p' - q')).
  { replace (p - p') with ((q - q') + (p - q) + - (p' - q')) by ring.
    eapply Rle_trans; [apply Rabs_triang|]; rewrite Rabs_Ropp.
    pose proof (Rabs_triang (q - q') (p - q)); lra. }
  lra.
Qed.

End Intervals.

(* lemma: B8-network *)
(* statement: Let g(x) = c_0 + the sum of c_k relu(w_k x + b_k) over finitely many units, any biases
   b_k, let [a_i, a'_i], i = 0, ..., m, be ascending intervals with disjoint interiors and lengths
   h_i > 0, s_i the secant slopes of f over them, and |f - g| <= E at all their ends. Then the sum
   of |s_i - s_(i-1)| over i = 1, ..., m minus the sum of |c_k w_k| is at most E times the sum of
   2/h_i + 2/h_(i-1). *)
Theorem B8_network (m : nat) (a b : nat -> R) (f : R -> R) (E c0 : R) (us : list unit) :
  (forall i, (i <= m)%nat -> a i < b i) -> (forall i, (i < m)%nat -> b i <= a (S i)) ->
  (forall i, (i <= m)%nat -> Rabs (f (a i) - relu_network c0 us (a i)) <= E
     /\ Rabs (f (b i) - relu_network c0 us (b i)) <= E) ->
  variation a b f m - total (map (fun u => Rabs (outer u * B6.inner u)) us) <= E * blur a b m.
Proof.
  intros Hlengths Hascending Hclose.
  pose proof (variation_error m a b Hlengths f E (relu_network c0 us) m (le_n m) Hclose).
  pose proof (network_variation m a b Hlengths Hascending c0 us); lra.
Qed.
