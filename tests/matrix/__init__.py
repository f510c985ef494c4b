"""The long browser matrix: `make lighthouse`, `make audit` and `make screenshots`. Too long for the suite."""
