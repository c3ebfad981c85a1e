"""What the commands do. `api.cli` says how each is called, and loads its module when it is."""
