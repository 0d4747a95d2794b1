"""Payouts: approved cash-outs gathered into one batch and one bank file."""
