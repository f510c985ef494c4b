"""The web plumbing shared by every feature's views: languages, headers, errors, addresses, formats."""
