(** * P8: a network of pairs with given displacements, at its nodes

    Locations i d, i = 0, ..., n - 1.  Location i gets P_i d and -N_i d, one on either side; whichever
    sign s_i says, its kink is d (P_i - N_i), and the slope on (0, d) is d times an integer.  So the
    values at the nodes are d^2 times integer heights with the second differences P_i - N_i. *)

From Coq Require Import Reals ZArith List Permutation Lra Lia Arith.
From Icebound Require Import Relu P8_feedback P8_blocks.
Import ListNotations.
Local Open Scope R_scope.

Lemma relu_scale c z : 0 <= c -> relu (z * c) = c * relu z.
Proof.
  intros Hc; destruct (Rle_or_lt 0 z).
  - rewrite !relu_on; [ring | assumption | apply Rmult_le_pos; lra].
  - rewrite !relu_off; [ring | lra | nra].
Qed.

Section Network.

Variables (n : nat) (P N : nat -> Z) (s : nat -> bool) (d : R).
Hypothesis d_positive : 0 < d.

(** s_i = true puts P_i d on the right-facing unit and -N_i d on the left-facing one. *)
Definition dealt_pair (i : nat) : pair :=
  if s i then Pair (INR i * d) (IZR (P i) * d) (- (IZR (N i) * d))
  else Pair (INR i * d) (- (IZR (N i) * d)) (IZR (P i) * d).

Definition dealt_network : list pair := map dealt_pair (seq 0 n).

Notation g := (network dealt_network).
Notation node j := (INR j * d).

(** The slope on (0, d), in units of d. *)
Definition left_part (i : nat) : Z := if s i then (- N i)%Z else P i.
Definition right_part (i : nat) : Z := if s i then P i else (- N i)%Z.

Fixpoint sum_of (part : nat -> Z) (l : list nat) : Z :=
  match l with
  | [] => 0%Z
  | i :: rest => (part i + sum_of part rest)%Z
  end.

Definition first_slope : Z := (right_part 0 - sum_of left_part (seq 1 (n - 1)))%Z.

Lemma dealt_value i x :
  pair_value (dealt_pair i) x
  = IZR (right_part i) * d * relu (x - node i) + IZR (left_part i) * d * relu (node i - x).
Proof.
  unfold pair_value, dealt_pair, right_part, left_part.
  destruct (s i); cbn [location right left]; rewrite ?opp_IZR; ring.
Qed.

Lemma relu_nodes i j : relu (node i - node j) = d * relu (INR i - INR j).
Proof. rewrite <- relu_scale by lra; f_equal; ring. Qed.

Lemma nodes_apart i j : (i < j)%nat -> INR i + 1 <= INR j.
Proof. intros H; rewrite <- S_INR; apply le_INR; lia. Qed.

(** The second difference of one pair over the nodes: its kink at its own node, else 0. *)
Lemma dealt_second i j :
  pair_value (dealt_pair i) (node (S (S j))) - 2 * pair_value (dealt_pair i) (node (S j))
  + pair_value (dealt_pair i) (node j)
  = if Nat.eq_dec i (S j) then d ^ 2 * IZR (P i - N i) else 0.
Proof.
  rewrite !dealt_value, !relu_nodes, !S_INR.
  assert (Hkink : (P i - N i)%Z = (right_part i + left_part i)%Z)
    by (unfold right_part, left_part; destruct (s i); lia).
  destruct (Nat.eq_dec i (S j)) as [->|Hne].
  - rewrite Hkink, S_INR, plus_IZR; relus; ring.
  - destruct (Nat.lt_trichotomy i (S j)) as [H|[H|H]]; [|contradiction|].
    + assert (INR i <= INR j) by (apply le_INR; lia); relus; ring.
    + pose proof (nodes_apart _ _ H) as Hi; rewrite S_INR in Hi; relus; ring.
Qed.

Lemma network_second l j :
  NoDup l ->
  let h x := network (map dealt_pair l) x in
  h (node (S (S j))) - 2 * h (node (S j)) + h (node j)
  = if in_dec Nat.eq_dec (S j) l then d ^ 2 * IZR (P (S j) - N (S j)) else 0.
Proof.
  intros Hl; cbv zeta; induction Hl as [|i l Hi Hl IH]; cbn [map network].
  - destruct (in_dec Nat.eq_dec (S j) []) as [[]|_]; ring.
  - pose proof (dealt_second i j) as Hone.
    destruct (Nat.eq_dec i (S j)) as [->|Hne].
    + destruct (in_dec Nat.eq_dec (S j) l) as [Hin|_]; [contradiction|].
      destruct (in_dec Nat.eq_dec (S j) (S j :: l)) as [_|H];
        [lra | exfalso; apply H; left; reflexivity].
    + destruct (in_dec Nat.eq_dec (S j) l) as [Hin|Hout],
        (in_dec Nat.eq_dec (S j) (i :: l)) as [Hin'|Hout']; try lra.
      * exfalso; apply Hout'; right; exact Hin.
      * exfalso; destruct Hin' as [H|H]; contradiction.
Qed.

Lemma network_first l :
  (forall i, In i l -> (1 <= i)%nat) ->
  network (map dealt_pair l) (node 1) - network (map dealt_pair l) (node 0)
  = - (d ^ 2 * IZR (sum_of left_part l)).
Proof.
  induction l as [|i l IH]; intros Hl; cbn [map network sum_of]; [simpl; ring|].
  specialize (IH ltac:(intros; apply Hl; right; assumption)).
  rewrite plus_IZR.
  assert (Hi : INR 0 + 1 <= INR i)
    by (apply (nodes_apart 0); specialize (Hl i ltac:(left; reflexivity)); lia).
  rewrite !dealt_value, !relu_nodes; change (INR 1) with 1 in *; change (INR 0) with 0 in *.
  relus; lra.
Qed.

Hypothesis n_large : (2 <= n)%nat.

Lemma first_rise : g (node 1) - g (node 0) = d ^ 2 * IZR first_slope.
Proof.
  unfold dealt_network, first_slope; destruct n as [|m]; [lia|].
  cbn [seq map network]; replace (S m - 1)%nat with m by lia.
  pose proof (network_first (seq 1 m)) as Hrest.
  specialize (Hrest ltac:(intros i Hi; apply in_seq in Hi; lia)).
  rewrite minus_IZR, !dealt_value, !relu_nodes.
  change (INR 1) with 1 in *; change (INR 0) with 0 in *; relus; lra.
Qed.

Lemma bend j : (S (S j) < n)%nat ->
  g (node (S (S j))) - 2 * g (node (S j)) + g (node j) = d ^ 2 * IZR (P (S j) - N (S j)).
Proof.
  intros Hj; pose proof (network_second (seq 0 n) j (seq_NoDup n 0)) as H; cbv zeta in H.
  unfold dealt_network; rewrite H.
  destruct (in_dec Nat.eq_dec (S j) (seq 0 n)) as [_|Hout]; [reflexivity|].
  exfalso; apply Hout, in_seq; lia.
Qed.

(** At the nodes g is d^2 times integer heights. *)
Lemma g_at_nodes (k : nat -> Z) :
  (forall j, (S (S j) < n)%nat -> (P (S j) - N (S j))%Z = k j) ->
  forall j, (S j < n)%nat ->
    let h := heights k 0 first_slope j in
    g (node j) = g 0 + d ^ 2 * IZR (fst h) /\ g (node (S j)) = g 0 + d ^ 2 * IZR (snd h).
Proof.
  intros Hk j; induction j as [|j IH]; intros Hj; cbv zeta.
  - cbn [heights fst snd]; pose proof first_rise as Hrise; change (INR 0) with 0 in *.
    rewrite Rmult_0_l in *; split; [simpl; ring | lra].
  - destruct (IH ltac:(lia)) as [IH0 IH1]; pose proof (bend j Hj) as Hbend.
    rewrite (Hk j Hj) in Hbend; cbn [heights].
    destruct (heights k 0 first_slope j) as [before here]; cbn [fst snd] in *.
    split; [exact IH1|]; rewrite plus_IZR, minus_IZR, mult_IZR; lra.
Qed.

End Network.

(** ** The values that are dealt out *)

Lemma dealt_coefficients_split P N s d l :
  Permutation (coefficients (map (dealt_pair P N s d) l))
    (map (fun i => IZR (P i) * d) l ++ map (fun i => - (IZR (N i) * d)) l).
Proof.
  unfold coefficients; rewrite !map_map; induction l as [|i l IH]; [apply perm_nil|].
  cbn [map app]; unfold dealt_pair at 1 3; destruct (s i); cbn [right left].
  - apply perm_skip; rewrite <- !Permutation_middle; apply perm_skip, IH.
  - rewrite <- !Permutation_middle.
    eapply Permutation_trans; [apply perm_swap | do 2 apply perm_skip; exact IH].
Qed.

Lemma map_places_real (f : R -> R) n start :
  map (fun z => f (IZR z)) (places (Z.of_nat start) n) = map (fun i => f (INR i)) (seq start n).
Proof.
  revert start; induction n as [|n IH]; intros start; [reflexivity|]; cbn [places seq map].
  rewrite <- INR_IZR_INZ; f_equal; rewrite <- IH; do 2 f_equal; lia.
Qed.

Lemma dealt_permutes n P N s d :
  Permutation (map P (seq 0 n)) (places 0 n) -> Permutation (map N (seq 0 n)) (places 0 n) ->
  permutes_its_locations (dealt_network n P N s d).
Proof.
  intros HP HN; unfold permutes_its_locations, signed_locations, dealt_network.
  rewrite dealt_coefficients_split, !map_map.
  apply Permutation_app.
  - replace (map (fun i => IZR (P i) * d) (seq 0 n))
      with (map (fun z => IZR z * d) (map P (seq 0 n))) by apply map_map.
    rewrite HP; pose proof (map_places_real (fun r => r * d) n 0) as H; simpl Z.of_nat in H.
    rewrite H; apply Permutation_map_ext; intros i; unfold dealt_pair; destruct (s i); reflexivity.
  - replace (map (fun i => - (IZR (N i) * d)) (seq 0 n))
      with (map (fun z => - (IZR z * d)) (map N (seq 0 n))) by apply map_map.
    rewrite HN; pose proof (map_places_real (fun r => - (r * d)) n 0) as H; simpl Z.of_nat in H.
    rewrite H; apply Permutation_map_ext; intros i; unfold dealt_pair; destruct (s i); reflexivity.
Qed.
