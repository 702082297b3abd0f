"""`voicecheck entry` and `import`: what was said, shown, searched, changed and taken in."""
