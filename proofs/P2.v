(** * P2: constant quads, and what to do with the locations that are left over

    p = s (-b1, b2, b3, -b4), q = -p with s = 1 or s = -1 uses each of +-b1, ..., +-b4 once.  Since
    relu(z) - relu(-z) = z it is the line s (b1^2 - b2^2 - b3^2 + b4^2 - e x), e the drift of P1: the
    constant s J/2 if e = 0.  So a quad without drift is J/2 times any sign on its left and any sign
    on its right.

    The n mod 4 smallest equidistant locations that no quad takes get

      1:  {0}                               the function 0
      2:  p = (d, -d),    q = (0, 0)        d min(x, d) for x >= 0
      3:  p = (d, -d, 0), q = (0, 2d, -2d)  -2 d^2 at 0, -d^2 at d, d^2 from 2 d on

    Quads and left-overs together use, for every n, each of the 2 n values +-i d exactly once, and
    their coefficients of either side add up to 0. *)

From Coq Require Import Reals List Permutation Lra Lia Arith.
From Icebound Require Import Relu P1.
Import ListNotations.
Local Open Scope R_scope.

Lemma constant_line b1 b2 b3 b4 x :
  network (constant b1 b2 b3 b4) x
  = b1 ^ 2 - b2 ^ 2 - b3 ^ 2 + b4 ^ 2 - drift b1 b2 b3 b4 * x.
Proof.
  assert (Hflip : forall b, relu (b - x) = relu (x - b) - (x - b)).
  { intros b; pose proof (relu_minus (x - b)) as H.
    replace (- (x - b)) with (b - x) in H by ring; lra. }
  unfold constant, network, pair_value; cbn [location right left].
  rewrite !Hflip; unfold drift; ring.
Qed.

(** A sign on the left and a sign on the right. *)
Definition sign (positive : bool) : R := if positive then 1 else -1.

Definition quad (on_left on_right : bool) (b1 b2 b3 b4 : R) : list pair :=
  map (scaled (sign on_right))
    ((if Bool.eqb on_left on_right then constant else step) b1 b2 b3 b4).

Lemma quad_permutes on_left on_right b1 b2 b3 b4 :
  permutes_its_locations (quad on_left on_right b1 b2 b3 b4).
Proof.
  apply permutes_scaled; [destruct on_right; simpl; auto|].
  destruct (Bool.eqb on_left on_right); [apply constant_permutes | apply step_permutes].
Qed.

(* lemma: P2-constants *)
(* statement: For real b1, b2, b3, b4, x and s = 1 or s = -1, with p = s (-b1, b2, b3, -b4), q = -p
   and e = b1 + b4 - b2 - b3, the sum of p_i relu(x - b_i) + q_i relu(b_i - x) over i is s (b1^2 -
   b2^2 - b3^2 + b4^2 - e x), and it is s J/2 with J = (b4 - b1)^2 - (b3 - b2)^2 if e = 0. *)
Theorem P2_constants b1 b2 b3 b4 x s :
  s = 1 \/ s = -1 ->
  let e := drift b1 b2 b3 b4 in
  let value := network (map (scaled s) (constant b1 b2 b3 b4)) x in
  value = s * (b1 ^ 2 - b2 ^ 2 - b3 ^ 2 + b4 ^ 2 - e * x)
  /\ (e = 0 -> value = s * (((b4 - b1) ^ 2 - (b3 - b2) ^ 2) / 2)).
Proof.
  intros _; cbv zeta; rewrite network_scaled, constant_line.
  split; [reflexivity | intros Hdrift].
  rewrite Hdrift, (last_location _ _ _ _ Hdrift); field.
Qed.

(* lemma: P2-signs *)
(* statement: For real b1 < b2 < b3 < b4 with b1 + b4 = b2 + b3, J = (b4 - b1)^2 - (b3 - b2)^2 and
   l, r in {1, -1}, the coefficients p = r (-b1, b2, b3, -b4), and q = r (b4, -b3, -b2, b1) if l =
   -r, q = -p if l = r, give l J/2 for x <= b1 and r J/2 for x >= b4. *)
Theorem P2_signs b1 b2 b3 b4 l r :
  b1 < b2 -> b2 < b3 -> b3 < b4 -> b1 + b4 = b2 + b3 ->
  let gives us := (forall x, x <= b1 -> network us x = l * (jump b1 b2 b3 b4 / 2))
    /\ (forall x, b4 <= x -> network us x = r * (jump b1 b2 b3 b4 / 2)) in
  (l = - r -> gives (map (scaled r) (step b1 b2 b3 b4)))
  /\ (l = r -> gives (map (scaled r) (constant b1 b2 b3 b4))).
Proof.
  intros H12 H23 H34 Hbalanced; cbv zeta.
  assert (Hdrift : drift b1 b2 b3 b4 = 0) by (unfold drift; lra).
  assert (Hconstant : forall x, network (constant b1 b2 b3 b4) x = jump b1 b2 b3 b4 / 2).
  { intros; rewrite constant_line, Hdrift, (last_location _ _ _ _ Hdrift); unfold jump; field. }
  split; intros ->; split; intros;
    rewrite network_scaled, ?Hconstant, ?flat_left, ?flat_right by assumption; lra.
Qed.

(** ** Left-over locations *)

Definition leftover (count : nat) (d : R) : list pair :=
  match count with
  | 1%nat => [Pair 0 0 0]
  | 2%nat => [Pair 0 d 0; Pair d (- d) 0]
  | 3%nat => [Pair 0 d 0; Pair d (- d) (2 * d); Pair (2 * d) 0 (- (2 * d))]
  | _ => []
  end.

Lemma leftover_permutes count d : permutes_its_locations (leftover count d).
Proof.
  destruct count as [|[|[|[|count]]]];
    unfold permutes_its_locations, coefficients, signed_locations;
    cbn [leftover map app location right left]; rewrite ?Ropp_0; permutation_of_lists.
Qed.

Lemma leftover_totals count d :
  total (map right (leftover count d)) = 0 /\ total (map left (leftover count d)) = 0.
Proof. destruct count as [|[|[|[|count]]]]; cbn; lra. Qed.

(* lemma: P2-leftovers *)
(* statement: For d > 0 and x >= 0, d relu(x) - d relu(x - d) = d min(x, d), and d relu(x) - d
   relu(x - d) + 2 d relu(d - x) - 2 d relu(2 d - x) is d x - 2 d^2 if x <= d, 2 d x - 3 d^2 if d <=
   x <= 2 d, and d^2 if x >= 2 d. *)
Theorem P2_leftovers d x :
  0 < d -> 0 <= x ->
  network (leftover 2 d) x = d * Rmin x d
  /\ (x <= d -> network (leftover 3 d) x = d * x - 2 * d ^ 2)
  /\ (d <= x <= 2 * d -> network (leftover 3 d) x = 2 * d * x - 3 * d ^ 2)
  /\ (2 * d <= x -> network (leftover 3 d) x = d ^ 2).
Proof.
  intros Hd Hx; repeat split; intros;
    unfold leftover, network, pair_value; cbn [location right left]; [|relus; ring..].
  destruct (Rle_or_lt x d); [rewrite Rmin_left | rewrite Rmin_right]; relus; try lra; ring.
Qed.

(* lemma: P2-residues *)
(* statement: For l = 0, 1, 2, 3 left-over locations 0, d, ..., (l - 1) d the coefficients p = (),
   (0), (d, -d), (d, -d, 0) and q = (), (0), (0, 0), (0, 2 d, -2 d) are the values +-i d, i < l,
   each once, and both sum to 0. *)
Theorem P2_residues count d :
  (count <= 3)%nat ->
  map location (leftover count d) = map (fun i => INR i * d) (seq 0 count)
  /\ permutes_its_locations (leftover count d)
  /\ total (map right (leftover count d)) = 0
  /\ total (map left (leftover count d)) = 0.
Proof.
  intros Hcount; split; [|split; [apply leftover_permutes | apply leftover_totals]].
  destruct count as [|[|[|[|count]]]]; [cbn; equal_lists..|lia].
Qed.

(** ** Every n: the left-overs first, then quads of neighbours with any signs *)

Fixpoint quads (signs : list (bool * bool)) (b d : R) : list pair :=
  match signs with
  | [] => []
  | (on_left, on_right) :: rest =>
      quad on_left on_right b (b + d) (b + 2 * d) (b + 3 * d) ++ quads rest (b + 4 * d) d
  end.

Lemma quad_totals on_left on_right b1 b2 b3 b4 :
  drift b1 b2 b3 b4 = 0 ->
  total (map right (quad on_left on_right b1 b2 b3 b4)) = 0
  /\ total (map left (quad on_left on_right b1 b2 b3 b4)) = 0.
Proof. unfold drift; intros; destruct on_left, on_right; cbn; lra. Qed.

Lemma quads_permute signs b d : permutes_its_locations (quads signs b d).
Proof.
  revert b; induction signs as [|[on_left on_right] signs IH]; intros b; cbn [quads].
  - apply perm_nil.
  - apply permutes_app; [apply quad_permutes | apply IH].
Qed.

Lemma quads_totals signs b d :
  total (map right (quads signs b d)) = 0 /\ total (map left (quads signs b d)) = 0.
Proof.
  revert b; induction signs as [|[on_left on_right] signs IH]; intros b; cbn [quads]; [cbn; lra|].
  rewrite !map_app, !total_app.
  destruct (IH (b + 4 * d)) as [-> ->].
  destruct (quad_totals on_left on_right b (b + d) (b + 2 * d) (b + 3 * d)) as [-> ->].
  - unfold drift; ring.
  - lra.
Qed.

Lemma quads_locations signs i d :
  map location (quads signs (INR i * d) d)
  = map (fun j => INR j * d) (seq i (4 * length signs)).
Proof.
  revert i; induction signs as [|[on_left on_right] signs IH]; intros i; [reflexivity|].
  replace (4 * length ((on_left, on_right) :: signs))%nat with (4 + 4 * length signs)%nat
    by (cbn [length]; lia).
  rewrite seq_app, map_app; cbn [quads]; rewrite map_app.
  replace (INR i * d + 4 * d) with (INR (i + 4) * d) by (rewrite plus_INR; simpl; ring).
  rewrite IH; f_equal.
  destruct on_left, on_right; cbn -[INR]; rewrite !S_INR; equal_lists.
Qed.

(* lemma: P2-every-width *)
(* statement: For every n >= 1 and d > 0, spend the n mod 4 smallest of the locations i d, i < n, as
   in P2-residues, and the others, four neighbours at a time, as quads with any signs as in
   P2-signs: the coefficients are the values +-i d, i < n, each once, and on either side they sum to
   0. *)
Theorem P2_every_width n d (signs : list (bool * bool)) :
  0 < d -> length signs = (n / 4)%nat ->
  let us := leftover (n mod 4) d ++ quads signs (INR (n mod 4) * d) d in
  map location us = map (fun i => INR i * d) (seq 0 n)
  /\ permutes_its_locations us
  /\ total (map right us) = 0 /\ total (map left us) = 0.
Proof.
  intros Hd Hlength; cbv zeta.
  assert (Hmod : (n mod 4 < 4)%nat) by (apply Nat.mod_upper_bound; lia).
  pose proof (Nat.div_mod_eq n 4) as Hdiv.
  split; [|split].
  - rewrite map_app, quads_locations, Hlength.
    replace (seq 0 n) with (seq 0 (n mod 4 + 4 * (n / 4))) by (f_equal; lia).
    rewrite seq_app, map_app; f_equal.
    apply P2_residues; lia.
  - apply permutes_app; [apply leftover_permutes | apply quads_permute].
  - rewrite !map_app, !total_app.
    destruct (leftover_totals (n mod 4) d) as [-> ->].
    destruct (quads_totals signs (INR (n mod 4) * d) d) as [-> ->]; lra.
Qed.
