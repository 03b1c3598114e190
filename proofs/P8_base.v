(** * P8, step 3: the weights of every layout grow from a good start

    A cell with displacement s at source x has the weight P + N = 2 x + s.  Without the two ends, the
    first 15 weights of a layout are one of some thousand lists; each of them is tried.  From there
    on P8_sums applies: the i-th weight lies between 2 i - 2 and 2 i + 6. *)

From Coq Require Import ZArith List Permutation Lia Bool Arith.
From Icebound Require Import P8_blocks P8_layout P8_sums.
Import ListNotations.
Local Open Scope Z_scope.

(** ** Weights of cells, the last one first *)

Fixpoint weigh (cells : list cell) (x : Z) (seen : list Z) : list Z :=
  match cells with
  | [] => seen
  | (s, is_end) :: rest => weigh rest (x + 1) (if is_end then seen else (2 * x + s) :: seen)
  end.

Lemma weigh_app a b x seen : weigh (a ++ b) x seen = weigh b (x + count a) (weigh a x seen).
Proof.
  revert x seen; induction a as [|[s e] a IH]; intros x seen; cbn [app weigh].
  - rewrite Z.add_0_r; reflexivity.
  - rewrite IH; f_equal; cbn [length]; lia.
Qed.

Lemma inner_end s cells : inner ((s, true) :: cells) = inner cells.
Proof. reflexivity. Qed.

Lemma inner_cell s cells : inner ((s, false) :: cells) = s :: inner cells.
Proof. reflexivity. Qed.

Lemma ends_end s cells : ends ((s, true) :: cells) = s :: ends cells.
Proof. reflexivity. Qed.

Lemma ends_cell s cells : ends ((s, false) :: cells) = ends cells.
Proof. reflexivity. Qed.

Ltac cells := rewrite ?inner_end, ?inner_cell, ?ends_end, ?ends_cell in *; cbn [length] in *.

Lemma weigh_length cells x seen :
  length (weigh cells x seen) = (length seen + length (inner cells))%nat.
Proof.
  revert x seen; induction cells as [|[s [|]] cells IH]; intros x seen; cbn [weigh];
    [cbn; lia | rewrite IH; cells; lia..].
Qed.

Lemma cells_length cells : length cells = (length (ends cells) + length (inner cells))%nat.
Proof. induction cells as [|[s [|]] cells IH]; [reflexivity|..]; cells; lia. Qed.

(** ** Growth behind the first 15 weights *)

Definition small (cells : list cell) : Prop := Forall (fun s => -2 <= s <= 2) (inner cells).

Lemma weigh_grown cells : forall x seen,
  15 <= count seen -> grown seen -> small cells ->
  count seen <= x -> x + count (ends cells) <= count seen + 2 ->
  grown (weigh cells x seen).
Proof.
  induction cells as [|[s [|]] cells IH]; intros x seen Hlong Hgrown Hsmall Hlow Hhigh;
    cbn [weigh]; [exact Hgrown | |].
  - cells; apply IH; try assumption; lia.
  - unfold small in Hsmall; cells; inversion_clear Hsmall as [|? ? Hs Hrest].
    apply IH; try assumption; cbn [length]; try lia.
    apply grows; [exact Hlong | lia | exact Hgrown].
Qed.

(** ** The first 15 weights *)

(** The source that comes next and the weights so far. *)
Definition state := (Z * list Z)%type.

Definition full (st : state) : bool := Nat.leb 15 (length (snd st)).

Fixpoint push (cells : list cell) (st : state) : state :=
  match cells with
  | [] => st
  | (s, is_end) :: rest =>
      if full st then st
      else push rest (fst st + 1, if is_end then snd st else (2 * fst st + s) :: snd st)
  end.

Lemma push_full cells st : full st = true -> push cells st = st.
Proof. destruct cells as [|[s e] cells]; [reflexivity|]; cbn [push]; intros ->; reflexivity. Qed.

Lemma push_app a b st : push (a ++ b) st = push b (push a st).
Proof.
  revert st; induction a as [|[s e] a IH]; intros st; [reflexivity|]; cbn [app push].
  destruct (full st) eqn:Hfull; [rewrite push_full by exact Hfull; reflexivity | apply IH].
Qed.

Lemma push_splits cells st :
  exists a b, cells = a ++ b /\ push cells st = (fst st + count a, weigh a (fst st) (snd st))
    /\ (full (push cells st) = false -> b = []).
Proof.
  revert st; induction cells as [|[s e] cells IH]; intros [x seen].
  - exists [], []; split; [reflexivity|]; cbn; split; [f_equal; lia | reflexivity].
  - cbn [push fst snd]; destruct (full (x, seen)) eqn:Hfull.
    + exists [], ((s, e) :: cells); split; [reflexivity|]; cbn [length weigh fst snd].
      split; [f_equal; lia | congruence].
    + destruct (IH (x + 1, if e then seen else 2 * x + s :: seen)) as (a & b & -> & Hpush & Hb).
      cbn [fst snd] in *; exists ((s, e) :: a), b; split; [reflexivity | split; [|exact Hb]].
      rewrite Hpush; cbn [weigh length]; f_equal; lia.
Qed.

Definition good (st : state) (cells : list cell) : Prop :=
  full (push cells st) = true -> grown (snd (push cells st)).

Lemma good_app a b st : good (push a st) b -> good st (a ++ b).
Proof. unfold good; rewrite push_app; auto. Qed.

Lemma good_full st cells : full st = true -> grown_test (snd st) = true -> good st cells.
Proof.
  unfold good; intros Hfull Htest; rewrite push_full by exact Hfull.
  intros _; apply grown_by_test, Htest.
Qed.

(** ** Trying all layouts *)

Definition last_test (st : state) : bool := if full st then grown_test (snd st) else true.

(** Any number of copies of a block, then what follows. *)
Fixpoint many (fuel : nat) (block : list cell) (next : state -> bool) (st : state) : bool :=
  if full st then grown_test (snd st)
  else match fuel with
       | O => false
       | S less => next st && many less block next (push block st)
       end.

Definition tried (block : list cell) (next : state -> bool) (st : state) : Prop :=
  exists fuel, many fuel block next st = true.

Lemma tried_full block next st : tried block next st -> full st = true -> grown_test (snd st) = true.
Proof. intros [[|fuel] H] Hfull; cbn [many] in H; rewrite Hfull in H; exact H. Qed.

Lemma tried_next block next st :
  tried block next st -> full st = false -> next st = true /\ tried block next (push block st).
Proof.
  intros [[|fuel] H] Hfull; cbn [many] in H; rewrite Hfull in H; [discriminate|].
  apply andb_true_iff in H; destruct H as [Hnext H]; split; [exact Hnext | exists fuel; exact H].
Qed.

Definition an_end : list cell := [(0, true)].

Definition ones_test (st : state) : bool :=
  many 20 (plain [1]) (fun st => last_test (push an_end st)) (push an_end st).

Definition path_test : state -> bool := many 20 (plain [2]) ones_test.

Definition rest_test (st : state) : bool :=
  forallb (fun r => last_test (push r st)) short_rests
  && forallb (fun opening => path_test (push (plain opening) st)) openings.

Definition quad_test : state -> bool := many 20 (plain quad) rest_test.
Definition up_test : state -> bool := many 20 (plain up_triple) quad_test.
Definition down_test : state -> bool := many 20 (plain down_triple) quad_test.
Definition triple_test (st : state) : bool := up_test st && down_test st.
Definition swap_test : state -> bool := many 20 (plain swap) triple_test.
Definition zero_test : state -> bool := many 20 (plain zero) swap_test.

Lemma all_layouts_tried : zero_test (0, []) = true.
Proof. vm_compute; reflexivity. Qed.

Lemma path_tried st : path_test st = true -> tried (plain [2]) ones_test st.
Proof. intros H; exists 20%nat; exact H. Qed.

Lemma ones_tried st :
  ones_test st = true -> tried (plain [1]) (fun st => last_test (push an_end st)) (push an_end st).
Proof. intros H; exists 20%nat; exact H. Qed.

Lemma quad_tried st : quad_test st = true -> tried (plain quad) rest_test st.
Proof. intros H; exists 20%nat; exact H. Qed.

Lemma up_tried st : up_test st = true -> tried (plain up_triple) quad_test st.
Proof. intros H; exists 20%nat; exact H. Qed.

Lemma down_tried st : down_test st = true -> tried (plain down_triple) quad_test st.
Proof. intros H; exists 20%nat; exact H. Qed.

Lemma swap_tried st : swap_test st = true -> tried (plain swap) triple_test st.
Proof. intros H; exists 20%nat; exact H. Qed.

Lemma zero_tried st : zero_test st = true -> tried (plain zero) swap_test st.
Proof. intros H; exists 20%nat; exact H. Qed.

(** Nothing below may compute with the tests. *)
Local Opaque ones_test path_test quad_test up_test down_test swap_test zero_test many.

(** ** Why trying is enough *)

Lemma last_sound st cells : last_test (push cells st) = true -> good st cells.
Proof.
  unfold last_test, good; intros H Hfull; rewrite Hfull in H; apply grown_by_test, H.
Qed.

Lemma steps_sound step next cont k : forall st,
  tried (plain [step]) next st -> (forall st', next st' = true -> good st' cont) ->
  good st (plain (repeat step k) ++ cont).
Proof.
  induction k as [|k IH]; intros st Htried Hnext; destruct (full st) eqn:Hfull;
    try (apply good_full; [exact Hfull | apply (tried_full _ _ _ Htried Hfull)]);
    destruct (tried_next _ _ _ Htried Hfull) as [Hhere Hmore].
  - apply Hnext, Hhere.
  - change (plain (repeat step (S k)) ++ cont) with (plain [step] ++ plain (repeat step k) ++ cont).
    apply good_app, IH; assumption.
Qed.

Lemma end_any e rest st : push ((e, true) :: rest) st = push ((0, true) :: rest) st.
Proof. reflexivity. Qed.

Lemma rest_sound r st : is_rest r -> rest_test st = true -> good st r.
Proof.
  intros Hrest H; apply andb_true_iff in H; destruct H as [Hshort Hpath].
  rewrite forallb_forall in Hshort, Hpath.
  destruct Hrest as [opening twos ones first last Hin|r Hin]; [|apply last_sound, Hshort, Hin].
  specialize (Hpath opening Hin); unfold path_cells; apply good_app.
  apply steps_sound with ones_test; [apply path_tried, Hpath|].
  intros st' Hones; unfold good; rewrite end_any.
  change ((0, true) :: plain (repeat 1 ones) ++ [(last, true)])
    with (an_end ++ plain (repeat 1 ones) ++ [(last, true)]).
  apply good_app, steps_sound with (fun st => last_test (push an_end st));
    [apply ones_tried, Hones|].
  intros st'' Hlast; unfold good; rewrite end_any; apply last_sound, Hlast.
Qed.

(** What has been tried before a layout of kind p. *)
Definition ready (p : nat) (st : state) : Prop :=
  match p with
  | 0 => rest_test st = true
  | 1 => tried (plain quad) rest_test st
  | 2 => tried (plain up_triple) quad_test st
  | 3 => tried (plain down_triple) quad_test st
  | 4 => tried (plain swap) triple_test st
  | _ => tried (plain zero) swap_test st
  end%nat.

(** What may follow a block of kind p. *)
Definition follows (p q : nat) : Prop :=
  match p with
  | 1 => q <= 1
  | 2 => q <= 2
  | 3 => q <= 1 \/ q = 3
  | 4 => q <= 4
  | _ => q <= 5
  end%nat.

Lemma chain_below (R : nat -> Prop) p q :
  (1 <= p <= 5)%nat -> follows p q ->
  (R 1 -> R 0)%nat -> (R 2 -> R 1)%nat -> (R 3 -> R 1)%nat -> (R 4 -> R 2 /\ R 3)%nat ->
  (R 5 -> R 4)%nat -> R p -> R q.
Proof.
  intros Hp Hq H10 H21 H31 H4 H54 H.
  assert (Hcases : (p = 1 \/ p = 2 \/ p = 3 \/ p = 4 \/ p = 5)%nat) by lia.
  destruct Hcases as [-> | [-> | [-> | [-> | ->]]]]; cbn [follows] in Hq;
    destruct q as [|[|[|[|[|[|q]]]]]]; try lia; tauto.
Qed.

Lemma ready_below p q st :
  (1 <= p <= 5)%nat -> follows p q -> full st = false -> ready p st -> ready q st.
Proof.
  intros Hp Hq Hfull; apply (chain_below (fun k => ready k st) p q Hp Hq); intros H.
  - apply (tried_next _ _ _ H Hfull).
  - apply quad_tried; apply (tried_next _ _ _ H Hfull).
  - apply quad_tried; apply (tried_next _ _ _ H Hfull).
  - destruct (tried_next _ _ _ H Hfull) as [Hboth _].
    apply andb_true_iff in Hboth; destruct Hboth as [Hup Hdown].
    split; [apply up_tried, Hup | apply down_tried, Hdown].
  - apply swap_tried; apply (tried_next _ _ _ H Hfull).
Qed.

Lemma block_sound p q block l st :
  (1 <= p <= 5)%nat -> follows p q ->
  (full st = true -> grown_test (snd st) = true) ->
  (full st = false -> ready p (push (plain block) st)) ->
  (forall st', full st' = true -> ready p st' -> grown_test (snd st') = true) ->
  (forall st', ready q st' -> good st' l) ->
  good st (plain block ++ l).
Proof.
  intros Hp Hq Hhere Hmore Hgrown IH; destruct (full st) eqn:Hfull;
    [apply good_full; [exact Hfull | apply Hhere; reflexivity]|].
  specialize (Hmore eq_refl); apply good_app.
  destruct (full (push (plain block) st)) eqn:Hnext.
  - apply good_full; [exact Hnext | apply Hgrown; assumption].
  - apply IH, (ready_below p q); assumption.
Qed.

Lemma laid_sound p l : laid p l -> forall st, ready p st -> good st l.
Proof.
  induction 1 as [r Hr|q l _ IH Hq|q l _ IH Hq|q l _ IH Hq|q l _ IH Hq|q l _ IH Hq];
    intros st Hready; [apply rest_sound; assumption|..].
  all: match goal with |- good _ (plain ?block ++ _) =>
    match type of Hready with ready ?p _ => apply (block_sound p q block) end end;
    [lia | exact Hq | exact (tried_full _ _ _ Hready)
    | intros Hfull; apply (tried_next _ _ _ Hready Hfull)
    | intros st' Hfull Htried; exact (tried_full _ _ _ Htried Hfull) | exact IH].
Qed.

(** ** All weights but the ends *)

Lemma laid_grown p cells :
  laid p cells -> small cells -> (length (ends cells) <= 2)%nat -> (15 <= length (inner cells))%nat ->
  grown (weigh cells 0 []).
Proof.
  intros Hlaid Hsmall Hends Hlong.
  assert (Hp : (p <= 5)%nat) by (destruct Hlaid; lia).
  assert (Hready : ready p (0, []))
    by (apply (ready_below 5 p); [lia | exact Hp | reflexivity | apply zero_tried, all_layouts_tried]).
  pose proof (laid_sound p cells Hlaid (0, []) Hready) as Hgood.
  destruct (push_splits cells (0, [])) as (a & b & -> & Hpush & Hshort).
  unfold good in Hgood; rewrite Hpush in Hgood, Hshort; cbn [fst snd] in *.
  rewrite weigh_app.
  assert (Hfull : full (0 + count a, weigh a 0 []) = true).
  { destruct (full (0 + count a, weigh a 0 [])) eqn:Hfull; [reflexivity|].
    rewrite (Hshort eq_refl) in Hlong; rewrite app_nil_r in Hlong.
    unfold full in Hfull; cbn [snd] in Hfull; apply Nat.leb_gt in Hfull.
    rewrite weigh_length in Hfull; cbn in Hfull; lia. }
  specialize (Hgood Hfull); unfold full in Hfull; cbn [snd] in Hfull; apply Nat.leb_le in Hfull.
  pose proof (weigh_length a 0 []) as Hlength; cbn [length plus] in Hlength.
  pose proof (cells_length a) as Ha; rewrite ends_app, app_length in Hends.
  apply weigh_grown; try assumption; try lia.
  unfold small in *; rewrite inner_app in Hsmall; apply Forall_app in Hsmall; apply Hsmall.
Qed.
