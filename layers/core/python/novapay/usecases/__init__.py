"""What clients can ask for, one public function each: load, decide, commit."""
