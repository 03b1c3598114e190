(** * P8, steps 2 and 3: the realisation lemma and the subset lemma, for every width

    For all k_1, ..., k_{n-2} in {-2, ..., 2} there are permutations P, N of 0, ..., n-1 with
    P_i - N_i = k_i for 0 < i < n-1; if all these k_i are even, both ends k_0, k_{n-1} can be odd.
    If n >= 17, some of the P_i + N_i add up to W for every W from 2 n + 5 to n (n - 1) - (2 n + 5).

    Only the multiset of the k_i matters: a layout (P8_layout) is dealt to the places. *)

From Coq Require Import ZArith List Permutation Lia Bool Arith.
From Icebound Require Import P8_blocks P8_layout P8_sums P8_base.
Import ListNotations.
Local Open Scope Z_scope.

(** ** From a layout to two permutations *)

Definition differences (P N : list Z) : list Z := map (fun '(p, n) => p - n) (combine P N).

Lemma differences_of_pairs (pairs : list (Z * Z)) :
  differences (map (fun '(i, s) => i + s) pairs) (map fst pairs) = map snd pairs.
Proof.
  unfold differences; induction pairs as [|[i s] pairs IH]; [reflexivity|].
  cbn [map combine fst snd]; rewrite IH; f_equal; lia.
Qed.

Lemma differences_exchanged P N : differences N P = map Z.opp (differences P N).
Proof.
  unfold differences; revert N; induction P as [|p P IH]; intros [|n N]; try reflexivity.
  cbn [combine map]; rewrite IH; f_equal; lia.
Qed.

(** The sources beside their displacements. *)
Lemma sources_of_layout start layout :
  let pairs := combine (places start (length layout)) layout in
  map fst pairs = places start (length layout) /\ map snd pairs = layout
  /\ map (fun '(i, s) => i + s) pairs = targets start layout.
Proof.
  revert start; induction layout as [|s layout IH]; intros start; [auto|].
  cbn [length places combine map targets fst snd].
  destruct (IH (start + 1)) as (Hfst & Hsnd & Htargets); cbv zeta in *.
  rewrite Hfst, Hsnd, Htargets; auto.
Qed.

Definition weights (P N : list Z) : list Z := map (fun '(p, n) => p + n) (combine P N).

Lemma weights_of_pairs (pairs : list (Z * Z)) :
  weights (map (fun '(i, s) => i + s) pairs) (map fst pairs) = map (fun '(i, s) => 2 * i + s) pairs.
Proof.
  unfold weights; induction pairs as [|[i s] pairs IH]; [reflexivity|].
  cbn [map combine fst snd]; rewrite IH; f_equal; lia.
Qed.

Lemma weights_exchanged P N : weights N P = weights P N.
Proof.
  unfold weights; revert N; induction P as [|p P IH]; intros [|n N]; try reflexivity.
  cbn [combine map]; rewrite IH; f_equal; lia.
Qed.

(** The weights of a layout in the order of the sources. *)
Definition layout_weights (start : Z) (layout : list Z) : list Z :=
  map (fun '(i, s) => 2 * i + s) (combine (places start (length layout)) layout).

Lemma layout_permutations layout displacements :
  closed layout -> Permutation layout displacements ->
  exists P N, Permutation P (places 0 (length displacements))
    /\ Permutation N (places 0 (length displacements)) /\ differences P N = displacements
    /\ Permutation (layout_weights 0 layout) (weights P N).
Proof.
  intros Hclosed Hperm.
  destruct (sources_of_layout 0 layout) as (Hfst & Hsnd & Htargets); cbv zeta in *.
  rewrite <- (Permutation_length Hperm); unfold layout_weights.
  set (pairs := combine (places 0 (length layout)) layout) in *.
  destruct (Permutation_map_inv snd pairs (l1 := displacements)) as (dealt & -> & Hdealt).
  { rewrite Hsnd; apply Permutation_sym, Hperm. }
  exists (map (fun '(i, s) => i + s) dealt), (map fst dealt); split; [|split; [|split]].
  - rewrite <- Hdealt, Htargets; exact Hclosed.
  - rewrite <- Hdealt, Hfst; apply Permutation_refl.
  - apply differences_of_pairs.
  - rewrite weights_of_pairs, Hdealt; apply Permutation_refl.
Qed.

(** ** The weights of a layout and their sums *)

Lemma twice_sum_places start n :
  2 * sum (places start n) = Z.of_nat n * (2 * start + Z.of_nat n - 1).
Proof.
  revert start; induction n as [|n IH]; intros start; cbn [places sum]; [lia|].
  specialize (IH (start + 1)); lia.
Qed.

Lemma sum_of_pairs (pairs : list (Z * Z)) :
  sum (map (fun '(i, s) => 2 * i + s) pairs)
  = sum (map fst pairs) + sum (map (fun '(i, s) => i + s) pairs).
Proof. induction pairs as [|[i s] pairs IH]; cbn [map sum fst]; lia. Qed.

Lemma layout_weights_sum layout :
  closed layout -> sum (layout_weights 0 layout) = count layout * (count layout - 1).
Proof.
  intros Hclosed; destruct (sources_of_layout 0 layout) as (Hfst & _ & Htargets); cbv zeta in *.
  unfold layout_weights; rewrite sum_of_pairs, Hfst, Htargets, (sum_permutation _ _ Hclosed).
  pose proof (twice_sum_places 0 (length layout)); lia.
Qed.

Lemma layout_weights_bounds layout w :
  closed layout -> In w (layout_weights 0 layout) -> 0 <= w <= 2 * count layout - 2.
Proof.
  intros Hclosed Hw; destruct (sources_of_layout 0 layout) as (Hfst & _ & Htargets); cbv zeta in *.
  apply in_map_iff in Hw; destruct Hw as ([i s] & <- & Hin).
  assert (Hi : In i (places 0 (length layout)))
    by (rewrite <- Hfst; apply (in_map fst) in Hin; exact Hin).
  assert (His : In (i + s) (places 0 (length layout))).
  { apply (Permutation_in _ Hclosed); rewrite <- Htargets.
    apply (in_map (fun '(i, s) => i + s)) in Hin; exact Hin. }
  apply in_places in Hi, His; lia.
Qed.

Fixpoint end_weights (cells : list cell) (x : Z) : list Z :=
  match cells with
  | [] => []
  | (s, true) :: rest => (2 * x + s) :: end_weights rest (x + 1)
  | (s, false) :: rest => end_weights rest (x + 1)
  end.

Lemma weights_split cells : forall x seen,
  Permutation (layout_weights x (shape cells) ++ seen) (end_weights cells x ++ weigh cells x seen).
Proof.
  unfold layout_weights; induction cells as [|[s [|]] cells IH]; intros x seen.
  - apply Permutation_refl.
  - apply (perm_skip (2 * x + s)), IH.
  - specialize (IH (x + 1) (2 * x + s :: seen)); cbn [end_weights weigh].
    rewrite <- IH; apply Permutation_middle.
Qed.

Lemma end_weights_length cells x : length (end_weights cells x) = length (ends cells).
Proof.
  revert x; induction cells as [|[s [|]] cells IH]; intros x; cbn [end_weights]; cells;
    [reflexivity | rewrite IH; reflexivity | apply IH].
Qed.

Lemma end_weights_odd cells x : Forall Z.Odd (ends cells) -> Forall Z.Odd (end_weights cells x).
Proof.
  revert x; induction cells as [|[s [|]] cells IH]; intros x Hodd; cbn [end_weights]; cells;
    [constructor | | apply IH, Hodd].
  destruct (Forall_inv Hodd) as [r Hr]; apply Forall_inv_tail in Hodd.
  constructor; [exists (x + r); lia | auto].
Qed.

Lemma weigh_even cells x seen :
  even_list (weigh cells x seen) -> even_list seen /\ Forall Z.Even (inner cells).
Proof.
  revert x seen; induction cells as [|[s [|]] cells IH]; intros x seen Heven; cbn [weigh] in Heven;
    cells; [split; [exact Heven | constructor] | apply IH in Heven; exact Heven|].
  apply IH in Heven; destruct Heven as [Hseen Hinner].
  destruct (Forall_inv Hseen) as [r Hr]; apply Forall_inv_tail in Hseen.
  split; [exact Hseen | constructor; [exists (r - x); lia | exact Hinner]].
Qed.

(** Half of all weights and less: what the layout reaches. *)
Lemma layout_reaches p cells first last :
  laid p cells -> closed (shape cells) -> small cells -> ends cells = [first; last] ->
  (Forall Z.Even (inner cells) -> Z.Odd first /\ Z.Odd last) ->
  let n := count cells in
  17 <= n -> forall W, 2 * n + 5 <= W <= n * (n - 1) - (2 * n + 5) ->
  reaches (layout_weights 0 (shape cells)) W.
Proof.
  intros Hlaid Hclosed Hsmall Hends Hodd n Hn W HW.
  assert (Hlength : count (shape cells) = n) by (unfold shape, n; rewrite map_length; reflexivity).
  assert (Hinner : count (inner cells) = n - 2)
    by (unfold n; rewrite (cells_length cells), Hends; cbn [length]; lia).
  set (seen := weigh cells 0 []).
  assert (Hseen : count seen = n - 2)
    by (unfold seen; rewrite weigh_length; cbn [length plus]; exact Hinner).
  assert (Hgrown : grown seen).
  { apply (laid_grown p); try assumption; [rewrite Hends; apply le_n | lia]. }
  pose proof (weights_split cells 0 []) as Hsplit; rewrite app_nil_r in Hsplit; fold seen in Hsplit.
  pose proof (end_weights_length cells 0) as Htwo; rewrite Hends in Htwo.
  destruct (end_weights cells 0) as [|v [|u [|? ?]]] eqn:Hweights; try discriminate Htwo.
  assert (Hbounds : forall w, In w [v; u] -> 0 <= w <= 2 * count seen + 2).
  { intros w Hw; rewrite Hseen.
    pose proof (layout_weights_bounds (shape cells) w Hclosed) as H; rewrite Hlength in H.
    specialize (H (Permutation_in w (Permutation_sym Hsplit)
      (in_or_app [v; u] seen w (or_introl Hw)))); lia. }
  assert (Hu_odd : even_list seen -> Z.Odd u).
  { intros Heven; apply weigh_even in Heven; destruct Heven as [_ Heven].
    destruct (Hodd Heven) as [Hfirst Hlast].
    pose proof (end_weights_odd cells 0) as H; rewrite Hends, Hweights in H.
    specialize (H ltac:(repeat constructor; assumption)).
    inversion_clear H as [|? ? _ H']; inversion_clear H' as [|? ? Hu _]; exact Hu. }
  pose proof (layout_weights_sum (shape cells) Hclosed) as Hsum; rewrite Hlength in Hsum.
  rewrite (sum_permutation _ _ Hsplit) in Hsum.
  apply (reaches_permutation _ _ (Permutation_sym Hsplit)).
  apply (covers_with_ends seen u v); try (apply Hbounds; simpl; tauto); try assumption; [lia|].
  rewrite Hseen; cbn [app] in Hsum; rewrite Hsum; lia.
Qed.

(** ** Any list of kinks *)

Definition kinks (k : list Z) : Prop := forall x, In x k -> -2 <= x <= 2.

(** Replace [one a b] by its value where both are numbers. *)
Ltac compute_ones :=
  repeat match goal with
  | |- context [one ?a ?b] =>
      let value := eval compute in (one a b) in
      match value with
      | O => change (one a b) with 0%nat
      | S O => change (one a b) with 1%nat
      end
  end.

Lemma kinks_counted k :
  kinks k ->
  (forall x, occurrences k x = multiset (occurrences k 2) (occurrences k 1) (occurrences k 0)
     (occurrences k (-1)) (occurrences k (-2)) x)
  /\ sum k = 2 * Z.of_nat (occurrences k 2) + Z.of_nat (occurrences k 1)
             - Z.of_nat (occurrences k (-1)) - 2 * Z.of_nat (occurrences k (-2)).
Proof.
  induction k as [|a k IH]; intros Hk; [split; intros; reflexivity|].
  destruct IH as [Hcounts Hsum]; [intros x Hx; apply Hk; right; exact Hx|].
  specialize (Hk a (or_introl eq_refl)).
  assert (Ha : a = 2 \/ a = 1 \/ a = 0 \/ a = -1 \/ a = -2) by lia.
  split; [intros x; rewrite occurrences_cons, Hcounts | cbn [sum]; rewrite Hsum];
    destruct Ha as [-> | [-> | [-> | [-> | ->]]]]; rewrite !occurrences_cons;
    compute_ones; unfold multiset; (ring || lia).
Qed.

Lemma multiset_at_odd c2 c1 z d1 d2 :
  multiset c2 c1 z d1 d2 1 = c1 /\ multiset c2 c1 z d1 d2 (-1) = d1.
Proof. unfold multiset; split; compute_ones; lia. Qed.

Lemma realisation_of_layout k :
  kinks k -> 0 <= sum k ->
  exists P N first last,
    let n := Z.of_nat (S (S (length k))) in
    Permutation P (places 0 (S (S (length k)))) /\ Permutation N (places 0 (S (S (length k))))
    /\ differences P N = first :: k ++ [last]
    /\ ((forall x, In x k -> Z.Even x) -> Z.Odd first /\ Z.Odd last)
    /\ (17 <= n -> forall W, 2 * n + 5 <= W <= n * (n - 1) - (2 * n + 5) ->
        reaches (weights P N) W).
Proof.
  intros Hk Hsum; destruct (kinks_counted k Hk) as [Hcounts Htotal].
  destruct (all_realisable
    (occurrences k 2 + occurrences k 1 + occurrences k 0 + occurrences k (-1) + occurrences k (-2))
    (occurrences k 2) (occurrences k 1) (occurrences k 0) (occurrences k (-1))
    (occurrences k (-2))) as (cells & p & Hlaid & _ & Hlays); [lia | lia |].
  destruct Hlays as (Hclosed & Hinner & first & last & Hends & Hodd).
  assert (Hsame : Permutation (inner cells) k).
  { apply (Permutation_count_occ Z.eq_dec); intros x; rewrite Hinner, <- Hcounts; reflexivity. }
  assert (Heven : (forall x, In x k -> Z.Even x) -> Z.Odd first /\ Z.Odd last).
  { intros Heven; apply Hodd; apply count_occ_not_In; intros Hin; apply Heven in Hin;
      destruct Hin; lia. }
  destruct (layout_permutations (shape cells) (first :: k ++ [last]) Hclosed)
    as (P & N & HP & HN & Hdifferences & Hweights).
  { rewrite (shape_split cells), Hends, Hsame; cbn [app]; apply perm_skip.
    apply (Permutation_cons_append k last). }
  assert (Hlength : length (first :: k ++ [last]) = S (S (length k)))
    by (simpl; rewrite app_length; simpl; lia).
  rewrite Hlength in HP, HN.
  exists P, N, first, last; cbv zeta; repeat (split; [assumption|]).
  intros Hn W HW; apply (reaches_permutation _ _ Hweights).
  assert (Hcells : length cells = S (S (length k)))
    by (rewrite (cells_length cells), Hends, (Permutation_length Hsame); reflexivity).
  apply (layout_reaches p cells first last); rewrite ?Hcells; try assumption.
  - unfold small; apply Forall_forall; intros s Hs; apply Hk, (Permutation_in s Hsame), Hs.
  - intros H; rewrite Forall_forall in H; apply Heven; intros x Hx; apply H.
    apply (Permutation_in x (Permutation_sym Hsame)), Hx.
Qed.

(** For every sum of the kinks: exchange P and N if it is negative. *)
Lemma realisation k :
  kinks k ->
  exists P N first last,
    let n := Z.of_nat (S (S (length k))) in
    Permutation P (places 0 (S (S (length k)))) /\ Permutation N (places 0 (S (S (length k))))
    /\ differences P N = first :: k ++ [last]
    /\ ((forall x, In x k -> Z.Even x) -> Z.Odd first /\ Z.Odd last)
    /\ (17 <= n -> forall W, 2 * n + 5 <= W <= n * (n - 1) - (2 * n + 5) ->
        reaches (weights P N) W).
Proof.
  intros Hk; destruct (Z.le_ge_cases 0 (sum k)) as [Hsum|Hsum];
    [apply realisation_of_layout; assumption|].
  destruct (realisation_of_layout (map Z.opp k))
    as (P & N & first & last & HP & HN & Hends & Hodd & Hreaches).
  - intros x Hx; apply in_map_iff in Hx; destruct Hx as (y & <- & Hy); apply Hk in Hy; lia.
  - replace (sum (map Z.opp k)) with (- sum k); [lia|].
    clear; induction k as [|a k IH]; simpl; lia.
  - rewrite map_length in *.
    exists N, P, (- first), (- last); cbv zeta; split; [exact HN | split; [exact HP | split]].
    + rewrite differences_exchanged, Hends; cbn [map]; rewrite map_app, map_map; cbn [map].
      rewrite (map_ext _ (fun x => x) Z.opp_involutive), map_id; reflexivity.
    + split; [|rewrite weights_exchanged; exact Hreaches].
      intros Heven; destruct Hodd as [[a Ha] [b Hb]].
      * intros x Hx; apply in_map_iff in Hx; destruct Hx as (y & <- & Hy).
        apply Heven in Hy; destruct Hy as [r ->]; exists (- r); lia.
      * split; [exists (- a - 1) | exists (- b - 1)]; lia.
Qed.

(* lemma: P8-realisation *)
(* statement: For all integers k_1, ..., k_(n-2) in {-2, ..., 2}, n >= 2, there are permutations P,
   N of 0, ..., n - 1 with P_i - N_i = k_i for 0 < i < n - 1; if all these k_i are even, P_0 - N_0
   and P_(n-1) - N_(n-1) can be chosen odd. *)
Theorem P8_realisation (k : list Z) :
  (forall x, In x k -> -2 <= x <= 2) ->
  exists P N first last,
    Permutation P (places 0 (S (S (length k)))) /\ Permutation N (places 0 (S (S (length k))))
    /\ differences P N = first :: k ++ [last]
    /\ ((forall x, In x k -> Z.Even x) -> Z.Odd first /\ Z.Odd last).
Proof.
  intros Hk; destruct (realisation k Hk) as (P & N & first & last & HP & HN & Hends & Hodd & _).
  exists P, N, first, last; auto.
Qed.

(* lemma: P8-subsets-all *)
(* statement: For every n >= 17 and all integers k_1, ..., k_(n-2) in {-2, ..., 2} there are
   permutations P, N of 0, ..., n - 1 with P_i - N_i = k_i for 0 < i < n - 1 such that every integer
   W with 2 n + 5 <= W <= n(n-1) - (2 n + 5) is the sum of some of the P_i + N_i. *)
Theorem P8_subsets_all (k : list Z) :
  (forall x, In x k -> -2 <= x <= 2) ->
  let n := Z.of_nat (S (S (length k))) in
  17 <= n ->
  exists P N first last,
    Permutation P (places 0 (S (S (length k)))) /\ Permutation N (places 0 (S (S (length k))))
    /\ differences P N = first :: k ++ [last]
    /\ forall W, 2 * n + 5 <= W <= n * (n - 1) - (2 * n + 5) -> reaches (weights P N) W.
Proof.
  intros Hk n Hn.
  destruct (realisation k Hk) as (P & N & first & last & HP & HN & Hends & _ & Hreaches).
  exists P, N, first, last; auto.
Qed.
