"""What makes and checks the documents: their commands, their drawing of the house, their recorded evening."""
