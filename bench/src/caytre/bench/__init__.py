"""Benchmarks as ratios against honest baselines in one run, and fault runs with an oracle."""
