(** * P3 and P4: steps that follow the target by feedback

    Levels G rise or fall by H times an integer in -K..K, the one nearest to what is lacking; if f
    moves by at most K H from one gap to the next, |f - G| <= H/2 at every gap.  K = 1 is P3 (one
    quad between two gaps), larger K is P4 (K quads). *)

From Coq Require Import Reals ZArith Lra Lia.
From Icebound Require Import Relu Rounding.
Local Open Scope R_scope.

Lemma level_follows (H f0 f1 G : R) (K k : Z) :
  0 < H -> (0 <= K)%Z -> Rabs (f0 - G) <= H / 2 -> Rabs (f1 - f0) <= IZR K * H ->
  nearest k ((f1 - G) / H) -> Rabs (f1 - (G + H * IZR (clip K k))) <= H / 2.
Proof.
  intros HH HK H0 H1 Hk.
  set (y := (f1 - G) / H) in *.
  assert (Hy : y * H = f1 - G) by (unfold y; field; lra).
  apply Rabs_between in H0, H1.
  assert (Hsize : Rabs y <= IZR K + 1 / 2) by (apply Rabs_le; split; nra).
  pose proof (clip_nearest K k y HK Hsize Hk) as Hclip.
  replace (f1 - (G + H * IZR (clip K k))) with (H * (y - IZR (clip K k))) by lra.
  rewrite Rabs_mult, (Rabs_right H) by lra; nra.
Qed.

(* lemma: P3-feedback *)
(* statement: If H > 0, |f0 - G| <= H/2, |f1 - f0| <= H and k is an integer nearest to (f1 - G)/H,
   then |f1 - (G + H clip(k, -1, 1))| <= H/2. *)
Theorem P3_feedback (H f0 f1 G : R) (k : Z) :
  0 < H -> Rabs (f0 - G) <= H / 2 -> Rabs (f1 - f0) <= H -> nearest k ((f1 - G) / H) ->
  Rabs (f1 - (G + H * IZR (clip 1 k))) <= H / 2.
Proof. intros; apply level_follows with f0; [assumption | lia | assumption | lra | assumption]. Qed.

(* lemma: P4-feedback *)
(* statement: If H > 0, K >= 1 is an integer, |f0 - G| <= H/2, |f1 - f0| <= K H and k is an integer
   nearest to (f1 - G)/H, then |f1 - (G + H clip(k, -K, K))| <= H/2; and 4 L k d <= k (8 k^2 d^2) if
   L <= 2 k^2 d, so that a block of 4 k locations follows. *)
Theorem P4_feedback (H f0 f1 G L d : R) (K k m : Z) :
  (0 < H -> (1 <= K)%Z -> Rabs (f0 - G) <= H / 2 -> Rabs (f1 - f0) <= IZR K * H ->
   nearest k ((f1 - G) / H) -> Rabs (f1 - (G + H * IZR (clip K k))) <= H / 2)
  /\ (0 <= d -> (0 <= m)%Z -> L <= 2 * IZR m ^ 2 * d ->
      4 * L * IZR m * d <= IZR m * (8 * IZR m ^ 2 * d ^ 2)).
Proof.
  split; [intros; apply level_follows with f0; try assumption; lia|].
  intros Hd Hm HL; apply IZR_le in Hm.
  assert (0 <= (2 * IZR m ^ 2 * d - L) * (IZR m * d))
    by (apply Rmult_le_pos; [lra | apply Rmult_le_pos; assumption]).
  lra.
Qed.

(** ** All gaps *)

(** G_(q+1) = G_q + H clip(round((f_(q+1) - G_q)/H), -1, 1). *)
Fixpoint level (f : nat -> R) (H G0 : R) (q : nat) : R :=
  match q with
  | O => G0
  | S p => level f H G0 p + H * IZR (clip 1 (round ((f q - level f H G0 p) / H)))
  end.

(* lemma: P3-levels *)
(* statement: If H > 0, |f_0 - G_0| <= H/2 and |f_(q+1) - f_q| <= H for every q, then the recursion
   G_(q+1) = G_q + H clip(round((f_(q+1) - G_q)/H), -1, 1) has |f_q - G_q| <= H/2 for every q. *)
Theorem P3_levels (f : nat -> R) (H G0 : R) :
  0 < H -> Rabs (f O - G0) <= H / 2 -> (forall q, Rabs (f (S q) - f q) <= H) ->
  forall q, Rabs (f q - level f H G0 q) <= H / 2.
Proof.
  intros HH Hstart Hmoves q; induction q as [|q IH]; [exact Hstart|].
  cbn [level]; apply P3_feedback with (f q); auto using round_nearest.
Qed.

(** ** The error between two gaps

    x is measured in units of d: u = x/d runs from 0 to 4; w = H u makes everything linear. *)

(* lemma: P3-up-step *)
(* statement: Let H >= 0, d > 0, 0 <= x <= 4 d and g(x) = G + (3 H relu(x - d/2) - H relu(x - 3 d/2)
   + H relu(x - 5 d/2) - 3 H relu(x - 7 d/2))/(8 d). If |f0 - G| <= H/2, H/2 <= f4 - G <= 3 H/2, |fx
   - f0| <= H x/(4 d) and |fx - f4| <= H (4 d - x)/(4 d), then |fx - g(x)| <= (5/8) H. *)
Theorem P3_up_step (H d x G f0 f4 fx : R) :
  0 <= H -> 0 < d -> 0 <= x <= 4 * d ->
  let g := G + (3 * H * relu (x - d / 2) - H * relu (x - 3 * d / 2)
                + H * relu (x - 5 * d / 2) - 3 * H * relu (x - 7 * d / 2)) / (8 * d) in
  Rabs (f0 - G) <= H / 2 -> H / 2 <= f4 - G <= 3 * H / 2 ->
  Rabs (fx - f0) <= H * x / (4 * d) -> Rabs (fx - f4) <= H * (4 * d - x) / (4 * d) ->
  Rabs (fx - g) <= 5 / 8 * H.
Proof.
  intros HH Hd Hx g H0 H4 Hfx0 Hfx4.
  set (w := H * x / d).
  assert (Hw : 0 <= w <= 4 * H).
  { assert (Hwd : w * d = H * x) by (unfold w; field; lra); split; nra. }
  replace (H * x / (4 * d)) with (w / 4) in Hfx0 by (unfold w; field; lra).
  replace (H * (4 * d - x) / (4 * d)) with (H - w / 4) in Hfx4 by (unfold w; field; lra).
  apply Rabs_between in H0, Hfx0, Hfx4.
  assert (Hscaled : forall a, H * relu (x - a * d) / d = relu (w - a * H)).
  { intros a; destruct (Rle_or_lt (x - a * d) 0) as [Hoff|Hon].
    - rewrite !relu_off; [unfold Rdiv; ring | | exact Hoff].
      assert (Hwd : w * d = H * x) by (unfold w; field; lra); nra.
    - rewrite !relu_on; [unfold w; field; lra | | lra].
      assert (Hwd : w * d = H * x) by (unfold w; field; lra); nra. }
  replace g with (G + (3 * (H * relu (x - (1 / 2) * d) / d) - H * relu (x - (3 / 2) * d) / d
    + H * relu (x - (5 / 2) * d) / d - 3 * (H * relu (x - (7 / 2) * d) / d)) / 8).
  2: { unfold g; replace (1 / 2 * d) with (d / 2) by field.
       replace (3 / 2 * d) with (3 * d / 2) by field; replace (5 / 2 * d) with (5 * d / 2) by field.
       replace (7 / 2 * d) with (7 * d / 2) by field; field; lra. }
  rewrite !Hscaled; apply Rabs_le.
  destruct (Rle_or_lt w (1 / 2 * H)); [|destruct (Rle_or_lt w (3 / 2 * H));
    [|destruct (Rle_or_lt w (5 / 2 * H)); [|destruct (Rle_or_lt w (7 / 2 * H))]]];
    relus; lra.
Qed.

(* lemma: P3-flat-quad *)
(* statement: Let H >= 0, d > 0 and 0 <= x <= 4 d. If |f0 - G| <= H/2, |f4 - G| <= H/2, |fx - f0| <=
   H x/(4 d) and |fx - f4| <= H (4 d - x)/(4 d), then |fx - G| <= H. *)
Theorem P3_flat_quad (H d x G f0 f4 fx : R) :
  0 <= H -> 0 < d -> 0 <= x <= 4 * d -> Rabs (f0 - G) <= H / 2 -> Rabs (f4 - G) <= H / 2 ->
  Rabs (fx - f0) <= H * x / (4 * d) -> Rabs (fx - f4) <= H * (4 * d - x) / (4 * d) ->
  Rabs (fx - G) <= H.
Proof.
  intros HH Hd Hx H0 H4 Hfx0 Hfx4.
  set (w := H * x / d).
  replace (H * x / (4 * d)) with (w / 4) in Hfx0 by (unfold w; field; lra).
  replace (H * (4 * d - x) / (4 * d)) with (H - w / 4) in Hfx4 by (unfold w; field; lra).
  apply Rabs_between in H0, H4, Hfx0, Hfx4; apply Rabs_le; lra.
Qed.

(* lemma: P3-modulus *)
(* statement: If |f0 - G| <= H/2, |fx - f0| <= H and |fx - f4| <= H, and either G <= g <= G + H and
   |f4 - G - H| <= H/2 or g = G and |f4 - G| <= H/2, then |fx - g| <= (3/2) H. *)
Theorem P3_modulus (H G g f0 f4 fx : R) :
  Rabs (f0 - G) <= H / 2 -> Rabs (fx - f0) <= H -> Rabs (fx - f4) <= H ->
  (G <= g <= G + H /\ Rabs (f4 - G - H) <= H / 2) \/ (g = G /\ Rabs (f4 - G) <= H / 2) ->
  Rabs (fx - g) <= 3 / 2 * H.
Proof.
  intros H0 Hfx0 Hfx4 Hg; apply Rabs_between in H0, Hfx0, Hfx4; apply Rabs_le.
  destruct Hg as [[Hg H4]|[-> H4]]; apply Rabs_between in H4; lra.
Qed.
