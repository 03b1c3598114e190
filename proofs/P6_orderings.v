(** * P6, counting, for networks: how many orderings there are

    The 2 n values +-i d, i < n, hold 0 twice, so at most (2n)!/2 vectors are orderings of them.  With
    N = floor(log2((2n)!/2)) + 1 there are more zigzags on N cells than orderings, and one of the
    zigzags has error at least L/N for every network whose coefficients are an ordering. *)

From Coq Require Import Reals List Permutation Factorial Lra Lia Arith.
From Icebound Require Import Relu Pigeonhole P6.
Import ListNotations.

(** ** Orderings of a list that holds one value twice *)

Section Orderings.

Context {A : Type}.

Fixpoint insert_one (a : A) (l : list A) : list (list A) :=
  (a :: l) :: match l with
              | [] => []
              | b :: rest => map (cons b) (insert_one a rest)
              end.

(** Insert a twice, each pair of places once. *)
Fixpoint insert_two (a : A) (l : list A) : list (list A) :=
  map (cons a) (insert_one a l)
  ++ match l with
     | [] => []
     | b :: rest => map (cons b) (insert_two a rest)
     end.

Fixpoint orderings (l : list A) : list (list A) :=
  match l with
  | [] => [[]]
  | a :: rest => flat_map (insert_one a) (orderings rest)
  end.

(** All orderings of a :: a :: l. *)
Definition orderings_of_twice (a : A) (l : list A) : list (list A) :=
  flat_map (insert_two a) (orderings l).

Lemma insert_one_count a l : length (insert_one a l) = S (length l).
Proof. induction l as [|b l IH]; simpl; [|rewrite map_length, IH]; reflexivity. Qed.

Lemma insert_two_count a l :
  2 * length (insert_two a l) = S (length l) * S (S (length l)).
Proof.
  induction l as [|b l IH]; [reflexivity|].
  cbn [insert_two]; rewrite app_length, !map_length, insert_one_count; cbn [length] in *; nia.
Qed.

Lemma flat_map_count {B} (f : A -> list B) c l :
  (forall a, In a l -> length (f a) = c) -> length (flat_map f l) = length l * c.
Proof.
  induction l as [|a l IH]; intros H; [reflexivity|]; cbn [flat_map].
  rewrite app_length, H, IH by auto with datatypes; simpl; lia.
Qed.

End Orderings.

Section Count.

Context {A : Type}.
Implicit Types (a : A) (l : list A).

Lemma insert_one_length a l m : In m (insert_one a l) -> length m = S (length l).
Proof.
  revert m; induction l as [|b l IH]; intros m Hm; simpl in Hm.
  - destruct Hm as [<-|[]]; reflexivity.
  - destruct Hm as [<-|Hm]; [reflexivity|].
    apply in_map_iff in Hm; destruct Hm as (k & <- & Hk); simpl; auto.
Qed.

Lemma orderings_length l m : In m (orderings l) -> length m = length l.
Proof.
  revert m; induction l as [|a l IH]; intros m Hm; simpl in Hm.
  - destruct Hm as [<-|[]]; reflexivity.
  - apply in_flat_map in Hm; destruct Hm as (k & Hk & Hm).
    apply insert_one_length in Hm; apply IH in Hk; simpl; congruence.
Qed.

Lemma orderings_count l : length (orderings l) = fact (length l).
Proof.
  induction l as [|a l IH]; [reflexivity|]; cbn [orderings].
  rewrite (flat_map_count _ (S (length l))), IH; [cbn [length fact]; lia|].
  intros m Hm; rewrite insert_one_count, (orderings_length l m Hm); reflexivity.
Qed.

Lemma orderings_of_twice_count a l :
  2 * length (orderings_of_twice a l) = fact (S (S (length l))).
Proof.
  unfold orderings_of_twice; destruct (orderings l) as [|m ms] eqn:Horderings.
  { pose proof (orderings_count l) as H; rewrite Horderings in H; simpl in H.
    pose proof (lt_O_fact (length l)); lia. }
  rewrite <- Horderings.
  rewrite (flat_map_count _ (length (insert_two a l))).
  - rewrite orderings_count.
    pose proof (insert_two_count a l); cbn [fact]; nia.
  - intros k Hk; apply orderings_length in Hk.
    pose proof (insert_two_count a l); pose proof (insert_two_count a k); nia.
Qed.

Lemma in_insert_one a l m : In (l ++ a :: m) (insert_one a (l ++ m)).
Proof.
  induction l as [|b l IH]; simpl; [destruct m; left; reflexivity | right; apply in_map, IH].
Qed.

Lemma in_insert_two a l m k : In (l ++ a :: m ++ a :: k) (insert_two a (l ++ m ++ k)).
Proof.
  induction l as [|b l IH]; cbn [app].
  - assert (In (a :: m ++ a :: k) (map (cons a) (insert_one a (m ++ k))))
      by (apply in_map, in_insert_one).
    destruct (m ++ k); cbn [insert_two]; apply in_or_app; left; assumption.
  - cbn [insert_two]; apply in_or_app; right; apply in_map, IH.
Qed.

Lemma orderings_complete l m : Permutation m l -> In m (orderings l).
Proof.
  revert m; induction l as [|a l IH]; intros m Hm.
  - apply Permutation_sym, Permutation_nil in Hm; subst m; left; reflexivity.
  - assert (Ha : In a m) by (apply (Permutation_in a (Permutation_sym Hm)); left; reflexivity).
    apply in_split in Ha; destruct Ha as (before & after & ->).
    apply Permutation_sym, Permutation_cons_app_inv, Permutation_sym in Hm.
    apply in_flat_map; exists (before ++ after); split; [apply IH, Hm | apply in_insert_one].
Qed.

Lemma orderings_of_twice_complete a l m :
  Permutation m (a :: a :: l) -> In m (orderings_of_twice a l).
Proof.
  intros Hm.
  assert (Ha : In a m) by (apply (Permutation_in a (Permutation_sym Hm)); left; reflexivity).
  apply in_split in Ha; destruct Ha as (before & after & ->).
  apply Permutation_sym, Permutation_cons_app_inv, Permutation_sym in Hm.
  assert (Ha : In a (before ++ after))
    by (apply (Permutation_in a (Permutation_sym Hm)); left; reflexivity).
  assert (Hsplit : exists u v w,
    before ++ a :: after = u ++ a :: v ++ a :: w
    /\ Permutation (u ++ v ++ w) l).
  { apply in_app_or in Ha; destruct Ha as [Ha|Ha]; apply in_split in Ha;
      destruct Ha as (first & second & ->).
    - exists first, second, after; split; [rewrite <- app_assoc; reflexivity|].
      rewrite <- app_assoc in Hm; cbn [app] in Hm.
      apply Permutation_sym, Permutation_cons_app_inv, Permutation_sym in Hm; exact Hm.
    - exists before, first, second; split; [reflexivity|].
      rewrite app_assoc in Hm |- *.
      apply Permutation_sym, Permutation_cons_app_inv, Permutation_sym in Hm; exact Hm. }
  destruct Hsplit as (u & v & w & -> & Hrest).
  apply in_flat_map; exists (u ++ v ++ w).
  split; [apply orderings_complete, Hrest | apply in_insert_two].
Qed.

End Count.

(** ** Networks on the grid *)

Local Open Scope R_scope.

(** Coefficients, the right-facing ones first, put on locations. *)
Definition dealt (bs coefficients : list R) : list pair :=
  map (fun '(b, (p, q)) => Pair b p q)
    (combine bs (combine (firstn (length bs) coefficients) (skipn (length bs) coefficients))).

Lemma dealt_coefficients us : dealt (map location us) (coefficients us) = us.
Proof.
  unfold dealt, coefficients; rewrite map_length.
  rewrite firstn_app, skipn_app, !map_length, Nat.sub_diag.
  rewrite <- (map_length right us) at 1; rewrite firstn_all.
  rewrite <- (map_length right us) at 1; rewrite skipn_all.
  simpl; rewrite app_nil_r.
  induction us as [|[b p q] us IH]; simpl; [reflexivity | f_equal; apply IH].
Qed.

(** n equidistant locations 0, d, ..., (n - 1) d. *)
Definition grid (n : nat) (d : R) : list R := map (fun i => INR i * d) (seq 0 n).

(** (0, d, ..., (n - 1) d, -0, -d, ..., -(n - 1) d). *)
Definition grid_values (n : nat) (d : R) : list R := grid n d ++ map Ropp (grid n d).

(** The same without the two zeros. *)
Definition other_values (n : nat) (d : R) : list R :=
  map (fun i => INR i * d) (seq 1 (n - 1)) ++ map Ropp (map (fun i => INR i * d) (seq 1 (n - 1))).

Lemma grid_values_twice n d :
  (1 <= n)%nat -> Permutation (grid_values n d) (0 :: 0 :: other_values n d).
Proof.
  intros Hn; unfold grid_values, grid, other_values; destruct n as [|m]; [lia|].
  replace (S m - 1)%nat with m by lia; cbn [seq map app].
  replace (INR 0 * d) with 0 by (simpl; ring); rewrite Ropp_0.
  apply perm_skip, Permutation_sym, Permutation_middle.
Qed.

Lemma dealt_on_grid n d us :
  map location us = grid n d -> permutes_its_locations us ->
  Permutation (coefficients us) (grid_values n d).
Proof.
  unfold permutes_its_locations, signed_locations, grid_values; intros Hgrid Hus.
  rewrite <- (map_map location Ropp), Hgrid in Hus; exact Hus.
Qed.

(* lemma: P6-orderings *)
(* statement: For every n >= 1 the vector (0, d, ..., (n-1) d, -0, -d, ..., -(n-1) d) has at most
   (2n)!/2 different orderings. *)
Theorem P6_orderings n d :
  (1 <= n)%nat ->
  exists all : list (list R),
    (2 * length all = fact (2 * n))%nat
    /\ forall c, Permutation c (grid_values n d) -> In c all.
Proof.
  intros Hn; exists (orderings_of_twice 0 (other_values n d)); split.
  - rewrite orderings_of_twice_count; f_equal.
    unfold other_values; rewrite app_length, !map_length, seq_length; lia.
  - intros c Hc; apply orderings_of_twice_complete.
    rewrite Hc; apply grid_values_twice; exact Hn.
Qed.

(* lemma: P6-permutations *)
(* statement: Let n >= 2, L > 0 and N = floor(log2((2n)!/2)) + 1. Some zigzag with slopes +-L on N
   cells of length 1/N, 0 at 0, is at least L/N away, at some end of a cell, from every network
   without read-out on n equidistant locations whose coefficients are an ordering of the values
   +-i/(n-1), i < n. *)
Theorem P6_permutations n (L : R) :
  (2 <= n)%nat -> 0 < L ->
  let N := S (Nat.log2 (fact (2 * n) / 2)) in
  exists f, is_zigzag L N f /\ forall us,
    map location us = grid n (/ INR (n - 1)) -> permutes_its_locations us ->
    exists j, (1 <= j <= N)%nat
      /\ L / INR N <= Rabs (f (INR j / INR N) - network us (INR j / INR N)).
Proof.
  intros Hn HL; cbv zeta.
  set (d := / INR (n - 1)).
  destruct (P6_orderings n d ltac:(lia)) as (all & Hcount & Hall).
  assert (Hhalf : (fact (2 * n) / 2 = length all)%nat)
    by (rewrite <- Hcount, Nat.mul_comm; apply Nat.div_mul; lia).
  assert (Hpositive : (1 <= length all)%nat) by (pose proof (lt_O_fact (2 * n)); lia).
  destruct (P6_counting L (S (Nat.log2 (fact (2 * n) / 2)))
    (map (fun c => network (dealt (grid n d) c)) all) HL) as (f & Hf & Hfar).
  - rewrite map_length, Hhalf; split; [assumption|].
    apply Nat.log2_spec; lia.
  - exists f; split; [assumption|]; intros us Hgrid Hus.
    apply (Hfar (network us)), in_map_iff; exists (coefficients us).
    split; [rewrite <- Hgrid, dealt_coefficients; reflexivity|].
    apply Hall, dealt_on_grid; assumption.
Qed.
