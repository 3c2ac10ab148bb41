"""Measurements by hand, as ratios against a floor of the same run."""
