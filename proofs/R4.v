(** * R4: the residual is the proof (weak duality)

    A finite measure of inputs puts the weight mu >= 0 on each of finitely many points; <f, g> is the
    sum of mu f g over them and |f| = sqrt(<f, f>).  For every function phi with
    |<phi, unit v>| <= M for all parameters v of a class V, and every network g = sum_j c_j unit(v_j)
    of any width with |c|_1 <= B,

      <f, phi> - B M <= |phi| |f - g|. *)

From Coq Require Import Reals List Lra.
From Icebound Require Import Relu.
Import ListNotations.
Local Open Scope R_scope.

Section Duality.

(** Inputs of any kind, with weights. *)
Variable X : Type.
Variable measure : list (R * X).
Hypothesis weights_nonnegative : forall mu x, In (mu, x) measure -> 0 <= mu.

Fixpoint integral_over (points : list (R * X)) (f : X -> R) : R :=
  match points with
  | [] => 0
  | (mu, x) :: rest => mu * f x + integral_over rest f
  end.

Definition inner (f g : X -> R) : R := integral_over measure (fun x => f x * g x).
Definition norm (f : X -> R) : R := sqrt (inner f f).

Lemma integral_nonnegative points f :
  (forall mu x, In (mu, x) points -> 0 <= mu) -> (forall x, 0 <= f x) ->
  0 <= integral_over points f.
Proof.
  intros Hmu Hf; induction points as [|[mu x] points IH]; simpl; [lra|].
  assert (0 <= mu) by (apply Hmu with x; left; reflexivity).
  assert (0 <= integral_over points f) by (apply IH; intros m y Hy; apply Hmu with y; right; exact Hy).
  specialize (Hf x); nra.
Qed.

Lemma integral_combination points a b f g h :
  (forall x, h x = a * f x + b * g x) ->
  integral_over points h = a * integral_over points f + b * integral_over points g.
Proof.
  intros Hh; induction points as [|[mu x] points IH]; simpl; [ring | rewrite Hh, IH; ring].
Qed.

Lemma inner_symmetric f g : inner f g = inner g f.
Proof.
  unfold inner; rewrite (integral_combination measure 1 0 (fun x => g x * f x) (fun _ => 0)); [ring|].
  intros; ring.
Qed.

Lemma inner_minus f g phi : inner (fun x => f x - g x) phi = inner f phi - inner g phi.
Proof.
  unfold inner.
  rewrite (integral_combination measure 1 (-1) (fun x => f x * phi x) (fun x => g x * phi x)); [ring|].
  intros; ring.
Qed.

Lemma inner_square_nonnegative f : 0 <= inner f f.
Proof. apply integral_nonnegative; [assumption | intros; nra]. Qed.

(** 0 <= <s f - t g, s f - t g>, expanded. *)
Lemma inner_quadratic s t f g :
  0 <= s * s * inner f f - 2 * (s * t) * inner f g + t * t * inner g g.
Proof.
  pose proof (inner_square_nonnegative (fun x => s * f x - t * g x)) as Hsquare.
  unfold inner in *.
  rewrite (integral_combination measure 1 (t * t)
    (fun x => s * f x * (s * f x) - 2 * (s * t) * (f x * g x)) (fun x => g x * g x)) in Hsquare
    by (intros; ring).
  rewrite (integral_combination measure (s * s) (- 2 * (s * t)) (fun x => f x * f x) (fun x => f x * g x))
    in Hsquare by (intros; ring).
  lra.
Qed.

Lemma cauchy_schwarz_squared f g : inner f g * inner f g <= inner f f * inner g g.
Proof.
  pose proof (inner_square_nonnegative f) as Hf.
  pose proof (inner_square_nonnegative g) as Hg.
  destruct (Rle_lt_or_eq_dec 0 (inner g g) Hg) as [Hpositive|Hzero].
  - pose proof (inner_quadratic (inner g g) (inner f g) f g); nra.
  - destruct (Req_dec (inner f g) 0) as [->|Hnonzero]; [nra|exfalso].
    pose proof (inner_quadratic 1 ((inner f f + 1) / (2 * inner f g)) f g) as Hquadratic.
    rewrite <- Hzero in Hquadratic.
    replace (2 * (1 * ((inner f f + 1) / (2 * inner f g))) * inner f g) with (inner f f + 1)
      in Hquadratic by (field; assumption).
    lra.
Qed.

Lemma cauchy_schwarz f g : inner f g <= norm f * norm g.
Proof.
  unfold norm; rewrite <- sqrt_mult by apply inner_square_nonnegative.
  destruct (Rle_or_lt (inner f g) 0); [pose proof (sqrt_pos (inner f f * inner g g)); lra|].
  rewrite <- (sqrt_square (inner f g)) by lra.
  apply sqrt_le_1_alt, cauchy_schwarz_squared.
Qed.

(** ** Networks over any class of units *)

Variable V : Type.
Variable unit : V -> X -> R.

Fixpoint combination (net : list (R * V)) (x : X) : R :=
  match net with
  | [] => 0
  | (c, v) :: rest => c * unit v x + combination rest x
  end.

Definition l1_norm (net : list (R * V)) : R := total (map (fun term => Rabs (fst term)) net).

Lemma inner_network phi M net :
  (forall v, Rabs (inner phi (unit v)) <= M) ->
  inner (combination net) phi <= l1_norm net * M.
Proof.
  intros HM; induction net as [|[c v] net IH]; unfold l1_norm in *; cbn [map total fst].
  - unfold inner; rewrite (integral_combination measure 0 0 (fun _ => 0) (fun _ => 0)) by (intros; simpl; ring).
    lra.
  - assert (Hsplit : inner (combination ((c, v) :: net)) phi
      = c * inner phi (unit v) + inner (combination net) phi).
    { unfold inner.
      rewrite (integral_combination measure c 1 (fun x => phi x * unit v x)
        (fun x => combination net x * phi x)); [ring | intros; simpl; ring]. }
    assert (Hterm : c * inner phi (unit v) <= Rabs c * M).
    { apply Rle_trans with (Rabs (c * inner phi (unit v))); [apply Rle_abs|].
      rewrite Rabs_mult; apply Rmult_le_compat_l; [apply Rabs_pos | apply HM]. }
    lra.
Qed.

End Duality.

(* lemma: R4-weak-duality *)
(* statement: TBD *)
Theorem R4_weak_duality
  (X V : Type) (measure : list (R * X)) (unit : V -> X -> R) (f phi : X -> R) (B M : R)
  (net : list (R * V)) :
  (forall mu x, In (mu, x) measure -> 0 <= mu) ->
  (forall v, Rabs (inner X measure phi (unit v)) <= M) ->
  0 <= M -> l1_norm V net <= B ->
  inner X measure f phi - B * M
  <= norm X measure phi * norm X measure (fun x => f x - combination X V unit net x).
Proof.
  intros Hweights HM Hpositive Hbudget.
  pose proof (inner_network X measure V unit phi M net HM) as Hnet.
  pose proof (cauchy_schwarz X measure Hweights (fun x => f x - combination X V unit net x) phi)
    as Hcauchy.
  rewrite inner_minus in Hcauchy.
  assert (l1_norm V net * M <= B * M) by (apply Rmult_le_compat_r; assumption).
  rewrite Rmult_comm; lra.
Qed.
