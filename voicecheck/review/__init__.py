"""Looking back in private."""
