(** * Affine pieces of networks

    A network of pairs is affine on every interval that has none of its locations inside. *)

From Coq Require Import Reals List Lra.
From Icebound Require Import Relu.
Import ListNotations.
Local Open Scope R_scope.

Definition affine_on (g : R -> R) (l r : R) : Prop :=
  exists slope intercept, forall x, l <= x <= r -> g x = slope * x + intercept.

Lemma affine_plus g h l r :
  affine_on g l r -> affine_on h l r -> affine_on (fun x => g x + h x) l r.
Proof.
  intros (s & i & Hg) (s' & i' & Hh).
  exists (s + s'), (i + i'); intros x Hx; rewrite Hg, Hh by assumption; ring.
Qed.

Lemma relu_affine l r b :
  l < r -> ~ (l < b < r) ->
  affine_on (fun x => relu (x - b)) l r /\ affine_on (fun x => relu (b - x)) l r.
Proof.
  intros Hlr Hb; destruct (Rle_or_lt b l).
  - split; [exists 1, (- b) | exists 0, 0]; intros x Hx; relus; ring.
  - split; [exists 0, 0 | exists (-1), b]; intros x Hx; relus; ring.
Qed.

Lemma affine_scale c g l r : affine_on g l r -> affine_on (fun x => c * g x) l r.
Proof. intros (s & i & Hg); exists (c * s), (c * i); intros; rewrite Hg by assumption; ring. Qed.

Lemma pairs_affine us l r :
  l < r -> (forall u, In u us -> ~ (l < location u < r)) -> affine_on (network us) l r.
Proof.
  intros Hlr; induction us as [|u us IH]; intros Hno.
  - exists 0, 0; intros; simpl; ring.
  - destruct (relu_affine l r (location u) Hlr) as [Hright Hleft]; [apply Hno; left; reflexivity|].
    apply affine_plus; [apply affine_plus; apply affine_scale; assumption|].
    apply IH; intros v Hv; apply Hno; right; exact Hv.
Qed.
