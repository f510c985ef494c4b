"""The ground floor: database, clock, events, access, text, mail, tasks and the web plumbing."""
