"""The conversation: commands, buttons, and who may use them."""
