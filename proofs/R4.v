(** * R4: the residual is the proof (weak duality)

    In a real inner product space, for every phi, every network g = c_1 u_1 + ... + c_N u_N of any
    width whose units have |<u_j, phi>| <= M, and |c_1| + ... + |c_N| <= B:

      <f, phi> - B M <= |f - g| |phi|.

    The functions on the support of a finite measure of inputs are such a space; there the bound
    speaks of the error in L2 of that measure, for all units of a class at once. *)

From Coq Require Import Reals List Lra.
From Icebound Require Import Relu.
Import ListNotations.
Local Open Scope R_scope.

(** ** Inner product spaces *)

(** Only what is used of one; <u, u> = 0 may hold for some u other than 0. *)
Record space := Space {
  vector :> Type;
  zero : vector;
  plus : vector -> vector -> vector;
  scale : R -> vector -> vector;
  inner : vector -> vector -> R;
  inner_symmetric : forall u v, inner u v = inner v u;
  inner_zero : forall u, inner zero u = 0;
  inner_plus : forall u v w, inner (plus u v) w = inner u w + inner v w;
  inner_scale : forall a u v, inner (scale a u) v = a * inner u v;
  inner_nonnegative : forall u, 0 <= inner u u
}.

Arguments zero {_}.
Arguments plus {_} _ _.
Arguments scale {_} _ _.
Arguments inner {_} _ _.

Section Duality.

Variable H : space.
Implicit Types (u v f phi : H).

Definition minus u v : H := plus u (scale (-1) v).
Definition norm u : R := sqrt (inner u u).

Lemma inner_plus_right u v w : inner w (plus u v) = inner w u + inner w v.
Proof. rewrite inner_symmetric, inner_plus, !(inner_symmetric H w); reflexivity. Qed.

Lemma inner_scale_right a u v : inner u (scale a v) = a * inner u v.
Proof. rewrite inner_symmetric, inner_scale, (inner_symmetric H u); reflexivity. Qed.

(** |u - t v|^2, expanded. *)
Lemma square_of_difference u v t :
  inner (minus u (scale t v)) (minus u (scale t v))
  = inner u u - 2 * t * inner u v + t * t * inner v v.
Proof.
  unfold minus; rewrite inner_plus, !inner_plus_right, !inner_scale, !inner_scale_right.
  rewrite (inner_symmetric H v u); ring.
Qed.

Lemma cauchy_schwarz_squared u v : inner u v * inner u v <= inner u u * inner v v.
Proof.
  pose proof (inner_nonnegative H u) as Hu; pose proof (inner_nonnegative H v) as Hv.
  destruct (Rle_lt_or_eq_dec 0 (inner v v) Hv) as [Hpositive|Hzero].
  - pose proof (inner_nonnegative H (minus u (scale (inner u v / inner v v) v))) as Hsquare.
    rewrite square_of_difference in Hsquare.
    replace (inner u u - 2 * (inner u v / inner v v) * inner u v
             + inner u v / inner v v * (inner u v / inner v v) * inner v v)
      with ((inner u u * inner v v - inner u v * inner u v) / inner v v) in Hsquare
      by (field; lra).
    apply Rmult_le_compat_r with (r := inner v v) in Hsquare; [|exact Hv].
    replace ((inner u u * inner v v - inner u v * inner u v) / inner v v * inner v v)
      with (inner u u * inner v v - inner u v * inner u v) in Hsquare by (field; lra).
    lra.
  - destruct (Req_dec (inner u v) 0) as [->|Hnonzero]; [nra|exfalso].
    pose proof (inner_nonnegative H (minus u (scale ((inner u u + 1) / (2 * inner u v)) v)))
      as Hsquare.
    rewrite square_of_difference, <- Hzero in Hsquare.
    replace (2 * ((inner u u + 1) / (2 * inner u v)) * inner u v) with (inner u u + 1) in Hsquare
      by (field; assumption).
    lra.
Qed.

Lemma cauchy_schwarz u v : inner u v <= norm u * norm v.
Proof.
  unfold norm; rewrite <- sqrt_mult by apply inner_nonnegative.
  destruct (Rle_or_lt (inner u v) 0) as [Hle|Hlt].
  - pose proof (sqrt_pos (inner u u * inner v v)); lra.
  - rewrite <- (sqrt_square (inner u v)) by lra.
    apply sqrt_le_1_alt, cauchy_schwarz_squared.
Qed.

(** ** Networks *)

(** Terms (c, u) of a network. *)
Fixpoint combination (net : list (R * H)) : H :=
  match net with
  | [] => zero
  | (c, u) :: rest => plus (scale c u) (combination rest)
  end.

Definition l1_norm (net : list (R * H)) : R := total (map (fun term => Rabs (fst term)) net).

Lemma inner_network phi M net :
  (forall c u, In (c, u) net -> Rabs (inner u phi) <= M) ->
  inner (combination net) phi <= l1_norm net * M.
Proof.
  induction net as [|[c u] net IH]; intros HM; unfold l1_norm in *; cbn [map total fst combination].
  - rewrite inner_zero; lra.
  - rewrite inner_plus, inner_scale.
    assert (Hrest : inner (combination net) phi
                    <= total (map (fun term => Rabs (fst term)) net) * M)
      by (apply IH; intros a v Hv; apply (HM a); right; exact Hv).
    assert (Hterm : c * inner u phi <= Rabs c * M).
    { apply Rle_trans with (Rabs (c * inner u phi)); [apply Rle_abs|].
      rewrite Rabs_mult; apply Rmult_le_compat_l; [apply Rabs_pos|].
      apply (HM c); left; reflexivity. }
    lra.
Qed.

End Duality.

Arguments minus {_} _ _.
Arguments norm {_} _.
Arguments combination {_} _.
Arguments l1_norm {_} _.

(* lemma: R4-weak-duality *)
(* statement: In a real inner product space let M >= 0 and r = f - (c_1 u_1 + ... + c_N u_N) with
   |<u_j, phi>| <= M for every j and |c_1| + ... + |c_N| <= B. Then |r| |phi| >= <f, phi> - B M. *)
Theorem R4_weak_duality (H : space) (f phi : H) (B M : R) (net : list (R * H)) :
  0 <= M -> (forall c u, In (c, u) net -> Rabs (inner u phi) <= M) -> l1_norm net <= B ->
  inner f phi - B * M <= norm (minus f (combination net)) * norm phi.
Proof.
  intros Hpositive HM Hbudget.
  pose proof (inner_network H phi M net HM) as Hnet.
  pose proof (cauchy_schwarz H (minus f (combination net)) phi) as Hcauchy.
  unfold minus at 1 in Hcauchy; rewrite inner_plus, inner_scale in Hcauchy.
  assert (l1_norm net * M <= B * M) by (apply Rmult_le_compat_r; assumption).
  lra.
Qed.

(* lemma: R4-projection *)
(* statement: In a real inner product space, if v is not 0 and |phi - t v| >= |phi| for every t in
   (0, 1], then <phi, v> <= 0. *)
Theorem R4_projection (H : space) (phi v : H) :
  0 < inner v v ->
  (forall t, 0 < t <= 1 -> norm phi <= norm (minus phi (scale t v))) -> inner phi v <= 0.
Proof.
  intros Hv Hbest; destruct (Rle_or_lt (inner phi v) 0) as [Hdone|Hpositive]; [exact Hdone|exfalso].
  set (t := Rmin 1 (inner phi v / inner v v)).
  assert (Hratio : inner phi v / inner v v * inner v v = inner phi v) by (field; lra).
  assert (Hratio_positive : 0 < inner phi v / inner v v) by (apply Rdiv_lt_0_compat; assumption).
  assert (Ht : 0 < t <= 1).
  { split; [unfold t; apply Rmin_glb_lt; lra | apply Rmin_l]. }
  assert (Htv : t * inner v v <= inner phi v).
  { rewrite <- Hratio; apply Rmult_le_compat_r; [lra | apply Rmin_r]. }
  specialize (Hbest t Ht); apply sqrt_le_0 in Hbest; try apply inner_nonnegative.
  rewrite square_of_difference in Hbest; nra.
Qed.

(** ** Finite measures of inputs *)

Section Measure.

(** Inputs of any kind with weights >= 0. *)
Variables (X : Type) (measure : list (R * X)).
Hypothesis weights_nonnegative : forall mu x, In (mu, x) measure -> 0 <= mu.

Fixpoint integral_over (points : list (R * X)) (f : X -> R) : R :=
  match points with
  | [] => 0
  | (mu, x) :: rest => mu * f x + integral_over rest f
  end.

Lemma integral_nonnegative points f :
  (forall mu x, In (mu, x) points -> 0 <= mu) -> (forall x, 0 <= f x) ->
  0 <= integral_over points f.
Proof.
  intros Hmu Hf; induction points as [|[mu x] points IH]; simpl; [lra|].
  assert (0 <= mu * f x)
    by (apply Rmult_le_pos; [apply Hmu with x; left; reflexivity | apply Hf]).
  assert (0 <= integral_over points f)
    by (apply IH; intros m y Hy; apply Hmu with y; right; exact Hy).
  lra.
Qed.

Lemma integral_combination points a b f g h :
  (forall x, h x = a * f x + b * g x) ->
  integral_over points h = a * integral_over points f + b * integral_over points g.
Proof.
  intros Hh; induction points as [|[mu x] points IH]; simpl; [ring | rewrite Hh, IH; ring].
Qed.

(** Functions of the inputs, with <f, g> the integral of f g. *)
Definition functions : space.
Proof.
  refine {|
    vector := X -> R;
    zero := fun _ => 0;
    plus := fun f g x => f x + g x;
    scale := fun a f x => a * f x;
    inner := fun f g => integral_over measure (fun x => f x * g x)
  |}; intros.
  - rewrite (integral_combination measure 1 0 (fun x => v x * u x) (fun _ => 0)); [ring|].
    intros; ring.
  - rewrite (integral_combination measure 0 0 (fun _ => 0) (fun _ => 0)); [ring | intros; ring].
  - rewrite (integral_combination measure 1 1 (fun x => u x * w x) (fun x => v x * w x)); [ring|].
    intros; ring.
  - rewrite (integral_combination measure a 0 (fun x => u x * v x) (fun _ => 0)); [ring|].
    intros; ring.
  - apply integral_nonnegative; [exact weights_nonnegative | intros; nra].
Defined.

(** A network over a class of units with parameters in V. *)
Variables (V : Type) (unit : V -> X -> R).

Definition terms (net : list (R * V)) : list (R * functions) :=
  map (fun '(c, v) => (c, unit v : functions)) net.

Definition output (net : list (R * V)) (x : X) : R :=
  total (map (fun '(c, v) => c * unit v x) net).

Lemma combination_of_terms net x : combination (terms net) x = output net x.
Proof.
  unfold output; induction net as [|[c v] net IH]; [reflexivity|].
  cbn [terms map total]; rewrite <- IH; reflexivity.
Qed.

Lemma error_of_terms (f : functions) net x : minus f (combination (terms net)) x = f x - output net x.
Proof. rewrite <- combination_of_terms; unfold minus; simpl; ring. Qed.

End Measure.

(* lemma: R4-finite-measure *)
(* statement: Let mu be weights >= 0 on finitely many inputs, <f, phi> the sum of mu f phi and |f|
   the root of <f, f>, and |<u_v, phi>| <= M, M >= 0, for every parameter v of a class. Then every
   network g = c_1 u_(v_1) + ... + c_N u_(v_N) of any width with |c_1| + ... + |c_N| <= B has <f,
   phi> - B M <= |f - g| |phi|. *)
Theorem R4_finite_measure
  (X V : Type) (measure : list (R * X)) (unit : V -> X -> R) (f phi : X -> R) (B M : R)
  (net : list (R * V)) :
  let integral := integral_over X measure in
  let g := output X V unit net in
  (forall mu x, In (mu, x) measure -> 0 <= mu) -> 0 <= M ->
  (forall v, Rabs (integral (fun x => unit v x * phi x)) <= M) ->
  total (map (fun term => Rabs (fst term)) net) <= B ->
  integral (fun x => f x * phi x) - B * M
  <= sqrt (integral (fun x => (f x - g x) * (f x - g x))) * sqrt (integral (fun x => phi x * phi x)).
Proof.
  intros integral g Hweights Hpositive HM Hbudget.
  set (H := functions X measure Hweights).
  pose proof (R4_weak_duality H f phi B M
    (terms X measure Hweights V unit net) Hpositive) as Hdual.
  replace (integral (fun x => (f x - g x) * (f x - g x)))
    with (inner (minus (f : H) (combination (terms X measure Hweights V unit net)))
                (minus (f : H) (combination (terms X measure Hweights V unit net)))).
  2: { unfold H; cbn [inner functions]; rewrite (integral_combination X measure 1 0
         (fun x => (f x - g x) * (f x - g x)) (fun _ => 0)); [unfold integral; ring|].
       intros x; rewrite !error_of_terms; unfold g; ring. }
  apply Hdual.
  - intros c u Hin; apply in_map_iff in Hin; destruct Hin as ([c' v] & Hterm & _).
    injection Hterm as <- <-; apply HM.
  - unfold l1_norm, terms; rewrite map_map.
    rewrite (map_ext _ (fun term => Rabs (fst term))) by (intros [c v]; reflexivity); exact Hbudget.
Qed.
