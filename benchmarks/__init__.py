"""Figures: ratios, side by side in one run; `python -m benchmarks` writes them into README.md."""
