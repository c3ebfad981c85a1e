"""What changes a passport's life, one verb each."""
