"""The rules of docs/architecture.md that no linter knows."""
