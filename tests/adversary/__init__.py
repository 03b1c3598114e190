"""What must be refused: altered certificates, false theorems, hostile files, wrong enclosures."""
