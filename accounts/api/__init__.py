"""The API of this room, under /api/v1/auth/: signing in, own account, members, first access, hand-over."""
