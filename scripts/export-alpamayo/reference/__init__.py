"""The plain PyTorch model that the exported graph is held against, and the tiny checkpoints it runs on."""
