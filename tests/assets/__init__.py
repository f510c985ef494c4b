"""What the browser loads: the style sheets and how they are built."""
