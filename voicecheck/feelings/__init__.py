"""Words to feelings: which were named, whose they are, and one sentence that mirrors them."""
