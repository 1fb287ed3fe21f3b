"""Only the new items of a document are read, where its feed was read before; nothing comes out differently."""
