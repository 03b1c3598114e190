(** * P8, step 2: the realisation lemma, for every length and every choice of kinks

    For all k_1, ..., k_{n-2} in {-2, ..., 2} there are permutations P, N of 0, ..., n-1 with
    P_i - N_i = k_i for 0 < i < n-1; if all these k_i are even, both ends k_0, k_{n-1} can be odd.

    Only the multiset of the k_i matters.  With c2, c1, z, d1, d2 of +2, +1, 0, -1, -2 and a sum >= 0
    blocks of sum 0 are split off until one of a few remainders is left, each laid out by paths. *)

From Coq Require Import ZArith List Permutation Lia Bool Arith.
From Icebound Require Import P8_blocks.
Import ListNotations.
Local Open Scope Z_scope.

(** ** Counting displacements *)

Definition one (a x : Z) : nat := if Z.eq_dec a x then 1%nat else 0%nat.

Notation occurrences := (count_occ Z.eq_dec).

Lemma occurrences_cons a l x : occurrences (a :: l) x = (one a x + occurrences l x)%nat.
Proof. simpl; unfold one; destruct (Z.eq_dec a x); reflexivity. Qed.

Lemma occurrences_repeat a n x : occurrences (repeat a n) x = (n * one a x)%nat.
Proof. induction n as [|n IH]; [reflexivity|]; cbn [repeat]; rewrite occurrences_cons, IH; lia. Qed.

(** The multiset: c2 times +2, c1 times +1, z times 0, d1 times -1, d2 times -2. *)
Definition multiset (c2 c1 z d1 d2 : nat) (x : Z) : nat :=
  (c2 * one 2 x + c1 * one 1 x + z * one 0 x + d1 * one (-1) x + d2 * one (-2) x)%nat.

(** A closed layout has these displacements and two more, both odd if the others are even. *)
Definition realisable (c2 c1 z d1 d2 : nat) : Prop :=
  exists layout first last, closed layout
    /\ (forall x, occurrences layout x = (one first x + one last x + multiset c2 c1 z d1 d2 x)%nat)
    /\ (c1 = 0%nat -> d1 = 0%nat -> Z.Odd first /\ Z.Odd last).

Ltac occurrences :=
  intros; unfold multiset;
  repeat rewrite ?occurrences_cons, ?count_occ_app, ?occurrences_repeat, ?count_occ_nil;
  ring.

Lemma realisable_after_block block c2 c1 z d1 d2 c2' c1' z' d1' d2' :
  closed block ->
  (forall x, (occurrences block x + multiset c2 c1 z d1 d2 x = multiset c2' c1' z' d1' d2' x)%nat) ->
  (c1 <= c1')%nat -> (d1 <= d1')%nat ->
  realisable c2 c1 z d1 d2 -> realisable c2' c1' z' d1' d2'.
Proof.
  intros Hblock Hcounts H1 H2 (layout & first & last & Hclosed & Hlayout & Hodd).
  exists (block ++ layout), first, last; split; [apply closed_app; assumption | split].
  - intros x; rewrite count_occ_app, Hlayout, <- Hcounts; ring.
  - intros; apply Hodd; lia.
Qed.

(** ** The remainders *)

Lemma opening_open opening :
  In opening [[]; odd_opening; lone_opening; odd_opening ++ lone_opening] -> open_at 0 opening.
Proof. pose proof openings_open as H; rewrite Forall_forall in H; apply H. Qed.

(** Twin paths after an opening; the ends can be made odd if the opening has even length. *)
Lemma realisable_twin opening twos ones c2 c1 d1 d2 :
  In opening [[]; odd_opening; lone_opening; odd_opening ++ lone_opening] ->
  (forall x, (occurrences opening x + twos * one 2 x + ones * one 1 x
              = multiset c2 c1 0 d1 d2 x)%nat) ->
  (c1 = 0%nat -> d1 = 0%nat -> ones = 0%nat /\ (opening = [] \/ opening = lone_opening)) ->
  realisable c2 c1 0 d1 d2.
Proof.
  intros Hopening Hcounts Heven.
  set (to_a := Nat.odd twos).
  exists (twin_path opening twos ones to_a),
    (follower_end opening twos to_a), (leader_end opening twos ones to_a); split; [|split].
  - apply twin_path_closed, opening_open, Hopening.
  - intros x; unfold twin_path; rewrite <- Hcounts; occurrences.
  - intros Hc1 Hd1; destruct (Heven Hc1 Hd1) as [-> Hlength]; unfold follower_end, leader_end.
    assert (Hm : exists half, count opening = 2 * half)
      by (destruct Hlength as [->| ->]; [exists 0 | exists 2]; reflexivity).
    destruct Hm as [half ->]; subst to_a; destruct (Nat.odd twos) eqn:Hparity.
    + apply Nat.odd_spec in Hparity; destruct Hparity as [r ->].
      split; [exists (- half - Z.of_nat r - 1) | exists (- Z.of_nat r - 1)]; lia.
    + rewrite <- Nat.negb_even, negb_false_iff in Hparity.
      apply Nat.even_spec in Hparity; destruct Hparity as [r ->].
      split; [exists (- Z.of_nat r) | exists (- half - Z.of_nat r - 1)]; lia.
Qed.

(** What is left without zeros and with nothing more to split off, written out. *)
Lemma realisable_explicit layout first last c2 c1 d1 d2 :
  closed layout ->
  (forall x, occurrences layout x = (one first x + one last x + multiset c2 c1 0 d1 d2 x)%nat) ->
  (c1 = 0%nat -> d1 = 0%nat -> Z.Odd first /\ Z.Odd last) ->
  realisable c2 c1 0 d1 d2.
Proof. intros; exists layout, first, last; auto. Qed.

Ltac table := apply closed_by_test; reflexivity.
Ltac odd_ends := intros; try discriminate; split; (exists 0 + exists (-1)); reflexivity.

(** d1 = d2 = 0: twin paths from the start. *)
Lemma rest_positive c2 c1 : realisable c2 c1 0 0 0.
Proof.
  apply (realisable_twin [] c2 c1); [left; reflexivity | intros; occurrences | auto].
Qed.

(** One -1 and otherwise only +2s. *)
Lemma rest_odd c2 : realisable (S c2) 0 0 1 0.
Proof.
  destruct c2 as [|c2].
  - apply (realisable_explicit [2; -1; -1; 0] (-1) 0); [table | | odd_ends].
    occurrences.
  - apply (realisable_twin odd_opening c2 0); [right; left; reflexivity | | discriminate].
    unfold odd_opening; occurrences.
Qed.

(** One (+2, -2), more +2s, at most one +1. *)
Lemma rest_lone c2 c1 : (c1 <= 1)%nat -> realisable (S c2) c1 0 0 1.
Proof.
  intros Hc1; destruct c2 as [|[|c2]].
  - destruct c1 as [|[|c1]]; [| |lia].
    + apply (realisable_explicit lone_swap (-1) 1); [table | | odd_ends].
      unfold lone_swap; occurrences.
    + apply (realisable_explicit [2; 0; -2; 1; -1] 0 (-1)); [table | | odd_ends].
      occurrences.
  - destruct c1 as [|[|c1]]; [| |lia].
    + apply (realisable_explicit lone_down_triple (-1) (-1)); [table | | odd_ends].
      unfold lone_down_triple; occurrences.
    + apply (realisable_explicit [2; 2; -2; -2; 1; -1] (-2) (-1)); [table | | odd_ends].
      occurrences.
  - apply (realisable_twin lone_opening c2 c1); [right; right; left; reflexivity | | auto].
    unfold lone_opening; occurrences.
Qed.

(** One (+2, -2), one -1, more +2s. *)
Lemma rest_lone_odd c2 : realisable (S (S c2)) 0 0 1 1.
Proof.
  destruct c2 as [|[|[|c2]]].
  - apply (realisable_explicit [2; -1; -1; 2; 0; -2] (-1) 0); [table | | odd_ends].
    occurrences.
  - apply (realisable_explicit [2; 0; -2; 2; 2; -1; -3] 0 (-3));
      [table | | odd_ends].
    occurrences.
  - apply (realisable_explicit [2; 2; -2; -2; 2; 2; -1; -3] (-2) (-3)); [table | | odd_ends].
    occurrences.
  - apply (realisable_twin (odd_opening ++ lone_opening) c2 0);
      [right; right; right; left; reflexivity | | discriminate].
    unfold odd_opening, lone_opening; cbn [app]; occurrences.
Qed.

(** ** Splitting off blocks *)

Ltac split_off block c2 c1 z d1 d2 IH :=
  apply (realisable_after_block block c2 c1 z d1 d2);
    [apply P8_blocks; simpl; tauto
    | intros; unfold block, multiset; occurrences | lia | lia | apply IH; lia].

Lemma all_realisable total : forall c2 c1 z d1 d2 : nat,
  (c2 + c1 + z + d1 + d2 <= total)%nat -> (d1 + 2 * d2 <= c1 + 2 * c2)%nat ->
  realisable c2 c1 z d1 d2.
Proof.
  induction total as [|total IH]; intros c2 c1 z d1 d2 Htotal Hsum.
  { replace c2 with 0%nat by lia; replace c1 with 0%nat by lia; replace z with 0%nat by lia.
    replace d1 with 0%nat by lia; replace d2 with 0%nat by lia; apply rest_positive. }
  destruct z as [|z].
  2: { apply (realisable_after_block [0] c2 c1 z d1 d2);
         [apply P8_blocks; simpl; tauto | occurrences | lia | lia | apply IH; lia]. }
  destruct c1 as [|c1], d1 as [|d1].
  4: { split_off swap c2 c1 0%nat d1 d2 IH. }
  3: { destruct d2 as [|d2]; [apply rest_positive|].
       destruct c1 as [|c1]; [|split_off up_triple c2 c1 0%nat 0%nat d2 IH].
       destruct d2 as [|d2], c2 as [|c2]; try lia; [apply rest_lone; lia|].
       destruct c2 as [|c2]; [lia|]; split_off quad c2 1%nat 0%nat 0%nat d2 IH. }
  2: { destruct d1 as [|d1]; [|destruct c2 as [|c2]; [lia|];
         split_off down_triple c2 0%nat 0%nat d1 d2 IH].
       destruct d2 as [|d2], c2 as [|c2]; try lia; [apply rest_odd|].
       destruct c2 as [|c2]; [lia|].
       destruct d2 as [|d2]; [apply rest_lone_odd | split_off quad c2 0%nat 0%nat 1%nat d2 IH]. }
  destruct d2 as [|d2]; [apply rest_positive|].
  destruct c2 as [|c2]; [lia|].
  destruct d2 as [|d2]; [apply rest_lone; lia|].
  destruct c2 as [|c2]; [lia|]; split_off quad c2 0%nat 0%nat 0%nat d2 IH.
Qed.

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

Lemma layout_permutations layout displacements :
  closed layout -> Permutation layout displacements ->
  exists P N, Permutation P (places 0 (length displacements))
    /\ Permutation N (places 0 (length displacements)) /\ differences P N = displacements.
Proof.
  intros Hclosed Hperm.
  destruct (sources_of_layout 0 layout) as (Hfst & Hsnd & Htargets); cbv zeta in *.
  rewrite <- (Permutation_length Hperm).
  set (pairs := combine (places 0 (length layout)) layout) in *.
  destruct (Permutation_map_inv snd pairs (l1 := displacements)) as (dealt & -> & Hdealt).
  { rewrite Hsnd; apply Permutation_sym, Hperm. }
  exists (map (fun '(i, s) => i + s) dealt), (map fst dealt); split; [|split].
  - rewrite <- Hdealt, Htargets; exact Hclosed.
  - rewrite <- Hdealt, Hfst; apply Permutation_refl.
  - apply differences_of_pairs.
Qed.

(** ** Any list of kinks *)

Fixpoint sum (k : list Z) : Z :=
  match k with
  | [] => 0
  | x :: rest => x + sum rest
  end.

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

Lemma realisation_of_layout k :
  kinks k -> 0 <= sum k ->
  exists P N first last,
    Permutation P (places 0 (S (S (length k)))) /\ Permutation N (places 0 (S (S (length k))))
    /\ differences P N = first :: k ++ [last]
    /\ ((forall x, In x k -> Z.Even x) -> Z.Odd first /\ Z.Odd last).
Proof.
  intros Hk Hsum; destruct (kinks_counted k Hk) as [Hcounts Htotal].
  destruct (all_realisable
    (occurrences k 2 + occurrences k 1 + occurrences k 0 + occurrences k (-1) + occurrences k (-2))
    (occurrences k 2) (occurrences k 1) (occurrences k 0) (occurrences k (-1))
    (occurrences k (-2))) as (layout & first & last & Hclosed & Hlayout & Hodd); [lia | lia |].
  destruct (layout_permutations layout (first :: k ++ [last]) Hclosed) as (P & N & HP & HN & Hends).
  { apply (Permutation_count_occ Z.eq_dec); intros x.
    rewrite Hlayout, occurrences_cons, count_occ_app, occurrences_cons, count_occ_nil, <- Hcounts.
    ring. }
  assert (Hlength : length (first :: k ++ [last]) = S (S (length k)))
    by (simpl; rewrite app_length; simpl; lia).
  rewrite Hlength in HP, HN.
  exists P, N, first, last; repeat split; try assumption; apply Hodd;
    apply count_occ_not_In; intros Hin; match goal with H : forall x, _ -> Z.Even x |- _ =>
      apply H in Hin; destruct Hin; lia end.
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
  intros Hk; destruct (Z.le_ge_cases 0 (sum k)) as [Hsum|Hsum];
    [apply realisation_of_layout; assumption|].
  destruct (realisation_of_layout (map Z.opp k)) as (P & N & first & last & HP & HN & Hends & Hodd).
  - intros x Hx; apply in_map_iff in Hx; destruct Hx as (y & <- & Hy); apply Hk in Hy; lia.
  - replace (sum (map Z.opp k)) with (- sum k); [lia|].
    clear; induction k as [|a k IH]; simpl; lia.
  - rewrite map_length in HP, HN.
    exists N, P, (- first), (- last); split; [exact HN | split; [exact HP | split]].
    + rewrite differences_exchanged, Hends; cbn [map]; rewrite map_app, map_map; cbn [map].
      rewrite (map_ext _ (fun x => x) Z.opp_involutive), map_id; reflexivity.
    + intros Heven; destruct Hodd as [[a Ha] [b Hb]].
      * intros x Hx; apply in_map_iff in Hx; destruct Hx as (y & <- & Hy).
        apply Heven in Hy; destruct Hy as [r ->]; exists (- r); lia.
      * split; [exists (- a - 1) | exists (- b - 1)]; lia.
Qed.
