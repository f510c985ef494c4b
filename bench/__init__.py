"""Benchmarks (`make bench`) and generated consultations of given sizes (`make load`): see README.md."""
