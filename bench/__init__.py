"""Benchmarks: what this program does beside what it is measured against, in turn, in one run."""
