"""The journal: every act that changes a figure or a published text, in a chain that anyone can check."""
