"""What NovaPay decides, from values alone: the standard library and nothing else."""
