"""Lemmas: every proof runs, every control is refuted, statements and Coq files agree."""
