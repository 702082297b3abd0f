"""The key slots and the secrets that open them: passphrase, recovery key, key file, keychain."""
