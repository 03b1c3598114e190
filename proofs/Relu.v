(** * Sums of relu units on the line

    relu(z) = max(z, 0).  A pair of units shares one location b: the right-facing unit p relu(x - b)
    and the left-facing unit q relu(b - x).  A network is a list of such pairs. *)

From Coq Require Import Reals List Permutation Lra.
Import ListNotations.
Local Open Scope R_scope.

Lemma Rabs_between a b : Rabs a <= b -> - b <= a <= b.
Proof. intros; pose proof (Rle_abs a); pose proof (Rle_abs (- a)); rewrite Rabs_Ropp in *; lra. Qed.

Definition relu (z : R) : R := Rmax z 0.

Lemma relu_on z : 0 <= z -> relu z = z.
Proof. intros; unfold relu; apply Rmax_left; lra. Qed.

Lemma relu_off z : z <= 0 -> relu z = 0.
Proof. intros; unfold relu; apply Rmax_right; lra. Qed.

(** relu(z) - relu(-z) = z. *)
Lemma relu_minus z : relu z - relu (- z) = z.
Proof.
  destruct (Rle_or_lt 0 z).
  - rewrite relu_on, relu_off; lra.
  - rewrite relu_off, relu_on; lra.
Qed.

(** One location with its two coefficients. *)
Record pair := Pair { location : R; right : R; left : R }.

Definition pair_value (u : pair) (x : R) : R :=
  right u * relu (x - location u) + left u * relu (location u - x).

Fixpoint network (us : list pair) (x : R) : R :=
  match us with
  | [] => 0
  | u :: rest => pair_value u x + network rest x
  end.

Lemma network_app us vs x : network (us ++ vs) x = network us x + network vs x.
Proof. induction us as [|u us IH]; simpl; [|rewrite IH]; lra. Qed.

(** All coefficients times s. *)
Definition scaled (s : R) (u : pair) : pair := Pair (location u) (s * right u) (s * left u).

Lemma network_scaled s us x : network (map (scaled s) us) x = s * network us x.
Proof. induction us as [|u us IH]; simpl; [|rewrite IH; unfold pair_value; simpl]; ring. Qed.

Fixpoint total (l : list R) : R :=
  match l with
  | [] => 0
  | a :: rest => a + total rest
  end.

(** All coefficients of a network, the right-facing ones first. *)
Definition coefficients (us : list pair) : list R := map right us ++ map left us.

(** The values that the permutation family deals out: every location with either sign. *)
Definition signed_locations (us : list pair) : list R :=
  map location us ++ map (fun u => - location u) us.

(** The network uses each of the values b, -b of its locations exactly once. *)
Definition permutes_its_locations (us : list pair) : Prop :=
  Permutation (coefficients us) (signed_locations us).

(** Decide every relu of the goal from hypotheses about the order of its arguments. *)
Ltac relus :=
  repeat match goal with
  | |- context [relu ?z] => first [rewrite (relu_on z) by lra | rewrite (relu_off z) by lra]
  end.

(** Prove that two explicit lists are permutations of each other: move equal heads to the front. *)
Ltac permutation_of_lists :=
  match goal with
  | |- Permutation [] [] => apply perm_nil
  | |- Permutation (?a :: _) ?l =>
      let rec split before after :=
        lazymatch after with
        | a :: ?rest =>
            apply (Permutation_cons_app before rest a); cbn [app]; permutation_of_lists
        | ?b :: ?rest => let longer := eval cbn [app] in (before ++ [b]) in split longer rest
        end
      in split (@nil R) l
  end.

(** Prove that two explicit lists of reals are equal, entry by entry. *)
Ltac equal_lists :=
  repeat match goal with |- _ :: _ = _ :: _ => apply f_equal2; [ring|] end; reflexivity.

Lemma Permutation_app_middle {A} (a b c d : list A) :
  Permutation ((a ++ b) ++ c ++ d) ((a ++ c) ++ b ++ d).
Proof.
  rewrite <- !app_assoc; apply Permutation_app_head.
  rewrite !app_assoc; apply Permutation_app_tail, Permutation_app_comm.
Qed.

Lemma Permutation_map_ext {A} (f g : A -> R) (l : list A) :
  (forall a, f a = g a) -> Permutation (map f l) (map g l).
Proof. intros H; rewrite (map_ext f g H); reflexivity. Qed.

(** Networks side by side: each deals out the values of its own locations. *)
Lemma permutes_app us vs :
  permutes_its_locations us -> permutes_its_locations vs -> permutes_its_locations (us ++ vs).
Proof.
  unfold permutes_its_locations, coefficients, signed_locations; intros Hu Hv.
  rewrite !map_app, Permutation_app_middle, Hu, Hv.
  apply Permutation_app_middle.
Qed.

(** Reversing all signs deals out the same values. *)
Lemma permutes_scaled s us :
  s = 1 \/ s = -1 -> permutes_its_locations us -> permutes_its_locations (map (scaled s) us).
Proof.
  unfold permutes_its_locations, coefficients, signed_locations; intros Hs Hus.
  rewrite !map_map; cbn [scaled location right left].
  apply (Permutation_map (Rmult s)) in Hus; rewrite !map_app, !map_map in Hus; rewrite Hus.
  destruct Hs as [-> | ->].
  - apply Permutation_app; apply Permutation_map_ext; intros; ring.
  - rewrite Permutation_app_comm; apply Permutation_app; apply Permutation_map_ext; intros; ring.
Qed.

Lemma total_app a b : total (a ++ b) = total a + total b.
Proof. induction a as [|r a IH]; simpl; [|rewrite IH]; lra. Qed.
