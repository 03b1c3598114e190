(** * B6: no relu network of width n does better, whatever was trained and how

    A one-hidden-layer relu network with n units, g(x) = c_0 + sum_k c_k relu(w_k x + b_k), has a knot
    at -b_k/w_k for each w_k <> 0 and is affine wherever no knot is inside.  If n + 1 intervals with
    disjoint interiors each hold x1 < x2 < x3 with |f(x2) - chord(x2)| >= 2 E, chord the line
    through (x1, f(x1)) and (x3, f(x3)), every such network has |f - g| >= E somewhere. *)

From Coq Require Import Reals List Lra Lia Arith.
From Icebound Require Import Relu Pieces Pigeonhole.
Import ListNotations.
Local Open Scope R_scope.

(** ** Three points *)

(** The value at x2 of the line through (x1, y1) and (x3, y3). *)
Definition chord (x1 y1 x3 y3 x2 : R) : R := (y1 * (x3 - x2) + y3 * (x2 - x1)) / (x3 - x1).

Lemma affine_on_chord g x1 x2 x3 :
  x1 < x2 -> x2 < x3 -> affine_on g x1 x3 -> chord x1 (g x1) x3 (g x3) x2 = g x2.
Proof.
  intros H12 H23 (slope & intercept & Hg).
  rewrite !Hg by lra; unfold chord; field; lra.
Qed.

(** A chord is a mean of its ends. *)
Lemma chord_mean x1 x2 x3 u v bound :
  x1 < x2 -> x2 < x3 -> Rabs u <= bound -> Rabs v <= bound ->
  Rabs (chord x1 u x3 v x2) <= bound.
Proof.
  intros H12 H23 Hu Hv; apply Rabs_between in Hu, Hv; apply Rabs_le.
  assert (Hmean : chord x1 u x3 v x2 * (x3 - x1) = u * (x3 - x2) + v * (x2 - x1))
    by (unfold chord; field; lra).
  split; apply Rmult_le_reg_r with (x3 - x1); try lra; rewrite Hmean; nra.
Qed.

(* lemma: B6-three-points *)
(* statement: If x1 < x2 < x3, g is affine and |f(x_i) - g(x_i)| <= E for i = 1, 2, 3, then |f(x2) -
   ((x3 - x2) f(x1) + (x2 - x1) f(x3))/(x3 - x1)| <= 2 E. *)
Theorem B6_three_points (f g : R -> R) x1 x2 x3 E :
  x1 < x2 -> x2 < x3 -> affine_on g x1 x3 ->
  Rabs (f x1 - g x1) <= E -> Rabs (f x2 - g x2) <= E -> Rabs (f x3 - g x3) <= E ->
  Rabs (f x2 - ((x3 - x2) * f x1 + (x2 - x1) * f x3) / (x3 - x1)) <= 2 * E.
Proof.
  intros H12 H23 Hg H1 H2 H3.
  pose proof (chord_mean _ _ _ _ _ _ H12 H23 H1 H3) as Hmean.
  replace (f x2 - ((x3 - x2) * f x1 + (x2 - x1) * f x3) / (x3 - x1))
    with ((f x2 - g x2) + - chord x1 (f x1 - g x1) x3 (f x3 - g x3) x2)
    by (rewrite <- (affine_on_chord g x1 x2 x3) by assumption; unfold chord; field; lra).
  eapply Rle_trans; [apply Rabs_triang|]; rewrite Rabs_Ropp; lra.
Qed.

(** So one of the three errors is at least E if f(x2) is 2 E or more off the chord. *)
Lemma one_point_is_far (f g : R -> R) x1 x2 x3 E :
  x1 < x2 -> x2 < x3 -> affine_on g x1 x3 ->
  2 * E <= Rabs (f x2 - ((x3 - x2) * f x1 + (x2 - x1) * f x3) / (x3 - x1)) ->
  exists x, (x = x1 \/ x = x2 \/ x = x3) /\ E <= Rabs (f x - g x).
Proof.
  intros H12 H23 Hg Hfar.
  destruct (Rle_or_lt E (Rabs (f x1 - g x1))) as [H1|H1]; [exists x1; auto|].
  destruct (Rle_or_lt E (Rabs (f x2 - g x2))) as [H2|H2]; [exists x2; auto|].
  destruct (Rle_or_lt E (Rabs (f x3 - g x3))) as [H3|H3]; [exists x3; auto|].
  exfalso.
  set (worst := Rmax (Rabs (f x1 - g x1)) (Rmax (Rabs (f x2 - g x2)) (Rabs (f x3 - g x3)))).
  assert (Hworst : worst < E) by (repeat apply Rmax_lub_lt; assumption).
  assert (Hclose : Rabs (f x2 - ((x3 - x2) * f x1 + (x2 - x1) * f x3) / (x3 - x1)) <= 2 * worst).
  { apply (B6_three_points f g); try assumption; unfold worst.
    - apply Rmax_l.
    - eapply Rle_trans; [apply Rmax_l | apply Rmax_r].
    - eapply Rle_trans; [apply Rmax_r | apply Rmax_r]. }
  lra.
Qed.

(** ** Networks *)

Record unit := Unit { outer : R; inner : R; bias : R }.

Definition unit_value (u : unit) (x : R) : R := outer u * relu (inner u * x + bias u).

Fixpoint relu_network (c0 : R) (us : list unit) (x : R) : R :=
  match us with
  | [] => c0
  | u :: rest => unit_value u x + relu_network c0 rest x
  end.

(** The unit has its knot strictly between l and r. *)
Definition bends_inside (u : unit) (l r : R) : Prop :=
  inner u <> 0 /\ exists t, l < t < r /\ inner u * t + bias u = 0.

(** Without a zero between l and r, w x + b keeps its sign there. *)
Lemma one_side w b l r :
  l < r -> ~ (w <> 0 /\ exists t, l < t < r /\ w * t + b = 0) ->
  (forall x, l <= x <= r -> 0 <= w * x + b) \/ (forall x, l <= x <= r -> w * x + b <= 0).
Proof.
  intros Hlr Hno.
  destruct (Rle_or_lt 0 ((w * l + b) * (w * r + b))) as [Hsame|Hopposite].
  - assert (Hends : (0 <= w * l + b /\ 0 <= w * r + b) \/ (w * l + b <= 0 /\ w * r + b <= 0))
      by (destruct (Rle_or_lt 0 (w * l + b)), (Rle_or_lt 0 (w * r + b)); nra).
    destruct Hends as [[Hl Hr]|[Hl Hr]]; [left | right]; intros x Hx;
      apply Rmult_le_reg_l with (r - l); try lra;
      replace ((r - l) * (w * x + b)) with ((r - x) * (w * l + b) + (x - l) * (w * r + b)) by ring;
      generalize dependent (w * l + b); generalize dependent (w * r + b); intros; nra.
  - exfalso; apply Hno.
    assert (Hw : w <> 0) by (intros ->; nra).
    split; [assumption | exists (- b / w)].
    assert (Hzero : w * (- b / w) + b = 0) by (field; assumption).
    set (t := - b / w) in *; split; [|assumption].
    assert (Hsides : (w * w) * ((l - t) * (r - t)) < 0).
    { replace ((w * w) * ((l - t) * (r - t))) with ((w * l + b) * (w * r + b)); [assumption|].
      replace b with (- (w * t)) by lra; ring. }
    assert (Hsquare : 0 < w * w) by (apply Rsqr_pos_lt in Hw; exact Hw).
    assert ((l - t) * (r - t) < 0) by nra.
    nra.
Qed.

Lemma unit_affine u l r : l < r -> ~ bends_inside u l r -> affine_on (unit_value u) l r.
Proof.
  intros Hlr Hno; destruct (one_side _ _ _ _ Hlr Hno) as [Hon|Hoff].
  - exists (outer u * inner u), (outer u * bias u); intros x Hx.
    unfold unit_value; rewrite relu_on by auto; ring.
  - exists 0, 0; intros x Hx; unfold unit_value; rewrite relu_off by auto; ring.
Qed.

Lemma network_affine c0 us l r :
  l < r -> (forall u, In u us -> ~ bends_inside u l r) -> affine_on (relu_network c0 us) l r.
Proof.
  intros Hlr; induction us as [|u us IH]; intros Hno.
  - exists 0, c0; intros; simpl; ring.
  - apply affine_plus; [apply unit_affine; auto with datatypes | apply IH].
    intros v Hv; apply Hno; right; assumption.
Qed.

(** ** Pigeonhole *)

Definition interval := (R * R)%type.

Definition interiors_disjoint (i j : interval) : Prop := snd i <= fst j \/ snd j <= fst i.

Lemma one_knot_one_interval u i j :
  interiors_disjoint i j ->
  bends_inside u (fst i) (snd i) -> bends_inside u (fst j) (snd j) -> False.
Proof.
  intros Hij (Hw & t & Ht & Hzero) (_ & t' & Ht' & Hzero').
  assert (t = t') by (apply Rmult_eq_reg_l with (inner u); [lra | assumption]).
  subst t'; destruct Hij; lra.
Qed.

Lemma bends_inside_dec u l r : {bends_inside u l r} + {~ bends_inside u l r}.
Proof.
  destruct (Req_EM_T (inner u) 0) as [Hzero|Hw].
  - right; intros [Hw _]; contradiction.
  - assert (Hknot : inner u * (- bias u / inner u) + bias u = 0) by (field; assumption).
    set (t := - bias u / inner u) in *.
    assert (Hunique : forall t', inner u * t' + bias u = 0 -> t' = t)
      by (intros t' Ht'; apply Rmult_eq_reg_l with (inner u); [lra | assumption]).
    destruct (Rlt_dec l t) as [Hl|Hl]; [destruct (Rlt_dec t r) as [Hr|Hr]|].
    + left; split; [assumption | exists t; auto].
    + right; intros (_ & t' & Ht & Hzero); apply Hunique in Hzero; lra.
    + right; intros (_ & t' & Ht & Hzero); apply Hunique in Hzero; lra.
Defined.

(** Three points of an interval (l, r). *)
Record triple := Triple { first : R; middle : R; last : R }.

Definition span (t : triple) : interval := (first t, last t).

(* lemma: B6-networks *)
(* statement: Let g(x) = c_0 + the sum of c_k relu(w_k x + b_k) over n units, any c, w, b, and let n
   + 1 triples x1 < x2 < x3 with pairwise disjoint (x1, x3) all have |f(x2) - ((x3 - x2) f(x1) + (x2
   - x1) f(x3))/(x3 - x1)| >= 2 E. Then |f(x) - g(x)| >= E at one of the points. *)
Theorem B6_networks (f : R -> R) (E c0 : R) (us : list unit) (triples : list triple) :
  length triples = S (length us) ->
  ForallOrdPairs interiors_disjoint (map span triples) ->
  (forall t, In t triples -> first t < middle t < last t
     /\ 2 * E <= Rabs (f (middle t)
          - ((last t - middle t) * f (first t) + (middle t - first t) * f (last t))
            / (last t - first t))) ->
  exists t x, In t triples /\ (x = first t \/ x = middle t \/ x = last t)
    /\ E <= Rabs (f x - relu_network c0 us x).
Proof.
  intros Hcount Hdisjoint Hfar.
  destruct (place_without_any interval unit (fun u i => bends_inside u (fst i) (snd i))
    interiors_disjoint (fun u i => bends_inside_dec u (fst i) (snd i)) one_knot_one_interval
    us (map span triples) Hdisjoint) as (i & Hi & Hno).
  { rewrite map_length, Hcount; auto with arith. }
  apply in_map_iff in Hi; destruct Hi as (t & <- & Ht); cbn [span fst snd] in Hno.
  destruct (Hfar t Ht) as [[H12 H23] Hchord].
  destruct (one_point_is_far f (relu_network c0 us) _ _ _ E H12 H23) as (x & Hx & Herror).
  - apply network_affine; [lra | assumption].
  - assumption.
  - exists t, x; auto.
Qed.

(* lemma: B6-pigeonhole *)
(* statement: If I_0, ..., I_n are n + 1 intervals, a_j < b_j, with b_j <= a_(j+1), and t_1, ...,
   t_n are n real numbers, then some I_j has no t_i with a_j < t_i < b_j. *)
Theorem B6_pigeonhole (n : nat) (a b t : nat -> R) :
  (forall j, (j <= n)%nat -> a j < b j) -> (forall j, (j < n)%nat -> b j <= a (S j)) ->
  exists j, (j <= n)%nat /\ forall i, (1 <= i <= n)%nat -> ~ (a j < t i < b j).
Proof.
  intros Hab Hnext.
  assert (Hordered : forall i j, (i < j <= n)%nat -> b i <= a j).
  { intros i j [Hij Hjn]; induction Hij as [|j Hij IH]; [apply Hnext; lia|].
    specialize (IH ltac:(lia)); specialize (Hab j ltac:(lia)); specialize (Hnext j ltac:(lia)); lra. }
  destruct (place_without_any nat R (fun x j => (j <= n)%nat /\ a j < x < b j)
    (fun i j => i <> j)) with (ts := map t (seq 1 n)) (ps := seq 0 (S n)) as (j & Hj & Hno).
  - intros x j; destruct (le_dec j n), (Rlt_dec (a j) x), (Rlt_dec x (b j)); tauto.
  - intros x i j Hij [Hi Hxi] [Hj Hxj].
    destruct (Nat.lt_trichotomy i j) as [H|[H|H]]; [|contradiction|].
    + specialize (Hordered i j ltac:(lia)); lra.
    + specialize (Hordered j i ltac:(lia)); lra.
  - apply NoDup_apart, seq_NoDup.
  - rewrite map_length, !seq_length; lia.
  - apply in_seq in Hj; exists j; split; [lia|]; intros i Hi Hinside.
    apply (Hno (t i)); [apply in_map, in_seq; lia | split; [lia | exact Hinside]].
Qed.
