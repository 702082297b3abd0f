"""Sentence to sound: the system's voice, neural voices, sentences prepared ahead, the loudspeaker."""
