"""What the site's own pages read: feeds, sitemaps, the legal notice, the mailbox of a demonstration."""
