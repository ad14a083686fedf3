"""What came of hits: returns after them, beside the same universe on the same days."""
