"""The ledger: journals, one-row postings, accounts. Nothing is edited, only added."""
