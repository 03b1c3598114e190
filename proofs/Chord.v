(** * The error of a chord

    If f' is M2-Lipschitz on [a, b], as it is where |f''| <= M2, the chord of f over [a, b] errs by at
    most M2 (x - a)(b - x)/2 <= M2 (b - a)^2/8. *)

From Coq Require Import Reals Lra.
From Icebound Require Import Relu Pieces.
Local Open Scope R_scope.

(** The value at x of the line through (a, f(a)) and (b, f(b)). *)
Definition chord_of (f : R -> R) (a b x : R) : R := f a + (f b - f a) / (b - a) * (x - a).

(** A function with derivative >= 0 on [a, b] does not fall by more than eps (u - a) on [a, u]: the
    largest u up to which this holds is b.  (The mean value theorem of the library would add an
    axiom.) *)
Section Rising.

Variables (h h' : R -> R) (a b eps : R).
Hypothesis derivative : forall t, a <= t <= b -> derivable_pt_lim h t (h' t).
Hypothesis nonnegative : forall t, a <= t <= b -> 0 <= h' t.
Hypotheses (ordered : a <= b) (eps_positive : 0 < eps).

Definition holds (u : R) : Prop := h a - eps * (u - a) <= h u.
Definition holds_up_to (t : R) : Prop := a <= t <= b /\ forall u, a <= u <= t -> holds u.

(** Near s the function falls by less than eps times the distance, to the right and from the left. *)
Lemma falls_slowly s :
  a <= s <= b ->
  exists delta, 0 < delta
    /\ forall u, Rabs (u - s) < delta ->
        (s <= u -> h s - eps * (u - s) <= h u) /\ (u <= s -> h u - eps * (s - u) <= h s).
Proof.
  intros Hs; destruct (derivative s Hs eps eps_positive) as [delta Hdelta].
  exists delta; split; [apply cond_pos|]; intros u Hu.
  destruct (Req_dec u s) as [->|Hus]; [split; lra|].
  assert (Hk : u - s <> 0) by lra.
  specialize (Hdelta (u - s) Hk Hu).
  replace (s + (u - s)) with u in Hdelta by ring.
  apply Rabs_def2 in Hdelta; specialize (nonnegative s Hs).
  assert (Hquotient : (h u - h s) / (u - s) * (u - s) = h u - h s) by (field; assumption).
  split; intros; nra.
Qed.

Lemma holds_everywhere : holds_up_to b.
Proof.
  assert (Hstart : holds_up_to a).
  { split; [lra|]; intros u Hu; replace u with a by lra; unfold holds; lra. }
  destruct (completeness holds_up_to) as [s [Hupper Hleast]].
  { exists b; intros t Ht; apply Ht. }
  { exists a; exact Hstart. }
  assert (Has : a <= s) by (apply Hupper, Hstart).
  assert (Hsb : s <= b) by (apply Hleast; intros t Ht; apply Ht).
  destruct (falls_slowly s (conj Has Hsb)) as (delta & Hpositive & Hslow).
  assert (Hbefore : forall u, a <= u < s -> holds u).
  { intros u Hu; destruct (Rle_or_lt (h a - eps * (u - a)) (h u)) as [H|H]; [exact H|exfalso].
    apply (Rlt_not_le s u); [lra|]; apply Hleast; intros t [Ht Hholds].
    destruct (Rle_or_lt t u) as [Htu|Htu]; [exact Htu|exfalso].
    specialize (Hholds u); unfold holds in Hholds; lra. }
  assert (Hat : holds s).
  { destruct (Req_dec a s) as [<-|Hne]; [unfold holds; lra|].
    set (u := Rmax a (s - delta / 2)).
    assert (Hu : a <= u < s) by (unfold u; split; [apply Rmax_l | apply Rmax_lub_lt; lra]).
    assert (Hnear : Rabs (u - s) < delta).
    { apply Rabs_def1; [lra|]; pose proof (Rmax_r a (s - delta / 2)) as Hmax; fold u in Hmax; lra. }
    destruct (Hslow u Hnear) as [_ Hleft]; specialize (Hleft ltac:(lra)).
    specialize (Hbefore u Hu); unfold holds in *; lra. }
  assert (Hall : forall u, a <= u <= s -> holds u).
  { intros u Hu; destruct (Req_dec u s) as [->|Hne]; [exact Hat | apply Hbefore; lra]. }
  destruct (Req_dec s b) as [<-|Hne]; [split; [lra | exact Hall]|exfalso].
  set (t := Rmin b (s + delta / 2)).
  assert (Ht : s < t) by (unfold t; apply Rmin_glb_lt; lra).
  apply (Rlt_not_le t s Ht), Hupper; split; [split; [lra | apply Rmin_l]|].
  intros u Hu; destruct (Rle_or_lt u s) as [Hus|Hus]; [apply Hall; lra|].
  assert (Hnear : Rabs (u - s) < delta).
  { apply Rabs_def1; [|lra]; pose proof (Rmin_r b (s + delta / 2)) as Hmin; fold t in Hmin; lra. }
  destruct (Hslow u Hnear) as [Hright _]; specialize (Hright ltac:(lra)).
  unfold holds in *; lra.
Qed.

End Rising.

Lemma rising (h h' : R -> R) a b :
  a <= b -> (forall t, a <= t <= b -> derivable_pt_lim h t (h' t)) ->
  (forall t, a <= t <= b -> 0 <= h' t) -> h a <= h b.
Proof.
  intros Hab Hh Hpositive; destruct (Req_dec a b) as [->|Hne]; [lra|].
  destruct (Rle_or_lt (h a) (h b)) as [H|H]; [exact H|exfalso].
  set (eps := (h a - h b) / (2 * (b - a))).
  assert (Heps : eps * (2 * (b - a)) = h a - h b) by (unfold eps; field; lra).
  assert (Heps_positive : 0 < eps) by nra.
  destruct (holds_everywhere h h' a b eps Hh Hpositive Hab Heps_positive) as [_ Hholds].
  specialize (Hholds b); unfold holds in Hholds; lra.
Qed.

Section Chord.

Variables (f f' : R -> R) (a b : R).
Hypothesis ordered : a < b.
Hypothesis derivative : forall x, a <= x <= b -> derivable_pt_lim f x (f' x).

Lemma derivative_of_difference m x :
  a <= x <= b -> derivable_pt_lim (fun t => m * t - f t) x (m - f' x).
Proof.
  intros Hx; apply (derivable_pt_lim_minus (fun t => m * t) f); [|auto].
  pose proof (derivable_pt_lim_scal id m x 1 (derivable_pt_lim_id x)) as H.
  rewrite Rmult_1_r in H; exact H.
Qed.

(** A function whose derivative never decreases lies below its chords: f - f'(x) t falls up to x and
    rises from there on. *)
Lemma below_chord :
  (forall x y, a <= x -> x <= y -> y <= b -> f' x <= f' y) ->
  forall x, a <= x <= b -> f x <= chord_of f a b x.
Proof.
  intros Hrising x [Hax Hxb]; unfold chord_of.
  assert (Hleft : f' x * a - f a <= f' x * x - f x).
  { apply (rising (fun t => f' x * t - f t) (fun t => f' x - f' t)); [assumption| |].
    - intros t Ht; apply derivative_of_difference; lra.
    - intros t Ht; specialize (Hrising t x); lra. }
  assert (Hright : f x - f' x * x <= f b - f' x * b).
  { enough (f' x * b - f b <= f' x * x - f x) by lra.
    enough (- (f' x * x - f x) <= - (f' x * b - f b)) by lra.
    apply (rising (fun t => - (f' x * t - f t)) (fun t => - (f' x - f' t))); [assumption| |].
    - intros t Ht; apply (derivable_pt_lim_opp (fun t => f' x * t - f t)).
      apply derivative_of_difference; lra.
    - intros t Ht; specialize (Hrising x t); lra. }
  apply Rmult_le_reg_r with (b - a); [lra|].
  replace ((f a + (f b - f a) / (b - a) * (x - a)) * (b - a))
    with (f a * (b - x) + f b * (x - a)) by (field; lra).
  nra.
Qed.

End Chord.

(** f(x) - chord = c (chord of x^2 - x^2) + ..: adding c x^2 shifts the chord error by a parabola. *)
Lemma chord_of_parabola f c a b x :
  a < b ->
  chord_of (fun t => f t + c * t ^ 2) a b x - (f x + c * x ^ 2)
  = chord_of f a b x - f x + c * ((x - a) * (b - x)).
Proof. intros; unfold chord_of; field; lra. Qed.

Lemma derivative_with_parabola f f' c x :
  derivable_pt_lim f x (f' x) ->
  derivable_pt_lim (fun t => f t + c * t ^ 2) x (f' x + c * (2 * x)).
Proof.
  intros Hf; apply derivable_pt_lim_plus; [assumption|].
  apply derivable_pt_lim_scal.
  pose proof (derivable_pt_lim_pow x 2) as Hpow; simpl in Hpow.
  replace (2 * x) with ((1 + 1) * (x * 1)) by ring.
  exact Hpow.
Qed.

Definition lipschitz_on (g : R -> R) (L a b : R) : Prop :=
  forall x y, a <= x -> x <= y -> y <= b -> Rabs (g y - g x) <= L * (y - x).

(* lemma: B2a-chord *)
(* statement: If f is differentiable on [a, b], a < b, and |f'(t) - f'(s)| <= M2 |t - s| there, then
   for a <= x <= b |f(x) - chord(x)| <= M2 (b - a)^2/8, chord the line through (a, f(a)) and (b,
   f(b)). *)
Theorem B2a_chord f f' M2 a b x :
  a < b -> (forall t, a <= t <= b -> derivable_pt_lim f t (f' t)) ->
  lipschitz_on f' M2 a b -> a <= x <= b ->
  Rabs (f x - chord_of f a b x) <= M2 * (b - a) ^ 2 / 8.
Proof.
  intros Hab Hf HM2 Hx.
  assert (Hpositive : 0 <= M2).
  { assert (Rabs (f' b - f' a) <= M2 * (b - a)) by (apply HM2; lra).
    pose proof (Rabs_pos (f' b - f' a)); nra. }
  assert (Hproduct : 0 <= (x - a) * (b - x) <= (b - a) ^ 2 / 4).
  { pose proof (pow2_ge_0 ((x - a) - (b - x))); split; nra. }
  assert (Hhalf : M2 / 2 * ((x - a) * (b - x)) <= M2 * (b - a) ^ 2 / 8) by nra.
  apply Rabs_le; split.
  - pose proof (below_chord (fun t => - f t + M2 / 2 * t ^ 2) (fun t => - f' t + M2 / 2 * (2 * t))
      a b Hab) as H.
    assert (Hbelow : - f x + M2 / 2 * x ^ 2
                     <= chord_of (fun t => - f t + M2 / 2 * t ^ 2) a b x).
    { apply H; [|intros u v Hau Huv Hvb|assumption].
      - intros t Ht; apply (derivative_with_parabola (fun t => - f t) (fun t => - f' t)).
        apply derivable_pt_lim_opp; auto.
      - specialize (HM2 u v Hau Huv Hvb); apply Rabs_between in HM2; lra. }
    pose proof (chord_of_parabola (fun t => - f t) (M2 / 2) a b x Hab) as Hshift.
    replace (chord_of (fun t => - f t) a b x) with (- chord_of f a b x) in Hshift
      by (unfold chord_of; field; lra).
    lra.
  - pose proof (below_chord (fun t => f t + M2 / 2 * t ^ 2) (fun t => f' t + M2 / 2 * (2 * t))
      a b Hab) as H.
    assert (Hbelow : f x + M2 / 2 * x ^ 2
                     <= chord_of (fun t => f t + M2 / 2 * t ^ 2) a b x).
    { apply H; [|intros u v Hau Huv Hvb|assumption].
      - intros t Ht; apply derivative_with_parabola; auto.
      - specialize (HM2 u v Hau Huv Hvb); apply Rabs_between in HM2; lra. }
    pose proof (chord_of_parabola f (M2 / 2) a b x Hab); lra.
Qed.


(** |f''| <= M2 makes f' M2-Lipschitz. *)
Lemma lipschitz_of_second_derivative f' f'' M2 a b :
  (forall t, a <= t <= b -> derivable_pt_lim f' t (f'' t)) ->
  (forall t, a <= t <= b -> Rabs (f'' t) <= M2) -> lipschitz_on f' M2 a b.
Proof.
  intros Hf' HM2 s t Has Hst Htb.
  assert (Hline : forall x, derivable_pt_lim (fun u => M2 * u) x M2).
  { intros x; pose proof (derivable_pt_lim_scal id M2 x 1 (derivable_pt_lim_id x)) as H.
    rewrite Rmult_1_r in H; exact H. }
  apply Rabs_le; split.
  - enough (f' s + M2 * s <= f' t + M2 * t) by lra.
    apply (rising (fun u => f' u + M2 * u) (fun u => f'' u + M2)); [assumption| |].
    + intros u Hu; apply (derivable_pt_lim_plus f' (fun u => M2 * u)); auto; apply Hf'; lra.
    + intros u Hu; specialize (HM2 u ltac:(lra)); apply Rabs_between in HM2; lra.
  - enough (M2 * s - f' s <= M2 * t - f' t) by lra.
    apply (rising (fun u => M2 * u - f' u) (fun u => M2 - f'' u)); [assumption| |].
    + intros u Hu; apply (derivable_pt_lim_minus (fun u => M2 * u) f'); auto; apply Hf'; lra.
    + intros u Hu; specialize (HM2 u ltac:(lra)); apply Rabs_between in HM2; lra.
Qed.

(* lemma: B2a-interpolation *)
(* statement: If |e0| <= m, |e1| <= m and 0 <= t <= 1, then |(1 - t) e0 + t e1| <= m. *)
Theorem B2a_interpolation (e0 e1 m t : R) :
  Rabs e0 <= m -> Rabs e1 <= m -> 0 <= t <= 1 -> Rabs ((1 - t) * e0 + t * e1) <= m.
Proof. intros H0 H1 Ht; apply Rabs_between in H0, H1; apply Rabs_le; nra. Qed.

(** An affine g errs by at most its errors at the ends and the error of the chord. *)
Lemma affine_error f f' g M2 e a b x :
  a < b -> (forall t, a <= t <= b -> derivable_pt_lim f t (f' t)) -> lipschitz_on f' M2 a b ->
  affine_on g a b -> Rabs (g a - f a) <= e -> Rabs (g b - f b) <= e -> a <= x <= b ->
  Rabs (f x - g x) <= M2 * (b - a) ^ 2 / 8 + e.
Proof.
  intros Hab Hf HM2 (s & i & Hg) Ha Hb Hx.
  set (u := (x - a) / (b - a)).
  assert (Hscaled : (b - a) * u = x - a) by (unfold u; field; lra).
  assert (Hu : 0 <= u <= 1) by (split; nra).
  pose proof (B2a_interpolation _ _ _ _ Ha Hb Hu) as Hmean.
  pose proof (B2a_chord f f' M2 a b x Hab Hf HM2 Hx) as Hchord.
  replace (f x - g x)
    with ((f x - chord_of f a b x) + - ((1 - u) * (g a - f a) + u * (g b - f b))).
  2: { rewrite !Hg by lra; unfold chord_of, u; field; lra. }
  eapply Rle_trans; [apply Rabs_triang|]; rewrite Rabs_Ropp; lra.
Qed.
