"""What the site's own pages read: the mailbox of a demonstration, feeds, sitemaps."""
