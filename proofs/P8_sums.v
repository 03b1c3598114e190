(** * P8, step 3: how subset sums grow

    A list of weights reaches W if some of them add up to W.  If it reaches all integers, or all even
    ones and every weight is even, from a to S - a, S the sum of the list, then with one weight
    more it does the same, as long as that weight is not larger than S - 2 a + 1; the first odd
    weight v turns "all even ones from a on" into "all from a + v on". *)

From Coq Require Import ZArith List Permutation Lia Bool.
Import ListNotations.
Local Open Scope Z_scope.

Fixpoint sum (l : list Z) : Z :=
  match l with
  | [] => 0
  | v :: rest => v + sum rest
  end.

(** Some of the weights add up to W. *)
Fixpoint reaches (l : list Z) (W : Z) : Prop :=
  match l with
  | [] => W = 0
  | v :: rest => reaches rest W \/ reaches rest (W - v)
  end.

(** As a choice: bits say which weights are taken. *)
Fixpoint chosen (bits : list bool) (l : list Z) : Z :=
  match bits, l with
  | b :: bits', v :: rest => (if b then v else 0) + chosen bits' rest
  | _, _ => 0
  end.

Lemma reaches_choice l W :
  reaches l W -> exists bits, length bits = length l /\ chosen bits l = W.
Proof.
  revert W; induction l as [|v l IH]; intros W HW; cbn [reaches] in HW.
  - exists []; split; [reflexivity | symmetry; exact HW].
  - destruct HW as [HW|HW]; destruct (IH _ HW) as (bits & Hlength & Hsum).
    + exists (false :: bits); split; [simpl; congruence | cbn [chosen]; lia].
    + exists (true :: bits); split; [simpl; congruence | cbn [chosen]; lia].
Qed.

Lemma sum_app a b : sum (a ++ b) = sum a + sum b.
Proof. induction a as [|v a IH]; simpl; lia. Qed.

Lemma sum_permutation l m : Permutation l m -> sum l = sum m.
Proof. induction 1; simpl; lia. Qed.

Lemma reaches_permutation l m : Permutation l m -> forall W, reaches l W -> reaches m W.
Proof.
  induction 1 as [|v l m _ IH|u v l|l m k _ IH1 _ IH2]; intros W HW; cbn [reaches] in *.
  - exact HW.
  - destruct HW as [HW|HW]; auto.
  - destruct HW as [[HW|HW]|[HW|HW]]; auto.
    right; right; replace (W - u - v) with (W - v - u) by lia; exact HW.
  - auto.
Qed.

(** ** Coverage *)

Definition covers (a : Z) (l : list Z) : Prop :=
  forall W, a <= W <= sum l - a -> reaches l W.

Definition covers_even (a : Z) (l : list Z) : Prop :=
  forall W, a <= 2 * W <= sum l - a -> reaches l (2 * W).

Lemma covers_weaker a b l : a <= b -> covers a l -> covers b l.
Proof. intros Hab Hl W HW; apply Hl; lia. Qed.

Lemma covers_grows a v l : 0 <= v <= sum l - 2 * a + 1 -> covers a l -> covers a (v :: l).
Proof.
  intros Hv Hl W HW; cbn [sum] in HW; cbn [reaches].
  destruct (Z_le_gt_dec W (sum l - a)); [left | right]; apply Hl; lia.
Qed.

Lemma covers_even_grows a v l :
  0 <= 2 * v <= sum l - 2 * a + 1 -> covers_even a l -> covers_even a (2 * v :: l).
Proof.
  intros Hv Hl W HW; cbn [sum] in HW; cbn [reaches].
  destruct (Z_le_gt_dec (2 * W) (sum l - a)); [left; apply Hl; lia|].
  right; replace (2 * W - 2 * v) with (2 * (W - v)) by lia; apply Hl; lia.
Qed.

Lemma covers_after_odd a v l :
  0 <= 2 * v + 1 -> covers_even a l -> covers (a + (2 * v + 1)) (2 * v + 1 :: l).
Proof.
  intros Hv Hl W HW; cbn [sum] in HW; cbn [reaches].
  destruct (Z.Even_or_Odd W) as [[r ->]|[r ->]].
  - left; apply Hl; lia.
  - right; replace (2 * r + 1 - (2 * v + 1)) with (2 * (r - v)) by lia; apply Hl; lia.
Qed.

(** ** The invariant: i weights, the i-th between 2 i - 2 and 2 i + 6 *)

Definition even_list (l : list Z) : Prop := Forall Z.Even l.

Definition grown (l : list Z) : Prop :=
  let i := Z.of_nat (length l) in
  6 * i + 23 <= sum l
  /\ (covers (2 * i + 9) l \/ (even_list l /\ covers_even 6 l)).

Lemma grows v l :
  15 <= Z.of_nat (length l) ->
  2 * Z.of_nat (length l) - 2 <= v <= 2 * Z.of_nat (length l) + 6 ->
  grown l -> grown (v :: l).
Proof.
  unfold grown; cbn [sum]; replace (Z.of_nat (length (v :: l))) with (Z.of_nat (length l) + 1)
    by (cbn [length]; lia).
  set (i := Z.of_nat (length l)); intros Hi Hv [Hsum Hcovers]; split; [lia|].
  destruct Hcovers as [Hall|[Heven Hall]].
  - left; apply covers_weaker with (2 * i + 9); [lia|]; apply covers_grows; [lia | exact Hall].
  - destruct (Z.Even_or_Odd v) as [[r ->]|[r ->]].
    + right; split; [constructor; [exists r; reflexivity | exact Heven]|].
      apply covers_even_grows; [lia | exact Hall].
    + left; apply covers_weaker with (6 + (2 * r + 1)); [lia|].
      apply covers_after_odd; [lia | exact Hall].
Qed.

(** Two more weights below 2 i + 4, both odd if all others are even. *)
Lemma covers_with_ends l u v :
  15 <= Z.of_nat (length l) -> grown l ->
  0 <= u <= 2 * Z.of_nat (length l) + 2 -> 0 <= v <= 2 * Z.of_nat (length l) + 2 ->
  (even_list l -> Z.Odd u) ->
  covers (2 * Z.of_nat (length l) + 9) (v :: u :: l).
Proof.
  unfold grown; set (i := Z.of_nat (length l)); intros Hi [Hsum Hcovers] Hu Hv Hodd.
  apply covers_grows; [cbn [sum]; lia|].
  destruct Hcovers as [Hall|[Heven Hall]].
  - apply covers_grows; [lia | exact Hall].
  - destruct (Hodd Heven) as [r ->].
    apply covers_weaker with (6 + (2 * r + 1)); [lia|].
    apply covers_after_odd; [lia | exact Hall].
Qed.

(** ** Small lists, by computation *)

(** Bit W is set if the weights reach W. *)
Fixpoint sums (l : list Z) : Z :=
  match l with
  | [] => 1
  | v :: rest => let s := sums rest in Z.lor s (Z.shiftl s v)
  end.

Lemma sums_reached l W : 0 <= W -> Z.testbit (sums l) W = true -> reaches l W.
Proof.
  revert W; induction l as [|v l IH]; intros W HW Hbit; cbn [sums reaches] in *.
  - change 1 with (2 ^ 0) in Hbit; rewrite Z.pow2_bits_eqb in Hbit by lia.
    apply Z.eqb_eq in Hbit; lia.
  - rewrite Z.lor_spec, Z.shiftl_spec in Hbit by exact HW.
    apply orb_true_iff in Hbit; destruct Hbit as [Hbit|Hbit]; [left; apply IH; assumption|].
    right; destruct (Z_lt_ge_dec (W - v) 0) as [Hneg|Hpos].
    + rewrite Z.testbit_neg_r in Hbit by exact Hneg; discriminate.
    + apply IH; [lia | exact Hbit].
Qed.

(** The bits a, ..., a + n - 1. *)
Definition window (a n : Z) : Z := Z.shiftl (Z.ones n) a.

Definition covers_test (a : Z) (l : list Z) : bool :=
  let mask := window a (sum l - 2 * a + 1) in Z.eqb (Z.land (sums l) mask) mask.

Lemma covers_by_test a l : 0 <= a -> covers_test a l = true -> covers a l.
Proof.
  unfold covers_test; cbv zeta; intros Ha Htest W HW; apply Z.eqb_eq in Htest.
  apply sums_reached; [lia|].
  assert (Hmask : Z.testbit (window a (sum l - 2 * a + 1)) W = true).
  { unfold window; rewrite Z.shiftl_spec by lia; apply Z.ones_spec_low; lia. }
  rewrite <- Htest, Z.land_spec in Hmask; apply andb_true_iff in Hmask; apply Hmask.
Qed.

Definition halves (l : list Z) : list Z := map Z.div2 l.

Lemma doubled_halves l : even_list l -> map (Z.mul 2) (halves l) = l.
Proof.
  unfold halves; induction 1 as [|v l [r ->] _ IH]; [reflexivity|]; cbn [map]; rewrite IH.
  replace (Z.div2 (2 * r)) with r by (rewrite Z.div2_div, Z.mul_comm, Z.div_mul; lia).
  reflexivity.
Qed.

Lemma reaches_doubled l W : reaches l W -> reaches (map (Z.mul 2) l) (2 * W).
Proof.
  revert W; induction l as [|v l IH]; intros W HW; cbn [map reaches] in *; [lia|].
  destruct HW as [HW|HW]; [left; apply IH, HW|].
  right; replace (2 * W - 2 * v) with (2 * (W - v)) by lia; apply IH, HW.
Qed.

Lemma sum_doubled l : sum (map (Z.mul 2) l) = 2 * sum l.
Proof. induction l as [|v l IH]; [reflexivity|]; cbn [map sum]; rewrite IH; lia. Qed.

Definition grown_test (l : list Z) : bool :=
  let i := Z.of_nat (length l) in
  (6 * i + 23 <=? sum l)
  && if forallb Z.even l then covers_test 3 (halves l) else covers_test (2 * i + 9) l.

Lemma grown_by_test l : grown_test l = true -> grown l.
Proof.
  unfold grown_test, grown; cbv zeta; intros H; apply andb_true_iff in H; destruct H as [Hsum H].
  apply Z.leb_le in Hsum; split; [exact Hsum|].
  destruct (forallb Z.even l) eqn:Heven.
  - right; assert (Hl : even_list l).
    { apply Forall_forall; intros v Hv; rewrite forallb_forall in Heven.
      apply Z.even_spec, Heven, Hv. }
    split; [exact Hl|]; apply covers_by_test in H; [|lia].
    intros W HW; rewrite <- (doubled_halves l Hl) in HW |- *; rewrite sum_doubled in HW.
    apply reaches_doubled, H; lia.
  - left; apply covers_by_test; [lia | exact H].
Qed.
