(** * P8, step 2: the blocks and paths of which a permutation with given displacements is laid out

    A layout is the list of displacements s_0, s_1, ... of the sources 0, 1, ...: source i goes to
    i + s_i.  It is closed if the sources 0..m-1 go to 0..m-1, each once, open if one hole and the
    place m are exchanged (one path under way), twin if two holes and the places m, m+1 are (two
    paths under way).  Blocks are closed by computation; paths of every length are built step by
    step and then closed. *)

From Coq Require Import ZArith List Permutation Lia Bool.
Import ListNotations.
Local Open Scope Z_scope.

Notation count l := (Z.of_nat (length l)).

(** Where the sources start, start + 1, ... go. *)
Fixpoint targets (start : Z) (layout : list Z) : list Z :=
  match layout with
  | [] => []
  | s :: rest => (start + s) :: targets (start + 1) rest
  end.

(** start, start + 1, ..., n of them. *)
Fixpoint places (start : Z) (n : nat) : list Z :=
  match n with
  | O => []
  | S m => start :: places (start + 1) m
  end.

Definition closed (layout : list Z) : Prop :=
  Permutation (targets 0 layout) (places 0 (length layout)).

(** ** Lists of places *)

Lemma targets_app start a b :
  targets start (a ++ b) = targets start a ++ targets (start + count a) b.
Proof.
  revert start; induction a as [|s a IH]; intros start; cbn [app targets].
  - rewrite Z.add_0_r; reflexivity.
  - rewrite IH; replace (start + count (s :: a)) with (start + 1 + count a)
      by (cbn [length]; lia); reflexivity.
Qed.

Lemma places_app start m n :
  places start (m + n) = places start m ++ places (start + Z.of_nat m) n.
Proof.
  revert start; induction m as [|m IH]; intros start; cbn [app places plus].
  - rewrite Z.add_0_r; reflexivity.
  - rewrite IH; replace (start + Z.of_nat (S m)) with (start + 1 + Z.of_nat m) by lia; reflexivity.
Qed.

Lemma places_last start n : places start (S n) = places start n ++ [start + Z.of_nat n].
Proof. replace (S n) with (n + 1)%nat by lia; apply places_app. Qed.

Lemma targets_shift start c layout : targets (start + c) layout = map (Z.add c) (targets start layout).
Proof.
  revert start; induction layout as [|s layout IH]; intros start; cbn [targets map]; [reflexivity|].
  replace (start + c + 1) with (start + 1 + c) by lia; rewrite IH; f_equal; lia.
Qed.

Lemma places_shift start c n : places (start + c) n = map (Z.add c) (places start n).
Proof.
  revert start; induction n as [|n IH]; intros start; cbn [places map]; [reflexivity|].
  replace (start + c + 1) with (start + 1 + c) by lia; rewrite IH; f_equal; lia.
Qed.

Lemma in_places start n x : In x (places start n) <-> start <= x < start + Z.of_nat n.
Proof.
  revert start; induction n as [|n IH]; intros start; cbn [places In]; [lia|].
  rewrite IH; lia.
Qed.

Lemma places_distinct start n : NoDup (places start n).
Proof.
  revert start; induction n as [|n IH]; intros start; cbn [places]; constructor; [|apply IH].
  rewrite in_places; lia.
Qed.

Lemma places_length start n : length (places start n) = n.
Proof. revert start; induction n; intros; simpl; auto. Qed.

Lemma targets_length start layout : length (targets start layout) = length layout.
Proof. revert start; induction layout; intros; simpl; auto. Qed.

(** ** Blocks *)

Definition closed_test (layout : list Z) : bool :=
  forallb (fun x => existsb (Z.eqb x) (targets 0 layout)) (places 0 (length layout)).

Lemma closed_by_test layout : closed_test layout = true -> closed layout.
Proof.
  intros Htest; apply Permutation_sym, NoDup_Permutation_bis.
  - apply places_distinct.
  - rewrite places_length, targets_length; auto.
  - intros x Hx; unfold closed_test in Htest; rewrite forallb_forall in Htest.
    specialize (Htest x Hx); apply existsb_exists in Htest.
    destruct Htest as (y & Hy & Hxy); apply Z.eqb_eq in Hxy; subst y; assumption.
Qed.

Lemma closed_app a b : closed a -> closed b -> closed (a ++ b).
Proof.
  unfold closed; intros Ha Hb; rewrite targets_app, app_length, places_app.
  apply Permutation_app; [assumption|].
  rewrite targets_shift, places_shift; apply Permutation_map; assumption.
Qed.

Definition swap := [1; -1].
Definition quad := [2; 2; -2; -2].
Definition up_triple := [1; 1; -2].
Definition down_triple := [2; -1; -1].
Definition lone_zero := [2; 0; -2].
Definition lone_swap := [2; -1; 1; -2].
Definition lone_down_triple := [2; -1; 2; -2; -1].
Definition lone_up_triple := [1; 2; -2; 1; -2].
Definition odd_opening := [2; 2; -1].
Definition lone_opening := [2; 2; 2; -2].

Lemma blocks_closed :
  Forall closed [[0]; swap; quad; up_triple; down_triple;
                 lone_zero; lone_swap; lone_down_triple; lone_up_triple].
Proof. repeat (apply Forall_cons; [apply closed_by_test; reflexivity|]); apply Forall_nil. Qed.

(** ** Paths *)

(** The layout would be closed if the next source went to the hole. *)
Definition open_at (hole : Z) (layout : list Z) : Prop :=
  Permutation (hole :: targets 0 layout) (places 0 (S (length layout))).

(** The layout would be closed if the next two sources went to the two holes. *)
Definition twin_at (hole hole' : Z) (layout : list Z) : Prop :=
  Permutation (hole :: hole' :: targets 0 layout) (places 0 (S (S (length layout)))).

Lemma targets_snoc layout s : targets 0 (layout ++ [s]) = targets 0 layout ++ [count layout + s].
Proof. apply targets_app. Qed.

Lemma snoc_length (layout : list Z) s : length (layout ++ [s]) = S (length layout).
Proof. rewrite app_length; simpl; lia. Qed.

Lemma nothing_open : open_at 0 [].
Proof. apply Permutation_refl. Qed.

(** The path that is under way goes on as the opening says. *)
Lemma open_then_open hole a b : open_at hole a -> open_at 0 b -> open_at hole (a ++ b).
Proof.
  unfold open_at; intros Ha Hb.
  rewrite targets_app, app_length, plus_n_Sm, places_app, targets_shift, places_shift.
  rewrite places_last in Ha.
  apply (Permutation_map (Z.add (count a))) in Hb; cbn [map] in Hb.
  rewrite <- Hb, app_comm_cons, Ha, <- app_assoc.
  rewrite Z.add_0_r; apply Permutation_refl.
Qed.

Lemma open_by_test hole layout :
  closed_test (layout ++ [hole - count layout]) = true -> open_at hole layout.
Proof.
  intros Htest; apply closed_by_test in Htest; unfold closed, open_at in *.
  rewrite targets_snoc, snoc_length in Htest; rewrite <- Htest.
  replace (count layout + (hole - count layout)) with hole by lia.
  apply Permutation_cons_append.
Qed.

(** One step of +1. *)
Lemma open_step hole layout : open_at hole layout -> open_at hole (layout ++ [1]).
Proof.
  intros H; apply (open_then_open hole layout [1]); [exact H | apply Permutation_refl].
Qed.

Lemma open_steps hole layout n : open_at hole layout -> open_at hole (layout ++ repeat 1 n).
Proof.
  revert layout; induction n as [|n IH]; intros layout H; [rewrite app_nil_r; exact H|].
  replace (layout ++ repeat 1 (S n)) with ((layout ++ [1]) ++ repeat 1 n)
    by (rewrite <- app_assoc; reflexivity).
  apply IH, open_step, H.
Qed.

(** The last source goes to the hole. *)
Lemma open_close hole layout : open_at hole layout -> closed (layout ++ [hole - count layout]).
Proof.
  unfold open_at, closed; intros H; rewrite targets_snoc, snoc_length, <- H.
  replace (count layout + (hole - count layout)) with hole by lia.
  apply Permutation_sym, Permutation_cons_append.
Qed.

(** A second path starts right after the place of the first. *)
Lemma open_twin hole layout : open_at hole layout -> twin_at hole (count layout + 1) layout.
Proof.
  unfold open_at, twin_at; intros H; rewrite places_last, <- H.
  replace (0 + Z.of_nat (S (length layout))) with (count layout + 1) by lia.
  rewrite perm_swap; apply (Permutation_cons_append (hole :: targets 0 layout)).
Qed.

(** One step of +2: the follower becomes the leader. *)
Lemma twin_step hole hole' layout : twin_at hole hole' layout -> twin_at hole hole' (layout ++ [2]).
Proof.
  unfold twin_at; intros H.
  rewrite targets_snoc, snoc_length, places_last, <- H.
  replace (0 + Z.of_nat (S (S (length layout)))) with (count layout + 2) by lia.
  apply Permutation_refl.
Qed.

Lemma twin_steps hole hole' layout n :
  twin_at hole hole' layout -> twin_at hole hole' (layout ++ repeat 2 n).
Proof.
  revert layout; induction n as [|n IH]; intros layout H; [rewrite app_nil_r; exact H|].
  replace (layout ++ repeat 2 (S n)) with ((layout ++ [2]) ++ repeat 2 n)
    by (rewrite <- app_assoc; reflexivity).
  apply IH, twin_step, H.
Qed.

(** The follower goes to one of the holes. *)
Lemma twin_close hole hole' layout :
  twin_at hole hole' layout -> open_at hole' (layout ++ [hole - count layout]).
Proof.
  unfold twin_at, open_at; intros H; rewrite targets_snoc, snoc_length, <- H.
  replace (count layout + (hole - count layout)) with hole by lia.
  apply Permutation_sym, (Permutation_cons_append (hole' :: targets 0 layout) hole).
Qed.

Lemma twin_exchange hole hole' layout : twin_at hole hole' layout -> twin_at hole' hole layout.
Proof. unfold twin_at; intros <-; apply perm_swap. Qed.

(** ** The paths of the construction, for every number of steps *)

(** An opening, then +1 steps, then one displacement that closes the path. *)
Definition closed_path (opening : list Z) (ones : nat) : list Z :=
  (opening ++ repeat 1 ones) ++ [- (count opening + Z.of_nat ones)].

Lemma closed_path_closed opening ones : open_at 0 opening -> closed (closed_path opening ones).
Proof.
  intros H; unfold closed_path.
  replace (- (count opening + Z.of_nat ones)) with (0 - count (opening ++ repeat 1 ones))
    by (rewrite app_length, repeat_length; lia).
  apply open_close, open_steps, H.
Qed.

(** Paths A, from the opening with start 0, and B, with start count opening + 1: +2 steps in turn,
    then the follower closes, the leader runs on by +1 steps and closes.  [to_a]: the follower goes
    to A's start and the leader to B's; otherwise the other way round. *)
Definition follower_end (opening : list Z) (twos : nat) (to_a : bool) : Z :=
  (if to_a then 0 else count opening + 1) - (count opening + Z.of_nat twos).

Definition leader_end (opening : list Z) (twos ones : nat) (to_a : bool) : Z :=
  (if to_a then count opening + 1 else 0) - (count opening + Z.of_nat twos + Z.of_nat ones + 1).

Definition twin_path (opening : list Z) (twos ones : nat) (to_a : bool) : list Z :=
  (((opening ++ repeat 2 twos) ++ [follower_end opening twos to_a]) ++ repeat 1 ones)
  ++ [leader_end opening twos ones to_a].

Lemma twin_path_closed opening twos ones to_a :
  open_at 0 opening -> closed (twin_path opening twos ones to_a).
Proof.
  intros H; unfold twin_path, follower_end, leader_end.
  replace (count opening + Z.of_nat twos) with (count (opening ++ repeat 2 twos))
    by (rewrite app_length, repeat_length; lia).
  set (begun := opening ++ repeat 2 twos).
  assert (Htwin : twin_at 0 (count opening + 1) begun) by (apply twin_steps, open_twin, H).
  destruct to_a;
    match goal with |- closed (((begun ++ [?s]) ++ _) ++ [?hole - _]) =>
      replace (hole - _) with (hole - count ((begun ++ [s]) ++ repeat 1 ones))
        by (rewrite !app_length, repeat_length; cbn [length]; lia)
    end;
    apply open_close, open_steps, twin_close; [|apply twin_exchange]; exact Htwin.
Qed.

Lemma openings_open : Forall (open_at 0) [[]; odd_opening; lone_opening; odd_opening ++ lone_opening].
Proof. repeat (apply Forall_cons; [apply open_by_test; reflexivity|]); apply Forall_nil. Qed.

(* lemma: P8-blocks *)
(* statement: For each of the blocks delta = (0), (1, -1), (2, 2, -2, -2), (1, 1, -2), (2, -1, -1),
   (2, 0, -2), (2, -1, 1, -2), (2, -1, 2, -2, -1), (1, 2, -2, 1, -2), the map i -> i + delta_i is a
   permutation of 0, ..., m - 1, m the length of delta. *)
Theorem P8_blocks block :
  In block [[0]; [1; -1]; [2; 2; -2; -2]; [1; 1; -2]; [2; -1; -1]; [2; 0; -2]; [2; -1; 1; -2];
            [2; -1; 2; -2; -1]; [1; 2; -2; 1; -2]] ->
  Permutation (targets 0 block) (places 0 (length block)).
Proof. pose proof blocks_closed as H; rewrite Forall_forall in H; exact (H block). Qed.

(* lemma: P8-paths *)
(* statement: For every opening delta of length o = 0, 3, 4 or 7, t >= 0 and u >= 0 the map of 0,
   ..., o + t + u + 1 that is i + delta_i for i < o, i + 2 for o <= i < o + t, i + 1 for o + t < i
   <= o + t + u, and sends o + t and o + t + u + 1 to 0 and o + 1 in either order, is a permutation;
   so is that of 0, ..., o + u with i + delta_i for i < o, i + 1 for o <= i < o + u, and o + u to 0.
   *)
Theorem P8_paths opening twos ones to_a :
  In opening [[]; [2; 2; -1]; [2; 2; 2; -2]; [2; 2; -1; 2; 2; 2; -2]] ->
  closed (twin_path opening twos ones to_a) /\ closed (closed_path opening ones).
Proof.
  intros Hin; pose proof openings_open as Hopen; rewrite Forall_forall in Hopen.
  apply Hopen in Hin; auto using closed_path_closed, twin_path_closed.
Qed.
