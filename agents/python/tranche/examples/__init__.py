"""Worked examples, each a program: `python3 -m tranche.examples.pricing --help`."""
