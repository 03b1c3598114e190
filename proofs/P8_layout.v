(** * P8, step 2: layouts for any numbers of displacements

    c2, c1, z, d1, d2 displacements +2, +1, 0, -1, -2 with a sum >= 0 and two ends more are laid out as
    zeros, swaps, triples of one kind and quads, each closed in itself, and one of a few remainders,
    which holds the ends: paths, or a short layout written out.  If no +1 and no -1 is among them,
    both ends are odd.  A cell is a displacement, marked true if it is an end. *)

From Coq Require Import ZArith List Permutation Lia Bool Arith.
From Icebound Require Import P8_blocks.
Import ListNotations.
Local Open Scope Z_scope.

(** ** Cells *)

Definition cell := (Z * bool)%type.

Definition plain (block : list Z) : list cell := map (fun s => (s, false)) block.
Definition shape (cells : list cell) : list Z := map fst cells.
Definition inner (cells : list cell) : list Z := shape (filter (fun c => negb (snd c)) cells).
Definition ends (cells : list cell) : list Z := shape (filter snd cells).

Lemma inner_app a b : inner (a ++ b) = inner a ++ inner b.
Proof. unfold inner, shape; rewrite filter_app, map_app; reflexivity. Qed.

Lemma ends_app a b : ends (a ++ b) = ends a ++ ends b.
Proof. unfold ends, shape; rewrite filter_app, map_app; reflexivity. Qed.

Lemma shape_app a b : shape (a ++ b) = shape a ++ shape b.
Proof. apply map_app. Qed.

Lemma shape_plain block : shape (plain block) = block.
Proof. unfold shape, plain; rewrite map_map; apply map_id. Qed.

Lemma inner_plain block : inner (plain block) = block.
Proof.
  unfold inner, shape, plain; induction block as [|s block IH]; [reflexivity|].
  cbn [map filter snd negb fst]; rewrite IH; reflexivity.
Qed.

Lemma ends_plain block : ends (plain block) = [].
Proof. unfold ends, shape, plain; induction block as [|s block IH]; [reflexivity | exact IH]. Qed.

Lemma shape_split cells : Permutation (shape cells) (ends cells ++ inner cells).
Proof.
  induction cells as [|[s [|]] cells IH]; [apply perm_nil | |]; cbn.
  - apply perm_skip, IH.
  - apply Permutation_cons_app, IH.
Qed.

(** ** Remainders *)

Definition path_cells (opening : list Z) (twos ones : nat) (first last : Z) : list cell :=
  plain opening ++ plain (repeat 2 twos) ++ (first, true) :: plain (repeat 1 ones) ++ [(last, true)].

Definition openings := [[]; odd_opening; lone_opening; odd_opening ++ lone_opening].

Definition short_rests : list (list cell) :=
  [plain [2; -1] ++ [(-1, true); (0, true)];
   [(2, false); (-1, true); (1, true); (-2, false)];
   [(2, false); (0, true); (-2, false); (1, false); (-1, true)];
   [(2, false); (-1, true); (2, false); (-2, false); (-1, true)];
   plain [2; 2; -2] ++ [(-2, true); (1, false); (-1, true)];
   plain [2; -1] ++ [(-1, true); (2, false); (0, true); (-2, false)];
   [(2, false); (0, true)] ++ plain [-2; 2; 2; -1] ++ [(-3, true)];
   plain [2; 2; -2] ++ [(-2, true)] ++ plain [2; 2; -1] ++ [(-3, true)]].

Inductive is_rest : list cell -> Prop :=
| rest_path opening twos ones first last :
    In opening openings -> is_rest (path_cells opening twos ones first last)
| rest_short r : In r short_rests -> is_rest r.

(** Layouts by the kind of their first block: 0 rest, 1 quad, 2 and 3 triples, 4 swap, 5 zero. *)
Inductive laid : nat -> list cell -> Prop :=
| laid_rest r : is_rest r -> laid 0 r
| laid_quad p l : laid p l -> (p <= 1)%nat -> laid 1 (plain quad ++ l)
| laid_up p l : laid p l -> (p <= 2)%nat -> laid 2 (plain up_triple ++ l)
| laid_down p l : laid p l -> (p <= 1 \/ p = 3)%nat -> laid 3 (plain down_triple ++ l)
| laid_swap p l : laid p l -> (p <= 4)%nat -> laid 4 (plain swap ++ l)
| laid_zero p l : laid p l -> (p <= 5)%nat -> laid 5 (plain [0] ++ l).

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

(** Cells for these displacements, with two ends that are odd if the others are even. *)
Definition lays_out (cells : list cell) (c2 c1 z d1 d2 : nat) : Prop :=
  closed (shape cells)
  /\ (forall x, occurrences (inner cells) x = multiset c2 c1 z d1 d2 x)
  /\ (exists first last, ends cells = [first; last]
      /\ (c1 = 0%nat -> d1 = 0%nat -> Z.Odd first /\ Z.Odd last)).

(** What the first block can be. *)
Definition first_block (p c1 z d1 : nat) : Prop :=
  (p <= 5 /\ (z = 0 -> p <= 4) /\ (z = 0 -> d1 = 0 -> p <= 2)
   /\ (z = 0 -> c1 = 0 -> p <= 1 \/ p = 3) /\ (z = 0 -> c1 + d1 <= 1 -> p <= 1))%nat.

Definition realisable (c2 c1 z d1 d2 : nat) : Prop :=
  exists cells p, laid p cells /\ first_block p c1 z d1 /\ lays_out cells c2 c1 z d1 d2.

Ltac occurrences :=
  intros; unfold multiset;
  repeat rewrite ?occurrences_cons, ?count_occ_app, ?occurrences_repeat, ?count_occ_nil;
  ring.

Lemma lays_out_after_block block cells c2 c1 z d1 d2 c2' c1' z' d1' d2' :
  closed block ->
  (forall x, (occurrences block x + multiset c2 c1 z d1 d2 x = multiset c2' c1' z' d1' d2' x)%nat) ->
  (c1 <= c1')%nat -> (d1 <= d1')%nat ->
  lays_out cells c2 c1 z d1 d2 -> lays_out (plain block ++ cells) c2' c1' z' d1' d2'.
Proof.
  intros Hblock Hcounts H1 H2 (Hclosed & Hinner & first & last & Hends & Hodd).
  split; [|split].
  - rewrite shape_app, shape_plain; apply closed_app; assumption.
  - intros x; rewrite inner_app, inner_plain, count_occ_app, Hinner, <- Hcounts; reflexivity.
  - exists first, last; rewrite ends_app, ends_plain; split; [exact Hends|].
    intros; apply Hodd; lia.
Qed.

Lemma realisable_rest cells c2 c1 d1 d2 :
  is_rest cells -> lays_out cells c2 c1 0 d1 d2 -> realisable c2 c1 0 d1 d2.
Proof.
  intros Hrest Hlays; exists cells, 0%nat.
  split; [apply laid_rest, Hrest | split; [unfold first_block; lia | exact Hlays]].
Qed.

Lemma opening_open opening : In opening openings -> open_at 0 opening.
Proof. pose proof openings_open as H; rewrite Forall_forall in H; apply H. Qed.

(** Twin paths after an opening; the ends can be made odd if the opening has even length. *)
Lemma realisable_twin opening twos ones c2 c1 d1 d2 :
  In opening openings ->
  (forall x, (occurrences opening x + twos * one 2 x + ones * one 1 x
              = multiset c2 c1 0 d1 d2 x)%nat) ->
  (c1 = 0%nat -> d1 = 0%nat -> ones = 0%nat /\ (opening = [] \/ opening = lone_opening)) ->
  realisable c2 c1 0 d1 d2.
Proof.
  intros Hopening Hcounts Heven.
  set (to_a := Nat.odd twos).
  set (first := follower_end opening twos to_a); set (last := leader_end opening twos ones to_a).
  apply (realisable_rest (path_cells opening twos ones first last)).
  { apply rest_path, Hopening. }
  unfold path_cells; split; [|split].
  - rewrite !shape_app, !shape_plain; cbn [shape map fst]; fold (shape (plain (repeat 1 ones) ++
      [(last, true)])); rewrite shape_app, shape_plain; cbn [shape map fst].
    pose proof (twin_path_closed opening twos ones to_a (opening_open _ Hopening)) as H.
    unfold twin_path in H; fold first last in H; rewrite <- !app_assoc in H; exact H.
  - intros x; rewrite !inner_app, !inner_plain, <- Hcounts.
    change (inner ((first, true) :: plain (repeat 1 ones) ++ [(last, true)]))
      with (inner (plain (repeat 1 ones) ++ [(last, true)])).
    rewrite inner_app, inner_plain; cbn [inner shape filter map snd negb]; occurrences.
  - exists first, last; split.
    + rewrite !ends_app, !ends_plain; cbn [app].
      change (ends ((first, true) :: plain (repeat 1 ones) ++ [(last, true)]))
        with (first :: ends (plain (repeat 1 ones) ++ [(last, true)])).
      rewrite ends_app, ends_plain; reflexivity.
    + intros Hc1 Hd1; destruct (Heven Hc1 Hd1) as [-> Hlength].
      unfold first, last, follower_end, leader_end.
      assert (Hm : exists half, count opening = 2 * half)
        by (destruct Hlength as [->| ->]; [exists 0 | exists 2]; reflexivity).
      destruct Hm as [half ->]; subst to_a; destruct (Nat.odd twos) eqn:Hparity.
      * apply Nat.odd_spec in Hparity; destruct Hparity as [r ->].
        split; [exists (- half - Z.of_nat r - 1) | exists (- Z.of_nat r - 1)]; lia.
      * rewrite <- Nat.negb_even, negb_false_iff in Hparity.
        apply Nat.even_spec in Hparity; destruct Hparity as [r ->].
        split; [exists (- Z.of_nat r) | exists (- half - Z.of_nat r - 1)]; lia.
Qed.

(** A short remainder, by computation. *)
Lemma realisable_short i c2 c1 d1 d2 :
  let cells := nth i short_rests [] in
  (i < 8)%nat -> closed_test (shape cells) = true ->
  (forall x, occurrences (inner cells) x = multiset c2 c1 0 d1 d2 x) ->
  (exists first last, ends cells = [first; last]
     /\ (c1 = 0%nat -> d1 = 0%nat -> Z.Odd first /\ Z.Odd last)) ->
  realisable c2 c1 0 d1 d2.
Proof.
  intros cells Hi Hclosed Hinner Hends; apply (realisable_rest cells).
  - apply rest_short, nth_In; exact Hi.
  - split; [apply closed_by_test, Hclosed | split; assumption].
Qed.

Ltac short i :=
  apply (realisable_short i);
    [cbn; lia | reflexivity | cbn [nth short_rests]; cbn -[count_occ multiset]; occurrences
    | eexists; eexists; split;
        [reflexivity | intros; try discriminate; split; (exists 0 + exists (-1)); reflexivity]].

(** d1 = d2 = 0: twin paths from the start. *)
Lemma rest_positive c2 c1 : realisable c2 c1 0 0 0.
Proof.
  apply (realisable_twin [] c2 c1); [left; reflexivity | intros; occurrences | auto].
Qed.

(** One -1 and otherwise only +2s. *)
Lemma rest_odd c2 : realisable (S c2) 0 0 1 0.
Proof.
  destruct c2 as [|c2]; [short 0%nat|].
  apply (realisable_twin odd_opening c2 0); [right; left; reflexivity | | discriminate].
  unfold odd_opening; occurrences.
Qed.

(** One (+2, -2), more +2s, at most one +1. *)
Lemma rest_lone c2 c1 : (c1 <= 1)%nat -> realisable (S c2) c1 0 0 1.
Proof.
  intros Hc1; destruct c2 as [|[|c2]].
  - destruct c1 as [|[|c1]]; [short 1%nat | short 2%nat | lia].
  - destruct c1 as [|[|c1]]; [short 3%nat | short 4%nat | lia].
  - apply (realisable_twin lone_opening c2 c1); [right; right; left; reflexivity | | auto].
    unfold lone_opening; occurrences.
Qed.

(** One (+2, -2), one -1, more +2s. *)
Lemma rest_lone_odd c2 : realisable (S (S c2)) 0 0 1 1.
Proof.
  destruct c2 as [|[|[|c2]]]; [short 5%nat | short 6%nat | short 7%nat |].
  apply (realisable_twin (odd_opening ++ lone_opening) c2 0);
    [right; right; right; left; reflexivity | | discriminate].
  unfold odd_opening, lone_opening; cbn [app]; occurrences.
Qed.

(** ** Splitting off blocks *)

Ltac split_off block rule c2 c1 z d1 d2 IH :=
  let cells := fresh in let p := fresh in let Hlaid := fresh in
  let Hfirst := fresh in let Hlays := fresh in
  destruct (IH c2 c1 z d1 d2) as (cells & p & Hlaid & Hfirst & Hlays); [lia | lia |];
  eexists; eexists; split; [apply (rule p cells Hlaid); unfold first_block in Hfirst; lia|];
  split; [unfold first_block; lia|];
  apply (lays_out_after_block block cells c2 c1 z d1 d2);
    [apply P8_blocks; simpl; tauto | intros; unfold block, multiset; occurrences | lia | lia
    | exact Hlays].

Definition zero := [0].

Lemma all_realisable total : forall c2 c1 z d1 d2 : nat,
  (c2 + c1 + z + d1 + d2 <= total)%nat -> (d1 + 2 * d2 <= c1 + 2 * c2)%nat ->
  realisable c2 c1 z d1 d2.
Proof.
  induction total as [|total IH]; intros c2 c1 z d1 d2 Htotal Hsum.
  { replace c2 with 0%nat by lia; replace c1 with 0%nat by lia; replace z with 0%nat by lia.
    replace d1 with 0%nat by lia; replace d2 with 0%nat by lia; apply rest_positive. }
  destruct z as [|z].
  2: { split_off zero laid_zero c2 c1 z d1 d2 IH. }
  destruct c1 as [|c1], d1 as [|d1].
  4: { split_off swap laid_swap c2 c1 0%nat d1 d2 IH. }
  3: { destruct d2 as [|d2]; [apply rest_positive|].
       destruct c1 as [|c1]; [|split_off up_triple laid_up c2 c1 0%nat 0%nat d2 IH].
       destruct d2 as [|d2], c2 as [|c2]; try lia; [apply rest_lone; lia|].
       destruct c2 as [|c2]; [lia|]; split_off quad laid_quad c2 1%nat 0%nat 0%nat d2 IH. }
  2: { destruct d1 as [|d1]; [|destruct c2 as [|c2]; [lia|];
         split_off down_triple laid_down c2 0%nat 0%nat d1 d2 IH].
       destruct d2 as [|d2], c2 as [|c2]; try lia; [apply rest_odd|].
       destruct c2 as [|c2]; [lia|].
       destruct d2 as [|d2];
         [apply rest_lone_odd | split_off quad laid_quad c2 0%nat 0%nat 1%nat d2 IH]. }
  destruct d2 as [|d2]; [apply rest_positive|].
  destruct c2 as [|c2]; [lia|].
  destruct d2 as [|d2]; [apply rest_lone; lia|].
  destruct c2 as [|c2]; [lia|]; split_off quad laid_quad c2 0%nat 0%nat 0%nat d2 IH.
Qed.
