(** * A pigeonhole principle

    Things of which each can hit at most one of several places leave some place unhit if there are
    fewer things than places. *)

From Coq Require Import List Lia Arith.
Import ListNotations.

Section Pigeonhole.

Variables (place thing : Type) (hits : thing -> place -> Prop) (apart : place -> place -> Prop).
Hypothesis hits_dec : forall t p, {hits t p} + {~ hits t p}.
Hypothesis one_place : forall t p q, apart p q -> hits t p -> hits t q -> False.

(** At most one place is lost to a thing. *)
Lemma places_without_one t ps :
  ForallOrdPairs apart ps ->
  exists kept, length ps <= S (length kept) /\ incl kept ps
    /\ ForallOrdPairs apart kept /\ forall p, In p kept -> ~ hits t p.
Proof.
  induction ps as [|p ps IH]; intros Hapart.
  - exists []; repeat split; auto using FOP_nil with datatypes.
  - inversion_clear Hapart as [|? ? Hp Hrest]; rewrite Forall_forall in Hp.
    destruct (hits_dec t p) as [Hhit|Hmiss].
    + exists ps; repeat split; auto with datatypes.
      intros q Hq Hqhit; exact (one_place t p q (Hp q Hq) Hhit Hqhit).
    + destruct (IH Hrest) as (kept & Hlength & Hincl & Hkept & Hno).
      exists (p :: kept); repeat split; [simpl; lia| | |].
      * apply incl_cons; [left; reflexivity | apply incl_tl; assumption].
      * apply FOP_cons; [apply Forall_forall; auto | assumption].
      * intros q [<-|Hq]; auto.
Qed.

Lemma place_without_any ts : forall ps,
  ForallOrdPairs apart ps -> length ts < length ps ->
  exists p, In p ps /\ forall t, In t ts -> ~ hits t p.
Proof.
  induction ts as [|t ts IH]; intros ps Hapart Hlength.
  - destruct ps as [|p ps]; [simpl in Hlength; lia|].
    exists p; split; [left; reflexivity | intros t []].
  - destruct (places_without_one t ps Hapart) as (kept & Hkept & Hincl & Hfop & Hno).
    destruct (IH kept Hfop) as (p & Hp & Hothers); [simpl in *; lia|].
    exists p; split; [auto | intros u [<-|Hu]; auto].
Qed.

End Pigeonhole.

(** Distinct entries are pairwise different. *)
Lemma NoDup_apart {A} (l : list A) : NoDup l -> ForallOrdPairs (fun a b => a <> b) l.
Proof.
  induction 1 as [|a l Ha Hl IH]; [apply FOP_nil|].
  apply FOP_cons; [apply Forall_forall; intros b Hb ->; contradiction | assumption].
Qed.

Lemma NoDup_app_disjoint {A} (l m : list A) :
  NoDup l -> NoDup m -> (forall a, In a l -> In a m -> False) -> NoDup (l ++ m).
Proof.
  intros Hl Hm Hdisjoint; induction Hl as [|a l Ha Hl IH]; [exact Hm|]; simpl; constructor.
  - intros Hin; apply in_app_or in Hin; destruct Hin as [Hin|Hin]; [contradiction|].
    apply (Hdisjoint a); [left; reflexivity | assumption].
  - apply IH; intros b Hb; apply Hdisjoint; right; assumption.
Qed.

(** A decidable property of all numbers below n, or one that lacks it. *)
Lemma all_below_dec (P : nat -> Prop) (P_dec : forall j, {P j} + {~ P j}) n :
  {forall j, j < n -> P j} + {exists j, j < n /\ ~ P j}.
Proof.
  induction n as [|n [IH|IH]].
  - left; intros j Hj; lia.
  - destruct (P_dec n) as [Hn|Hn].
    + left; intros j Hj; destruct (Nat.eq_dec j n) as [->|Hjn]; [assumption | apply IH; lia].
    + right; exists n; split; [lia | assumption].
  - right; destruct IH as (j & Hj & Hno); exists j; split; [lia | assumption].
Defined.
