"""Mutual information, groups that keep most of it, and what surroundings say about a block."""

from .surroundings import all_rules, block_given_ring, rings_of, rule_information

__all__ = ["all_rules", "block_given_ring", "rings_of", "rule_information"]
