"""WORTH: everything that has a balance: points, programmes, cash-outs and the bank file."""
