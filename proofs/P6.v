(** * P6, counting: a list of functions cannot follow more zigzags than it has members

    A zigzag starts at 0 and has slope L or -L on each of N cells of length 1/N.  Two different
    zigzags first part in some cell and are 2 L/N apart at its end, so a function that stays closer
    than L/N to one of them at the ends of all cells does not do so to another.  With fewer than 2^N
    functions one of the 2^N zigzags is left alone. *)

From Coq Require Import Reals List Lra Lia Arith.
From Icebound Require Import Relu Pigeonhole.
Import ListNotations.
Local Open Scope R_scope.

(** ** Zigzags *)

Definition direction (up : bool) : R := if up then 1 else -1.

(** The zigzag with these directions on cells of this width, from 0 at the given start. *)
Fixpoint zigzag_from (L width start : R) (ups : list bool) (x : R) : R :=
  match ups with
  | [] => 0
  | up :: rest =>
      direction up * L * (relu (x - start) - relu (x - (start + width)))
      + zigzag_from L width (start + width) rest x
  end.

(** N cells of length 1/N, N the number of directions. *)
Definition zigzag (L : R) (ups : list bool) (x : R) : R :=
  zigzag_from L (/ INR (length ups)) 0 ups x.

(** The height after j cells, in units of L/N. *)
Fixpoint height (ups : list bool) (j : nat) : R :=
  match ups, j with
  | up :: rest, S i => direction up + height rest i
  | _, _ => 0
  end.

Section Cells.

Variables (L width : R).
Hypothesis width_positive : 0 < width.

Lemma zigzag_before ups : forall start x, x <= start -> zigzag_from L width start ups x = 0.
Proof.
  induction ups as [|up ups IH]; intros start x Hx; simpl; [reflexivity|].
  rewrite !relu_off, IH by lra; ring.
Qed.

Lemma zigzag_at_end ups : forall start j, (j <= length ups)%nat ->
  zigzag_from L width start ups (start + INR j * width) = L * width * height ups j.
Proof.
  induction ups as [|up ups IH]; intros start j Hj; destruct j as [|j]; cbn [length] in Hj.
  - simpl; ring.
  - lia.
  - rewrite zigzag_before by (simpl; lra); simpl; ring.
  - cbn [zigzag_from height].
    assert (0 <= INR j * width) by (apply Rmult_le_pos; [apply pos_INR | lra]).
    replace (start + INR (S j) * width) with (start + width + INR j * width)
      by (rewrite S_INR; ring).
    rewrite IH by lia; rewrite !relu_on by lra; ring.
Qed.

(** On cell number j the slope is L or -L, as the direction says. *)
Lemma zigzag_on_cell ups : forall start j x, (j < length ups)%nat ->
  start + INR j * width <= x <= start + INR (S j) * width ->
  zigzag_from L width start ups x
  = L * width * height ups j
    + direction (nth j ups true) * L * (x - (start + INR j * width)).
Proof.
  induction ups as [|up ups IH]; intros start j x Hj Hx; [simpl in Hj; lia|].
  assert (0 <= INR j * width) by (apply Rmult_le_pos; [apply pos_INR | lra]).
  rewrite S_INR in Hx; destruct j as [|j]; cbn [zigzag_from height nth].
  - simpl in Hx; rewrite zigzag_before by lra; rewrite relu_on, relu_off by lra; simpl; ring.
  - rewrite S_INR in *.
    assert (0 <= INR j * width) by (apply Rmult_le_pos; [apply pos_INR | lra]).
    rewrite (IH (start + width) j) by (try rewrite S_INR; simpl in *; try lia; lra).
    rewrite !relu_on by lra; ring.
Qed.

End Cells.

(** ** Two zigzags part *)

Lemma first_difference (s t : list bool) :
  length s = length t -> s <> t ->
  exists j, (j < length s)%nat /\ height s j = height t j
    /\ Rabs (height s (S j) - height t (S j)) = 2.
Proof.
  revert t; induction s as [|a s IH]; intros [|b t] Hlength Hdiffer; try discriminate.
  - contradiction.
  - injection Hlength as Hlength; destruct (Bool.bool_dec a b) as [<-|Hab].
    + destruct (IH t Hlength) as (j & Hj & Hsame & Hpart); [congruence|].
      exists (S j); split; [simpl; lia|]; split; [simpl; rewrite Hsame; reflexivity|].
      rewrite <- Hpart; f_equal; simpl; lra.
    + exists O; split; [simpl; lia|]; split; [reflexivity|].
      replace (height (a :: s) 1 - height (b :: t) 1) with (direction a - direction b)
        by (destruct s, t; simpl; ring).
      destruct a, b; try congruence; unfold direction; unfold Rabs;
        destruct Rcase_abs; lra.
Qed.

(** All lists of N directions. *)
Fixpoint patterns (N : nat) : list (list bool) :=
  match N with
  | O => [[]]
  | S M => map (cons true) (patterns M) ++ map (cons false) (patterns M)
  end.

Lemma patterns_count N : length (patterns N) = (2 ^ N)%nat.
Proof. induction N; simpl; [|rewrite app_length, !map_length, IHN]; lia. Qed.

Lemma patterns_length N s : In s (patterns N) -> length s = N.
Proof.
  revert s; induction N as [|N IH]; intros s Hs; simpl in Hs.
  - destruct Hs as [<-|[]]; reflexivity.
  - apply in_app_or in Hs; destruct Hs as [Hs|Hs]; apply in_map_iff in Hs;
      destruct Hs as (t & <- & Ht); simpl; auto.
Qed.

Lemma patterns_distinct N : NoDup (patterns N).
Proof.
  induction N as [|N IH]; simpl; [repeat constructor; intros []|].
  apply NoDup_app_disjoint; try (apply FinFun.Injective_map_NoDup; [intros s t H; congruence | exact IH]).
  intros s Htrue Hfalse; apply in_map_iff in Htrue, Hfalse.
  destruct Htrue as (t & <- & _), Hfalse as (u & Hu & _); discriminate.
Qed.

(** ** Counting *)

Section Counting.

Variables (L : R) (N : nat).
Hypotheses (L_positive : 0 < L) (N_positive : (0 < N)%nat).

Notation node j := (INR j / INR N).

Lemma N_real : 0 < INR N.
Proof. apply lt_0_INR; assumption. Qed.

Lemma zigzag_at_node s j :
  length s = N -> (j <= N)%nat -> zigzag L s (node j) = L / INR N * height s j.
Proof.
  intros Hs Hj; pose proof N_real; unfold zigzag, Rdiv; rewrite Hs.
  replace (INR j * / INR N) with (0 + INR j * / INR N) by ring.
  apply zigzag_at_end; [apply Rinv_0_lt_compat; assumption | lia].
Qed.

(** g stays closer than L/N to the zigzag at the end of every cell. *)
Definition follows (g : R -> R) (s : list bool) : Prop :=
  forall j, (j < N)%nat -> Rabs (zigzag L s (node (S j)) - g (node (S j))) < L / INR N.

Lemma follows_dec g s : {follows g s} + {~ follows g s}.
Proof.
  destruct (all_below_dec (fun j => Rabs (zigzag L s (node (S j)) - g (node (S j))) < L / INR N)
    (fun j => Rlt_dec _ _) N) as [Hall|Hsome]; [left; exact Hall | right; intros Hall].
  destruct Hsome as (j & Hj & Hno); apply Hno, Hall, Hj.
Defined.

Lemma not_follows g s : ~ follows g s ->
  exists j, (1 <= j <= N)%nat /\ L / INR N <= Rabs (zigzag L s (node j) - g (node j)).
Proof.
  intros Hno.
  destruct (all_below_dec (fun j => Rabs (zigzag L s (node (S j)) - g (node (S j))) < L / INR N)
    (fun j => Rlt_dec _ _) N) as [Hall|(j & Hj & Hfar)]; [contradiction|].
  exists (S j); split; [lia | apply Rnot_lt_le; exact Hfar].
Qed.

Lemma follows_one g s t :
  length s = N -> length t = N -> s <> t -> follows g s -> follows g t -> False.
Proof.
  intros Hs Ht Hst Hfs Hft.
  destruct (first_difference s t) as (j & Hj & _ & Hpart); [congruence | assumption |].
  specialize (Hfs j ltac:(lia)); specialize (Hft j ltac:(lia)).
  rewrite zigzag_at_node in Hfs, Hft by lia.
  assert (Hunit : 0 < L / INR N) by (apply Rdiv_lt_0_compat; [assumption | apply N_real]).
  revert Hfs Hft Hpart; generalize (height s (S j)), (height t (S j)), (g (node (S j))).
  generalize dependent (L / INR N); intros unit Hunit a b y Ha Hb Hab.
  assert (Rabs (unit * (a - b)) < 2 * unit).
  { replace (unit * (a - b)) with ((unit * a - y) + - (unit * b - y)) by ring.
    eapply Rle_lt_trans; [apply Rabs_triang | rewrite Rabs_Ropp; lra]. }
  rewrite Rabs_mult, Hab, (Rabs_right unit) in *; lra.
Qed.

End Counting.

(** f(0) = 0 and the slope is L or -L on each of N cells of length 1/N. *)
Definition is_zigzag (L : R) (N : nat) (f : R -> R) : Prop :=
  f 0 = 0 /\ forall j, (j < N)%nat -> exists slope, (slope = L \/ slope = - L)
    /\ forall x, INR j / INR N <= x <= INR (S j) / INR N ->
        f x = f (INR j / INR N) + slope * (x - INR j / INR N).

Lemma zigzag_is_zigzag L s : (0 < length s)%nat -> is_zigzag L (length s) (zigzag L s).
Proof.
  intros Hpositive; set (N := length s).
  assert (HN : 0 < INR N) by (apply lt_0_INR; exact Hpositive).
  assert (Hwidth : 0 < / INR N) by (apply Rinv_0_lt_compat; exact HN).
  split; [apply zigzag_before; [exact Hwidth | lra]|]; intros j Hj.
  exists (direction (nth j s true) * L); split; [destruct (nth j s true); simpl; lra|].
  intros x Hx; unfold zigzag, Rdiv in *; fold N.
  rewrite <- (Rplus_0_l (INR j * / INR N)).
  rewrite (zigzag_at_end L (/ INR N) Hwidth s 0 j) by (fold N; lia).
  apply zigzag_on_cell; [exact Hwidth | exact Hj | lra].
Qed.

(* lemma: P6-counting *)
(* statement: Let L > 0 and 2^N > K >= 1. For K functions on [0, 1] there is a zigzag with slopes
   +-L on N cells of length 1/N, 0 at 0, that is at least L/N away from each of them at some end of
   a cell. *)
Theorem P6_counting (L : R) (N : nat) (functions : list (R -> R)) :
  0 < L -> (1 <= length functions < 2 ^ N)%nat ->
  exists f, is_zigzag L N f /\ forall g, In g functions ->
    exists j, (1 <= j <= N)%nat /\ L / INR N <= Rabs (f (INR j / INR N) - g (INR j / INR N)).
Proof.
  intros HL [Hsome Hfew].
  assert (HN : (0 < N)%nat) by (destruct N; [simpl in Hfew; lia | lia]).
  destruct (place_without_any (list bool) (R -> R)
    (fun g s => length s = N /\ follows L N g s) (fun s t => s <> t)) with
    (ts := functions) (ps := patterns N) as (s & Hs & Hno).
  - intros g s; destruct (Nat.eq_dec (length s) N) as [Hs|Hs]; [|tauto].
    destruct (follows_dec L N g s); tauto.
  - intros g s t Hst [Hs Hfs] [Ht Hft]; exact (follows_one L N HL HN g s t Hs Ht Hst Hfs Hft).
  - apply NoDup_apart, patterns_distinct.
  - rewrite patterns_count; assumption.
  - pose proof (patterns_length N s Hs) as Hlength.
    exists (zigzag L s); split; [rewrite <- Hlength in *; apply zigzag_is_zigzag; assumption|].
    intros g Hg; apply not_follows; [assumption|].
    intros Hfollows; exact (Hno g Hg (conj Hlength Hfollows)).
Qed.
