"""The settings file: TOML to typed, frozen groups, and single values changed in place."""
