"""The use cases, one public function each: load, decide, commit."""
