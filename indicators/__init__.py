"""What is measured: the register of laws, the sources, the store and the scores."""
