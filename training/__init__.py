"""The requirement: policy, period, ledger, standing and tallies."""
