"""`make torture`: storms of concurrent clients and kill −9 under load, then everything is counted again."""
