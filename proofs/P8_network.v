(** * P8: the network for a function of bounded curvature

    Locations i d, i = 0, ..., n - 1, d = 1/(n - 1), and the networks of P8_dealt.  If the P_i - N_i
    are kinks that keep integer heights Z_i within 1/2 of the levels (f(i d) - f(0))/(gam d^2) of f
    (P8_feedback), and the first slope is Z_1, then

      |f - (alpha + gam g)| <= (gam/2 + M2/8) d^2 on [0, 1], alpha = f(0) - gam g(0).

    Such permutations P, N exist for every f (P8_realisation); that signs reach Z_1 is the subset
    lemma, which is not proved here. *)

From Coq Require Import Reals ZArith List Permutation Lra Lia Arith.
From Icebound Require Import
  Relu Rounding Pieces Chord B2a P8_feedback P8_blocks P8_realisation P8_dealt.
Import ListNotations.
Local Open Scope R_scope.

(** ** Functions of bounded curvature *)

Lemma second_difference f f' M2 x d :
  0 < d -> (forall t, x - d <= t <= x + d -> derivable_pt_lim f t (f' t)) ->
  lipschitz_on f' M2 (x - d) (x + d) -> Rabs (f (x + d) - 2 * f x + f (x - d)) <= M2 * d ^ 2.
Proof.
  intros Hd Hf HM2.
  pose proof (B2a_chord f f' M2 (x - d) (x + d) x ltac:(lra) Hf HM2 ltac:(lra)) as Hchord.
  replace (f x - chord_of f (x - d) (x + d) x) with (- (f (x + d) - 2 * f x + f (x - d)) / 2)
    in Hchord by (unfold chord_of; field; lra).
  replace (M2 * (x + d - (x - d)) ^ 2 / 8) with (M2 * d ^ 2 / 2) in Hchord by field.
  apply Rabs_between in Hchord; apply Rabs_le; lra.
Qed.

Section Function.

Variables (n : nat) (f f' : R -> R) (M2 gam : R).
Hypothesis n_large : (2 <= n)%nat.
Hypothesis derivative : forall x, 0 <= x <= 1 -> derivable_pt_lim f x (f' x).
Hypothesis curvature : lipschitz_on f' M2 0 1.
Hypotheses (gam_positive : 0 < gam) (gam_large : M2 <= gam).

Let d := / INR (n - 1).
Let level (i : nat) : R := (f (INR i * d) - f 0) / (gam * d ^ 2).

Lemma d_pos : 0 < d.
Proof. apply Rinv_0_lt_compat, lt_0_INR; lia. Qed.

Lemma node_range i : (i < n)%nat -> 0 <= INR i * d <= 1.
Proof.
  intros Hi; pose proof d_pos; split; [apply Rmult_le_pos; [apply pos_INR | lra]|].
  replace 1 with (INR (n - 1) * d) by (unfold d; apply Rinv_r, not_0_INR; lia).
  apply Rmult_le_compat_r; [lra | apply le_INR; lia].
Qed.

Lemma levels_curved i : (S (S i) < n)%nat ->
  Rabs (level (S (S i)) - 2 * level (S i) + level i) <= 1.
Proof.
  intros Hi; pose proof d_pos as Hd; pose proof (node_range (S (S i)) Hi) as Hlast.
  pose proof (node_range i ltac:(lia)) as Hfirst; rewrite !S_INR in Hlast.
  pose proof (second_difference f f' M2 (INR (S i) * d) d Hd) as Hsecond.
  replace (INR (S i) * d + d) with (INR (S (S i)) * d) in Hsecond by (rewrite !S_INR; ring).
  replace (INR (S i) * d - d) with (INR i * d) in Hsecond by (rewrite !S_INR; ring).
  assert (Hunit : 0 < gam * d ^ 2) by (apply Rmult_lt_0_compat; [lra | apply pow_lt; lra]).
  replace (level (S (S i)) - 2 * level (S i) + level i)
    with ((f (INR (S (S i)) * d) - 2 * f (INR (S i) * d) + f (INR i * d)) / (gam * d ^ 2))
    by (unfold level; field; split; nra).
  unfold Rdiv; rewrite Rabs_mult, (Rabs_right (/ _)).
  2: { left; apply Rinv_0_lt_compat; exact Hunit. }
  apply Rmult_le_reg_r with (gam * d ^ 2); [exact Hunit|].
  rewrite Rmult_assoc, Rinv_l by lra.
  eapply Rle_trans; [rewrite Rmult_1_r; apply Hsecond|].
  - intros t Ht; apply derivative; rewrite !S_INR in Ht; lra.
  - intros u v Hu Huv Hv; rewrite !S_INR in Hv; apply curvature; lra.
  - rewrite Rmult_1_l; apply Rmult_le_compat_r; [apply pow_le; lra | exact gam_large].
Qed.

(** The network, shifted to f(0) at 0. *)
Definition fitted (P N : nat -> Z) (s : nat -> bool) (x : R) : R :=
  f 0 + gam * (network (dealt_network n P N s d) x - network (dealt_network n P N s d) 0).

Lemma fitted_affine P N s i :
  affine_on (fitted P N s) (INR i * d) (INR (S i) * d).
Proof.
  pose proof d_pos as Hd.
  destruct (pairs_affine (dealt_network n P N s d) (INR i * d) (INR (S i) * d))
    as (slope & intercept & Haffine); [rewrite S_INR; lra | |].
  - intros u Hu Hinside; apply in_map_iff in Hu; destruct Hu as (j & <- & _).
    assert (Hlocation : location (dealt_pair P N s d j) = INR j * d)
      by (unfold dealt_pair; destruct (s j); reflexivity).
    rewrite Hlocation in Hinside; destruct Hinside as [Hl Hr].
    apply Rmult_lt_reg_r, INR_lt in Hl, Hr; try exact Hd; lia.
  - exists (gam * slope),
      (f 0 + gam * (intercept - network (dealt_network n P N s d) 0)).
    intros x Hx; unfold fitted; rewrite Haffine by exact Hx; ring.
Qed.

Lemma network_error P N s (k : nat -> Z) :
  (forall j, (S (S j) < n)%nat -> (P (S j) - N (S j))%Z = k j) ->
  first_slope n P N s = round (level 1) ->
  (forall i, (S i < n)%nat -> let h := heights k 0 (round (level 1)) i in
     Rabs (level i - IZR (fst h)) <= 1 / 2 /\ Rabs (level (S i) - IZR (snd h)) <= 1 / 2) ->
  forall x, 0 <= x <= 1 -> Rabs (f x - fitted P N s x) <= (gam / 2 + M2 / 8) * d ^ 2.
Proof.
  intros Hk Hslope Hlevels x Hx; pose proof d_pos as Hd.
  destruct (containing_interval (n - 1) (fun i => INR i * d) x) as (i & Hi & Hxi); [|lia|].
  { replace (INR 0 * d) with 0 by (simpl; ring).
    replace (INR (n - 1) * d) with 1; [exact Hx|].
    unfold d; symmetry; apply Rinv_r, not_0_INR; lia. }
  destruct (g_at_nodes n P N s d Hd n_large k Hk i ltac:(lia)) as [Hleft Hright].
  destruct (Hlevels i ltac:(lia)) as [Hl Hr]; rewrite Hslope in Hleft, Hright.
  pose proof (node_range i ltac:(lia)); pose proof (node_range (S i) ltac:(lia)).
  assert (Hunit : 0 < gam * d ^ 2) by (apply Rmult_lt_0_compat; [lra | apply pow_lt; lra]).
  assert (Hnode : forall j Z,
    network (dealt_network n P N s d) (INR j * d)
      = network (dealt_network n P N s d) 0 + d ^ 2 * IZR Z ->
    Rabs (level j - IZR Z) <= 1 / 2 ->
    Rabs (fitted P N s (INR j * d) - f (INR j * d)) <= gam * d ^ 2 / 2).
  { intros j Z Hg Herror; unfold fitted; rewrite Hg.
    replace (f 0 + gam * (_ + d ^ 2 * IZR Z - _) - f (INR j * d))
      with (- (gam * d ^ 2 * (level j - IZR Z))) by (unfold level; field; split; nra).
    rewrite Rabs_Ropp, Rabs_mult, (Rabs_right (gam * d ^ 2)) by lra; nra. }
  pose proof (affine_error f f' (fitted P N s) M2 (gam * d ^ 2 / 2) (INR i * d) (INR (S i) * d) x)
    as Herror.
  replace (INR (S i) * d - INR i * d) with d in Herror by (rewrite S_INR; ring).
  replace ((gam / 2 + M2 / 8) * d ^ 2) with (M2 * d ^ 2 / 8 + gam * d ^ 2 / 2) by field.
  apply Herror; try assumption.
  - rewrite S_INR; lra.
  - intros t Ht; apply derivative; lra.
  - intros u v Hu Huv Hv; apply curvature; lra.
  - apply fitted_affine.
  - apply (Hnode i _ Hleft Hl).
  - apply (Hnode (S i) _ Hright Hr).
Qed.

End Function.

(** A list as a function of the place. *)
Lemma map_nth_seq (l : list Z) : map (fun i => nth i l 0%Z) (seq 0 (length l)) = l.
Proof.
  induction l as [|a l IH]; [reflexivity|]; cbn [length seq map nth].
  rewrite <- seq_shift, map_map; f_equal; exact IH.
Qed.

Lemma nth_differences P N i : length P = length N ->
  nth i (differences P N) 0%Z = (nth i P 0 - nth i N 0)%Z.
Proof.
  revert N i; induction P as [|p P IH]; intros [|m N] i Hlength; try discriminate;
    destruct i as [|i]; try reflexivity.
  injection Hlength as Hlength; exact (IH N i Hlength).
Qed.

(* lemma: P8-network *)
(* statement: Let n >= 2, d = 1/(n-1), f be differentiable on [0, 1] with |f'(t) - f'(s)| <= M2 |t -
   s|, and gam > 0, gam >= M2. There are permutations P, N of 0, ..., n - 1 and an integer T nearest
   to (f(d) - f(0))/(gam d^2) such that every network g that has P_i d and -N_i d at i d, one on the
   right-facing and one on the left-facing unit, and the slope T d on (0, d), uses each of the
   values +-i d once and has |f - (f(0) - gam g(0) + gam g)| <= (gam/2 + M2/8) d^2 on [0, 1]. *)
Theorem P8_network (n : nat) (f f' : R -> R) (M2 gam : R) :
  (2 <= n)%nat -> (forall x, 0 <= x <= 1 -> derivable_pt_lim f x (f' x)) ->
  lipschitz_on f' M2 0 1 -> 0 < gam -> M2 <= gam ->
  let d := / INR (n - 1) in
  exists (P N : nat -> Z) (T : Z),
    Permutation (map P (seq 0 n)) (places 0 n) /\ Permutation (map N (seq 0 n)) (places 0 n)
    /\ nearest T ((f d - f 0) / (gam * d ^ 2))
    /\ forall s, first_slope n P N s = T ->
       let us := dealt_network n P N s d in
       map location us = map (fun i => INR i * d) (seq 0 n)
       /\ permutes_its_locations us
       /\ forall x, 0 <= x <= 1 ->
          Rabs (f x - (f 0 - gam * network us 0 + gam * network us x))
          <= (gam / 2 + M2 / 8) * d ^ 2.
Proof.
  intros Hn Hf HM2 Hgam Hlarge d.
  set (level i := (f (INR i * d) - f 0) / (gam * d ^ 2)).
  destruct (levels_upto level (n - 2)) as (k & Hk & Hlevels).
  { unfold level; simpl; rewrite Rmult_0_l; unfold Rdiv; ring. }
  { intros i Hi; apply (levels_curved n f f' M2 gam Hn Hf HM2 Hgam Hlarge); lia. }
  destruct (P8_realisation (map k (seq 0 (n - 2)))) as (P & N & first & last & HP & HN & Hends & _).
  { intros z Hz; apply in_map_iff in Hz; destruct Hz as (i & <- & _); specialize (Hk i); lia. }
  rewrite map_length, seq_length in HP, HN.
  replace (S (S (n - 2))) with n in HP, HN by lia.
  assert (HlengthP : length P = n) by (rewrite (Permutation_length HP); apply places_length).
  assert (HlengthN : length N = n) by (rewrite (Permutation_length HN); apply places_length).
  pose proof (map_nth_seq P) as HmapP; pose proof (map_nth_seq N) as HmapN.
  rewrite HlengthP in HmapP; rewrite HlengthN in HmapN.
  exists (fun i => nth i P 0%Z), (fun i => nth i N 0%Z), (round (level 1%nat)).
  rewrite HmapP, HmapN; split; [exact HP | split; [exact HN | split]].
  { pose proof (round_nearest (level 1%nat)) as Hround; unfold level in Hround at 2.
    simpl (INR 1) in Hround; rewrite Rmult_1_l in Hround; exact Hround. }
  intros s Hslope us; split; [|split].
  - unfold us, dealt_network; rewrite map_map; apply map_ext; intros i.
    unfold dealt_pair; destruct (s i); reflexivity.
  - apply dealt_permutes; [rewrite HmapP; exact HP | rewrite HmapN; exact HN].
  - intros x Hx.
    replace (f x - (f 0 - gam * network us 0 + gam * network us x))
      with (f x - fitted n f gam (fun i => nth i P 0%Z) (fun i => nth i N 0%Z) s x)
      by (unfold fitted; fold d us; ring).
    apply (network_error n f f' M2 gam Hn Hf HM2 Hgam) with (k := k); try assumption.
    + intros j Hj; rewrite <- nth_differences, Hends by congruence; cbn [nth].
      rewrite app_nth1 by (rewrite map_length, seq_length; lia).
      rewrite (nth_indep _ 0%Z (k 0%nat)) by (rewrite map_length, seq_length; lia).
      rewrite map_nth, seq_nth by lia; reflexivity.
    + intros i Hi; apply Hlevels; lia.
Qed.
