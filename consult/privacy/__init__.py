"""What is kept about whom: the data map, downloads, erasures, backups that forget."""
