"""What every Python suite and benchmark starts from: the server's process and a plain HTTP client for it."""
