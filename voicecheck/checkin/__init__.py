"""One sitting: its main loop, the state machine of the conversation, and the keeping of its answers."""
