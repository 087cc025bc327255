"""What a student gets back: a page with the marks, the mistakes by name, and what they do to training."""
