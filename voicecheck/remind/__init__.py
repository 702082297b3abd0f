"""The evening reminder: when (schedule), what is written for each system (plans), how it is put there (schedulers),
what is shown (notification), and where the check-in then opens (terminal)."""
