"""Certified trajectories: integrator, reachability, their difference, the command, certificates."""
