"""The verifier that every data package carries as `verify.py`; the product runs the same file."""
