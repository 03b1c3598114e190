(** * P8: the network for a function of bounded curvature

    Locations i d, i = 0, ..., n - 1, d = 1/(n - 1), and the networks of P8_dealt.  If the P_i - N_i
    are kinks that keep integer heights Z_i within 1/2 of the levels (f(i d) - f(0))/(gam d^2) of f
    (P8_feedback), and the first slope is Z_1, then

      |f - (alpha + gam g)| <= (gam/2 + M2/8) d^2 on [0, 1], alpha = f(0) - gam g(0).

    Such permutations P, N exist for every f, and for n >= 17 signs reach every Z_1 that the slope of
    f can ask for (P8_realisation): that is P8. *)

From Coq Require Import Reals ZArith List Permutation Lra Lia Arith.
From Icebound Require Import
  Relu Rounding Pieces Chord B2a P8_feedback P8_blocks P8_sums P8_realisation P8_dealt.
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

Let tau := (f d - f 0) / (gam * d ^ 2).

Definition place (l : list Z) (i : nat) : Z := nth i l 0%Z.

(** The network that P, N and signs make: its locations, its coefficients, its error. *)
Definition succeeds (P N : nat -> Z) (s : nat -> bool) : Prop :=
  let us := dealt_network n P N s d in
  map location us = map (fun i => INR i * d) (seq 0 n)
  /\ permutes_its_locations us
  /\ forall x, 0 <= x <= 1 ->
     Rabs (f x - (f 0 - gam * network us 0 + gam * network us x)) <= (gam / 2 + M2 / 8) * d ^ 2.

(** Kinks from the levels; whatever realises them succeeds if the first slope is right. *)
Lemma kinks_for_function :
  exists k : list Z, length k = (n - 2)%nat /\ (forall z, In z k -> (-2 <= z <= 2)%Z)
    /\ forall P N first last,
       Permutation P (places 0 n) -> Permutation N (places 0 n) ->
       differences P N = first :: k ++ [last] ->
       forall s, first_slope n (place P) (place N) s = round tau -> succeeds (place P) (place N) s.
Proof.
  assert (Htau : level 1%nat = tau) by (unfold level, tau; simpl (INR 1); rewrite Rmult_1_l; reflexivity).
  destruct (levels_upto level (n - 2)) as (k & Hk & Hlevels).
  { unfold level; simpl; rewrite Rmult_0_l; unfold Rdiv; ring. }
  { intros i Hi; apply levels_curved; lia. }
  exists (map k (seq 0 (n - 2))); split; [rewrite map_length, seq_length; reflexivity | split].
  { intros z Hz; apply in_map_iff in Hz; destruct Hz as (i & <- & _); specialize (Hk i); lia. }
  intros P N first last HP HN Hends s Hslope.
  assert (HlengthP : length P = n) by (rewrite (Permutation_length HP); apply places_length).
  assert (HlengthN : length N = n) by (rewrite (Permutation_length HN); apply places_length).
  pose proof (map_nth_seq P) as HmapP; pose proof (map_nth_seq N) as HmapN.
  rewrite HlengthP in HmapP; rewrite HlengthN in HmapN.
  unfold succeeds; cbv zeta; split; [|split].
  - unfold dealt_network; rewrite map_map; apply map_ext; intros i.
    unfold dealt_pair; destruct (s i); reflexivity.
  - apply dealt_permutes; unfold place; [rewrite HmapP; exact HP | rewrite HmapN; exact HN].
  - intros x Hx.
    replace (f x - (f 0 - gam * network (dealt_network n (place P) (place N) s d) 0
                    + gam * network (dealt_network n (place P) (place N) s d) x))
      with (f x - fitted (place P) (place N) s x) by (unfold fitted; ring).
    apply network_error with (k := k); try assumption.
    + intros j Hj; unfold place; rewrite <- nth_differences, Hends by congruence; cbn [nth].
      rewrite app_nth1 by (rewrite map_length, seq_length; lia).
      rewrite (nth_indep _ 0%Z (k 0%nat)) by (rewrite map_length, seq_length; lia).
      rewrite map_nth, seq_nth by lia; reflexivity.
    + rewrite Hslope, <- Htau; reflexivity.
    + intros i Hi; apply Hlevels; lia.
Qed.

End Function.

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
  exists (P N : list Z) (T : Z),
    Permutation P (places 0 n) /\ Permutation N (places 0 n)
    /\ nearest T ((f d - f 0) / (gam * d ^ 2))
    /\ forall s, first_slope n (place P) (place N) s = T ->
       succeeds n f M2 gam (place P) (place N) s.
Proof.
  intros Hn Hf HM2 Hgam Hlarge d.
  destruct (kinks_for_function n f f' M2 gam Hn Hf HM2 Hgam Hlarge) as (k & Hlength & Hk & Hall).
  destruct (P8_realisation k Hk) as (P & N & first & last & HP & HN & Hends & _).
  replace (S (S (length k))) with n in HP, HN by lia.
  exists P, N, (round ((f d - f 0) / (gam * d ^ 2))).
  split; [exact HP | split; [exact HN | split; [apply round_nearest|]]].
  intros s Hs; exact (Hall P N first last HP HN Hends s Hs).
Qed.

(** ** The first slope from a subset of the weights *)

Lemma sum_of_shift part l : sum_of part (map S l) = sum_of (fun i => part (S i)) l.
Proof. induction l as [|i l IH]; [reflexivity|]; cbn [map sum_of]; rewrite IH; reflexivity. Qed.

Lemma left_parts P : forall N bits,
  length N = length P -> length bits = length P ->
  sum_of (left_part (place P) (place N) (fun i => nth i bits false)) (seq 0 (length P))
  = (sum P - chosen bits (weights P N))%Z.
Proof.
  induction P as [|p P IH]; intros [|m N] [|b bits] HN Hbits; try discriminate; [reflexivity|].
  injection HN as HN; injection Hbits as Hbits.
  cbn [length seq sum_of]; rewrite <- seq_shift, sum_of_shift.
  specialize (IH N bits HN Hbits); unfold left_part, place in *; cbn [nth] in *; rewrite IH.
  unfold weights; cbn [combine map chosen sum]; destruct b; lia.
Qed.

Lemma first_slope_chosen n P N bits :
  (1 <= n)%nat -> length P = n -> length N = n -> length bits = n ->
  first_slope n (place P) (place N) (fun i => nth i bits false)
  = (place P 0 - place N 0 - sum P + chosen bits (weights P N))%Z.
Proof.
  intros Hn HP HN Hbits.
  pose proof (left_parts P N bits ltac:(congruence) ltac:(congruence)) as Hleft.
  rewrite HP in Hleft; unfold first_slope; destruct n as [|m]; [lia|].
  cbn [seq sum_of] in Hleft; replace (S m - 1)%nat with m by lia.
  unfold right_part at 1; unfold left_part at 1 in Hleft.
  destruct (nth 0 bits false); lia.
Qed.

(** The integer nearest to the first slope is small if gam is not. *)
Lemma first_slope_range n rise gam T :
  let d := / INR (n - 1) in
  (2 <= n)%nat -> 0 < gam ->
  2 * (Rabs rise / d) * INR (n - 1) <= gam * (INR n * (INR n - 9) - 118) ->
  nearest T (rise / (gam * d ^ 2)) ->
  (2 * Z.abs T <= Z.of_nat n * (Z.of_nat n - 9) - 117)%Z.
Proof.
  intros d Hn Hgam Hslope HT.
  assert (Hlast : 0 < INR (n - 1)) by (apply lt_0_INR; lia).
  assert (Hd : 0 < d) by (apply Rinv_0_lt_compat; exact Hlast).
  assert (Hinv : INR (n - 1) = / d) by (unfold d; rewrite Rinv_inv; reflexivity).
  assert (Hunit : 0 < gam * d ^ 2) by (apply Rmult_lt_0_compat; [lra | apply pow_lt; lra]).
  set (tau := rise / (gam * d ^ 2)) in *.
  assert (Htau : 2 * Rabs tau <= INR n * (INR n - 9) - 118).
  { apply Rmult_le_reg_l with gam; [exact Hgam|].
    eapply Rle_trans; [|exact Hslope]; right; rewrite Hinv.
    unfold tau, Rdiv; rewrite Rabs_mult, (Rabs_right (/ _)).
    2: { left; apply Rinv_0_lt_compat; exact Hunit. }
    field; split; lra. }
  apply le_IZR; rewrite minus_IZR, !mult_IZR, minus_IZR, abs_IZR, <- INR_IZR_INZ.
  unfold nearest in HT; assert (HTabs : Rabs (IZR T) <= Rabs tau + 1 / 2).
  { replace (IZR T) with (tau + - (tau - IZR T)) by ring.
    eapply Rle_trans; [apply Rabs_triang | rewrite Rabs_Ropp; lra]. }
  lra.
Qed.

(* lemma: P8-optimal *)
(* statement: Let n >= 17, d = 1/(n-1), f be differentiable on [0, 1] with |f'(t) - f'(s)| <= M2 |t
   - s|, s0 = |f(d) - f(0)|/d, gam > 0, gam >= M2 and gam (n(n-9) - 118) >= 2 s0 (n-1). There are
   alpha and coefficients p, q, together the values +-i d, i < n, each once, such that the sum g(x)
   of p_i relu(x - i d) + q_i relu(i d - x) has |f - (alpha + gam g)| <= (gam/2 + M2/8) d^2 on [0,
   1]. *)
Theorem P8_optimal (n : nat) (f f' : R -> R) (M2 gam : R) :
  (17 <= n)%nat -> (forall x, 0 <= x <= 1 -> derivable_pt_lim f x (f' x)) ->
  lipschitz_on f' M2 0 1 -> 0 < gam -> M2 <= gam ->
  let d := / INR (n - 1) in
  let s0 := Rabs (f d - f 0) / d in
  2 * s0 * INR (n - 1) <= gam * (INR n * (INR n - 9) - 118) ->
  exists us alpha,
    map location us = map (fun i => INR i * d) (seq 0 n) /\ permutes_its_locations us
    /\ forall x, 0 <= x <= 1 ->
       Rabs (f x - (alpha + gam * network us x)) <= (gam / 2 + M2 / 8) * d ^ 2.
Proof.
  intros Hn Hf HM2 Hgam Hlarge d s0 Hs0.
  destruct (kinks_for_function n f f' M2 gam ltac:(lia) Hf HM2 Hgam Hlarge)
    as (k & Hlength & Hk & Hall); fold d in Hall.
  destruct (P8_subsets_all k Hk) as (P & N & first & last & HP & HN & Hends & Hreaches); [lia|].
  replace (S (S (length k))) with n in * by lia.
  set (T := round ((f d - f 0) / (gam * d ^ 2))) in *.
  assert (HlengthP : length P = n) by (rewrite (Permutation_length HP); apply places_length).
  assert (HlengthN : length N = n) by (rewrite (Permutation_length HN); apply places_length).
  pose proof (twice_sum_places 0 n) as Hsum; rewrite <- (sum_permutation _ _ HP) in Hsum.
  assert (Hrange : forall l, length l = n -> Permutation l (places 0 n) ->
    (0 <= place l 0 <= Z.of_nat n - 1)%Z).
  { intros l Hl Hperm; assert (Hin : In (place l 0) (places 0 n))
      by (apply (Permutation_in _ Hperm), nth_In; lia).
    apply in_places in Hin; lia. }
  pose proof (Hrange P HlengthP HP) as HP0; pose proof (Hrange N HlengthN HN) as HN0.
  assert (HT : (2 * Z.abs T <= Z.of_nat n * (Z.of_nat n - 9) - 117)%Z).
  { apply (first_slope_range n (f d - f 0) gam T); try assumption; [lia|].
    apply round_nearest. }
  destruct (reaches_choice (weights P N) (T + sum P - (place P 0 - place N 0)))
    as (bits & Hbits & Hchosen); [apply Hreaches; nia|].
  assert (Hweights : length (weights P N) = n)
    by (unfold weights; rewrite map_length, combine_length; lia).
  destruct (Hall P N first last HP HN Hends (fun i => nth i bits false)) as (Hloc & Hperm & Herror).
  - rewrite first_slope_chosen by (try assumption; try congruence; lia); lia.
  - eexists; eexists; split; [exact Hloc | split; [exact Hperm | exact Herror]].
Qed.

(* lemma: P8-closed *)
(* statement: For n >= 22, (n - 14)(n - 1) <= n(n - 9) - 118. *)
Theorem P8_closed (n : Z) :
  (22 <= n -> (n - 14) * (n - 1) <= n * (n - 9) - 118)%Z.
Proof. lia. Qed.
