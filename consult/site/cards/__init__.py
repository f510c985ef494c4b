"""The picture that stands for a consultation where its address is shared: drawn, then kept."""
